"""References: the publications and tables that answers and the model card cite.

The archive's line is the form in which the archive asks to be cited, so do not shorten it.
"""

from __future__ import annotations

ARCHIVE = "NASA Exoplanet Archive, Planetary Systems Composite Parameters, DOI 10.26133/NEA13"
DEFINITION = "Habitable Worlds Catalog, PHL, University of Puerto Rico at Arecibo"
ZONE = "Kopparapu et al. 2014, ApJ 787, L29"
DWARFS = "Pecaut & Mamajek 2013, ApJS 208, 9, online table 2024.05.15"
COMPUTED_SIZE = "Chen & Kipping 2017, ApJ 834, 17"
TYPICAL_SIZE = "Müller et al. 2024, A&A 686, A296"
ECCENTRICITY = "Kipping 2013, MNRAS 434, L51, and Gilbert et al. 2025, arXiv 2507.07840"
ECCENTRIC_CLIMATE = "Williams & Pollard 2002, IJAsB 1, 61"
ECCENTRIC_EQT = "Méndez & Rivera-Valentín 2017, ApJL 837, L1"
STUDENT = "Shaw 2006, J. Comput. Finance 9, 37"
SIMILARITY = "Schulze-Makuch et al. 2011, Astrobiology 11, 1041"
SIZE_CLASS = "Kopparapu et al. 2018, ApJ 856, 122"
IRON = "Fortney et al. 2007, ApJ 659, 1661 and 668, 1267"
CONTRIBUTIONS = "Lundberg et al. 2020, Nature Machine Intelligence 2, 56"

CITATIONS = (
    ARCHIVE,
    DEFINITION,
    f"{ZONE}: habitable zone",
    f"{DWARFS}: dwarf stars",
    f"{COMPUTED_SIZE}, and {TYPICAL_SIZE}: mass and radius",
    f"{ECCENTRICITY}: eccentricities",
    f"{ECCENTRIC_CLIMATE}, and {ECCENTRIC_EQT}: light of eccentric orbits",
    f"{STUDENT}: distribution of errors",
    f"{SIMILARITY}: Earth similarity",
    f"{SIZE_CLASS}: classes of size",
    f"{IRON}: balls of iron",
    f"{CONTRIBUTIONS}: contributions to a score",
)
"""All sources, as `GET /model` and the model card list them."""
