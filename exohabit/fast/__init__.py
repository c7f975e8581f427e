"""Shortcuts that change no answer. Only `app.py` imports this package, and the service works
without it (EXOHABIT_FAST=off). Anything that decides what is answered belongs elsewhere."""
