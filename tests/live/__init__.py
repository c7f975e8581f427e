"""The service as operators run it: real processes, signals, Redis and nginx.

Many tests have a short form of seconds, and a long one of minutes for `make chaos` (LONG=1).
"""
