"""Other ways to serve the same model, each as its users would write it.

They share the science (columns, ranges, spectral types, features) and the model file with the
service, and nothing else. Each has its own environment, from the requirements file of its name.
"""
