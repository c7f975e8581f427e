"""Attacks on the service, one class a file; short here, long by `make survive`."""
