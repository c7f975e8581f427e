"""Attacks on the service, one kind a file; `make survive` runs their long forms."""
