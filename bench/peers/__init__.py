"""Other ways to serve the same model, each as its users would write it.

They share with the service what it is about (`science`: columns, ranges, spectral types, features)
and the model's file, and nothing of how it is done. Each has an environment of its own, from the
requirements beside it.
"""
