"""Known planets: their values by name, offline, with the scores of the current model.

What reads, names, stores and serves the catalogue belongs here. Formulas and scores do not: a known
planet is read, checked and scored like one that a client sends.
"""
