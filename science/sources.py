"""Sources: the work of others that the model stands on, to be cited with it.

The trap: each is quoted as its authors ask for it, so a shorter form is not a better one.
"""

from __future__ import annotations

CITATIONS = (
    "NASA Exoplanet Archive, Planetary Systems Composite Parameters, DOI 10.26133/NEA13",
    "Habitable Worlds Catalog, PHL, University of Puerto Rico at Arecibo",
    "Kopparapu et al. 2014, ApJ 787, L29: habitable zone",
    "Pecaut & Mamajek 2013, ApJS 208, 9, online table 2024.05.15: dwarf stars",
    "Chen & Kipping 2017, ApJ 834, 17, and Müller et al. 2024, A&A 686, A296: mass and radius",
)
"""What an answer of the service, and the model's card, name as their sources."""
