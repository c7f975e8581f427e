"""Synonyms: names that other catalogues use for our columns, with the same meaning and unit."""

from __future__ import annotations

from typing import NamedTuple

from exohabit.science.columns import NUMERIC, NUMERIC_NAMES

ARCHIVE, KEPLER, NO_ERRORS = ("lim", "err1", "err2"), ("_lim", "_err1", "_err2"), ()
LABELS = (" limit flag", " upper unc.", " lower unc.")
"""How a catalogue's columns of limit flags and errors end."""
_OUR_ENDS = ARCHIVE


class Catalogue(NamedTuple):
    """A catalogue whose columns have other names."""

    source: str
    ends: tuple[str, ...]
    names: dict[str, str]
    """Our column by the catalogue's name, in lower case. The first one that is there is read."""
    is_words: bool = False
    """Whether its names are words, which may be written together or apart, as `fold` does."""


CATALOGUES = (
    Catalogue(
        "NASA Exoplanet Archive, Planetary Systems (PS) and older tables",
        ARCHIVE,
        {"pl_masse": "pl_bmasse", "pl_msinie": "pl_bmasse", "st_spstr": "st_spectype"},
    ),
    Catalogue(
        "NASA Exoplanet Archive, Kepler Objects of Interest",
        KEPLER,
        {
            "koi_prad": "pl_rade",
            "koi_period": "pl_orbper",
            "koi_teq": "pl_eqt",
            "koi_insol": "pl_insol",
            "koi_sma": "pl_orbsmax",
            "koi_eccen": "pl_orbeccen",
            "koi_steff": "st_teff",
            "koi_srad": "st_rad",
            "koi_smass": "st_mass",
            "kepler_name": "name",
            "kepoi_name": "name",
        },
    ),
    Catalogue(
        "NASA Exoplanet Archive, TESS Objects of Interest (its other names are ours)",
        NO_ERRORS,
        {"toi": "name", "toidisplay": "name"},
    ),
    Catalogue(
        "PHL @ UPR Arecibo, catalogue of 2020",
        NO_ERRORS,
        {
            "p_radius": "pl_rade",
            "p_mass": "pl_bmasse",
            "p_period": "pl_orbper",
            "p_temp_equil": "pl_eqt",
            "p_flux": "pl_insol",
            "p_semi_major_axis": "pl_orbsmax",
            "p_eccentricity": "pl_orbeccen",
            "s_type": "st_spectype",
            "s_temperature": "st_teff",
            "s_radius": "st_rad",
            "s_mass": "st_mass",
            "p_name": "name",
        },
    ),
    Catalogue(
        "exoplanet.eu (its mass and radius are in Jupiter's)",
        NO_ERRORS,
        {
            "orbital_period": "pl_orbper",
            "temp_calculated": "pl_eqt",
            "semi_major_axis": "pl_orbsmax",
            "eccentricity": "pl_orbeccen",
            "star_sp_type": "st_spectype",
            "star_teff": "st_teff",
            "star_radius": "st_rad",
            "star_mass": "st_mass",
        },
    ),
    Catalogue(
        "labels of the archive's columns and usual words, without a unit",
        LABELS,
        {
            "planet name": "name",
            "planet": "name",
            "object name": "name",
            "object": "name",
            "tess object of interest": "name",
            "spectral type": "st_spectype",
            "spectral class": "st_spectype",
            "stellar spectral type": "st_spectype",
            "star spectral type": "st_spectype",
            "spec type": "st_spectype",
            "sp type": "st_spectype",
            "spt": "st_spectype",
            "eccentricity": "pl_orbeccen",
            "orbital eccentricity": "pl_orbeccen",
            "ecc": "pl_orbeccen",
            "planet mass or mass*sin(i) provenance": "pl_bmassprov",
            "circumbinary flag": "cb_flag",
            "controversial flag": "pl_controv_flag",
        },
        is_words=True,
    ),
    Catalogue(
        "labels of the archive's columns and usual words, before a unit in brackets",
        LABELS,
        {
            "planet radius": "pl_rade",
            "planetary radius": "pl_rade",
            "planet mass or mass*sin(i)": "pl_bmasse",
            "planet mass or m*sin(i)": "pl_bmasse",
            "planet mass": "pl_bmasse",
            "planet mass*sin(i)": "pl_bmasse",
            "planet m*sin(i)": "pl_bmasse",
            "planetary mass": "pl_bmasse",
            "orbital period": "pl_orbper",
            "planet orbital period": "pl_orbper",
            "equilibrium temperature": "pl_eqt",
            "planet equilibrium temperature": "pl_eqt",
            "insolation flux": "pl_insol",
            "planet insolation": "pl_insol",
            "orbit semi-major axis": "pl_orbsmax",
            "stellar effective temperature": "st_teff",
            "stellar radius": "st_rad",
            "stellar mass": "st_mass",
            "radius": "pl_rade",
            "pl radius": "pl_rade",
            "mass": "pl_bmasse",
            "pl mass": "pl_bmasse",
            "mass sini": "pl_bmasse",
            "period": "pl_orbper",
            "pl period": "pl_orbper",
            "teq": "pl_eqt",
            "pl teq": "pl_eqt",
            "insolation": "pl_insol",
            "pl insolation": "pl_insol",
            "flux": "pl_insol",
            "semi-major axis": "pl_orbsmax",
            "sma": "pl_orbsmax",
            "teff": "st_teff",
            "effective temperature": "st_teff",
            "stellar temperature": "st_teff",
            "star radius": "st_rad",
            "star mass": "st_mass",
        },
        is_words=True,
    ),
)


def fold(name: str) -> str:
    """Return a name in lower case, without blanks, hyphens, underscores and points.

    A label of the archive's TESS table ends with "Value".
    """
    return name.lower().translate(_NOT_COUNTED).removesuffix("value")


def find_synonym(name: str) -> str:
    """Return a name as `SYNONYMS` would have it, without looking at its unit."""
    lower = name.lower()
    return lower if lower in SYNONYMS else fold(lower)


def _keys_of(catalogue: Catalogue, name: str, column: str) -> dict[str, str]:
    """Return our keys by a catalogue's name: the column's, its limit flag's and its errors'."""
    keys = {name: column}
    if column in NUMERIC_NAMES:
        ends = zip(catalogue.ends, _OUR_ENDS, strict=False)
        keys |= {f"{name}{end}": f"{column}{ours}" for end, ours in ends}
    return {fold(key): ours for key, ours in keys.items()} if catalogue.is_words else keys


_NOT_COUNTED = str.maketrans("", "", " _-.")
SYNONYMS: dict[str, str] = {}
"""Our key by any other name: columns, limit flags and errors. Names are in lower case, and words
are folded."""
BASES: dict[str, str] = {}
"""The name of the values by each of these names, such as `koi_prad` by `koi_prad_err1`."""
FALLBACKS = {"pl_msinie": "pl_masse", "planetmass*sin(i)": "planetmass"}
"""Columns that are read only in rows where another column has no value. They are m sin i."""
for _catalogue in CATALOGUES:
    for _name, _column in _catalogue.names.items():
        _keys = _keys_of(_catalogue, _name, _column)
        SYNONYMS |= _keys
        BASES |= dict.fromkeys(_keys, next(iter(_keys)))
_WITHOUT_UNIT = {column.limit_flag for column in NUMERIC}
NEEDS_UNIT = frozenset(
    key
    for name, column in CATALOGUES[-1].names.items()
    for key, ours in _keys_of(CATALOGUES[-1], name, column).items()
    if ours not in _WITHOUT_UNIT
)
"""Names that are read only with a unit in brackets."""


def is_read_without_unit(name: str) -> bool:
    """Whether a table's column of this name is read as one of our keys."""
    synonym = find_synonym(name)
    return synonym in SYNONYMS and synonym not in NEEDS_UNIT
