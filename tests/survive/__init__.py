"""Attacks on the service: each test file holds one class of attack, short here, long by `make survive`."""
