"""The service as operators run it: real processes, real signals, real Redis and nginx.

Every test has a short form, of seconds, and a long one, of minutes, for `make chaos` (LONG=1).
"""
