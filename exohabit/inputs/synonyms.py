"""Synonyms: names that other catalogues use for our columns, with the same meaning and unit."""

from __future__ import annotations

from typing import NamedTuple

from exohabit.science.columns import NUMERIC_NAMES

ARCHIVE, KEPLER, NO_ERRORS = ("lim", "err1", "err2"), ("_lim", "_err1", "_err2"), ()
"""How a catalogue's columns of limit flags and errors end."""
_OUR_ENDS = ARCHIVE


class Catalogue(NamedTuple):
    """A catalogue whose columns have other names."""

    source: str
    ends: tuple[str, ...]
    names: dict[str, str]
    """Our column by the catalogue's name, in lower case. The first one that is there is read."""


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
        "labels of the archive's columns and usual words, before a unit in brackets",
        NO_ERRORS,
        {
            "planet radius": "pl_rade",
            "planet mass or mass*sin(i)": "pl_bmasse",
            "planet mass": "pl_bmasse",
            "orbital period": "pl_orbper",
            "equilibrium temperature": "pl_eqt",
            "insolation flux": "pl_insol",
            "orbit semi-major axis": "pl_orbsmax",
            "stellar effective temperature": "st_teff",
            "stellar radius": "st_rad",
            "stellar mass": "st_mass",
            "radius": "pl_rade",
            "mass": "pl_bmasse",
            "mass_sini": "pl_bmasse",
            "period": "pl_orbper",
            "teq": "pl_eqt",
            "t_eq": "pl_eqt",
            "insolation": "pl_insol",
            "semi-major axis": "pl_orbsmax",
            "semimajor axis": "pl_orbsmax",
            "teff": "st_teff",
            "t_eff": "st_teff",
        },
    ),
)
NEEDS_UNIT = frozenset(CATALOGUES[-1].names)
"""Names that are read only with a unit in brackets."""
SYNONYMS: dict[str, str] = {}
"""Our key by any other name, in lower case: columns, limit flags and errors."""
BASES: dict[str, str] = {}
"""The name of the values by each of these names, such as `koi_prad` by `koi_prad_err1`."""
FALLBACKS = {"pl_msinie": "pl_masse"}
"""Columns that are read only in rows where another column has no value. `pl_msinie` is m sin i."""
for _, _ends, _names in CATALOGUES:
    for _name, _column in _names.items():
        _keys = {_name: _column}
        if _column in NUMERIC_NAMES:
            _keys |= {
                f"{_name}{end}": f"{_column}{ours}"
                for end, ours in zip(_ends, _OUR_ENDS, strict=False)
            }
        SYNONYMS |= _keys
        BASES |= dict.fromkeys(_keys, _name)
