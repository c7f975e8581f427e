"""Planets and stars: pure functions and tables of the physics, with their published sources.

Nothing here knows HTTP, the model or a file format. What needs the model belongs in `scoring`,
what reads requests in `inputs`.
"""
