"""The HTTP service around a prediction: settings, server, request and response, access, metrics.

Nothing here knows what a planet or a model is: handlers of `inference.py` are passed in. Validation
belongs in `inputs`, the content of answers in `outputs`, and shortcuts in `fast`.
"""
