"""Attacks on the service, one class of attack a file; `make survive` runs their long forms."""
