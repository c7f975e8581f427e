"""Names of known planets: every spelling and alias of a name leads to the same planet.

Nothing here knows a planet's values.
"""
