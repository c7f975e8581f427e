"""Features: the matrix the model reads, from what is known of planets.

A planet is known by the numeric columns of the archive and by what its star's spectral type says.
To these the matrix adds what physics says they imply, so that the model need not rediscover
Kepler's and Stefan-Boltzmann's laws: the mean insolation of the orbit, and where it lies in the
habitable zone of that star.

The trap: nothing missing is ever filled in. Where an input of a formula is NaN, so is its result,
and the model takes NaN as "not measured"; an eccentricity that is not known leaves the light that
of the axis. Training and serving both call `feature_matrix`, so the model never meets a feature
computed in another way than it learned from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from science import habitability, stars
from science.arrays import BoolArray, FloatArray
from science.columns import NUMERIC

FeatureMatrix = npt.NDArray[np.float32]
Table = Mapping[str, FloatArray]
"""Columns by name, all of one length, NaN where not measured: `NUMERIC` and `SPECTRAL`."""

SPECTRAL = ("spectype_teff", "spectype_luminosity", "spectype_fgkm")
"""What a spectral type says: temperature of such a dwarf [K], luminosity class (5 for V),
and whether its class is F, G, K or M (1 or 0)."""
IMPLIED = ("insol_orbit", "zone", "zone_orbit", "zone_eqt", "size_ratio")
NO_ZONE = 99.0
"""Place in the zone of planets whose star, by its type, has none in the sense of the definition:
far beyond its inner edge."""
MEANINGS: Mapping[str, str] = {
    **{column.name: f"{column.meaning}, {column.unit}" for column in NUMERIC},
    "spectype_teff": "effective temperature of a dwarf of the spectral type, K",
    "spectype_luminosity": "luminosity class of the spectral type, 5 for V",
    "spectype_fgkm": "1 if the spectral type is of class F, G, K or M, else 0",
    "insol_orbit": "insolation that orbit and star imply, Earth's insolation",
    "zone": "place in the optimistic habitable zone, 0 its outer, 1 its inner edge, logarithmic, "
    "by the stated insolation, else by that of orbit and star",
    "zone_orbit": "the same by the insolation of orbit and star",
    "zone_eqt": "the same by the insolation that gives a black planet its equilibrium temperature",
    "size_ratio": "planet radius over that which the archive computes from its mass",
}
"""What each feature is, with its unit."""
FEATURES: tuple[str, ...] = (*(column.name for column in NUMERIC), *SPECTRAL, *IMPLIED)


def spectral_columns(types: Iterable[str | None]) -> dict[str, FloatArray]:
    """Turn spectral types into the `SPECTRAL` columns; None gives NaN.

    Raises:
        ValueError: one of the texts is no spectral type.
    """
    rows = [_spectral_row(text) for text in types]
    block = np.array(rows, dtype=np.float64).reshape(len(rows), len(SPECTRAL))
    return {name: block[:, i] for i, name in enumerate(SPECTRAL)}


def _spectral_row(text: str | None) -> tuple[float | None, float | None, float | None]:
    if text is None:
        return (None, None, None)
    star = stars.read_spectral_type(text)
    return (star.teff, star.luminosity, float(star.is_fgkm))


def lacks_size(table: Table) -> BoolArray:
    """Which planets have neither a radius nor a mass."""
    return np.isnan(table["pl_rade"]) & np.isnan(table["pl_bmasse"])


def lacks_light(table: Table) -> BoolArray:
    """Which planets offer no way to their irradiation: stated, or from an orbit and a star."""
    stated = ~np.isnan(table["pl_eqt"]) | ~np.isnan(table["pl_insol"])
    orbit = ~np.isnan(table["pl_orbper"]) | ~np.isnan(table["pl_orbsmax"])
    star = ~np.isnan(table["spectype_fgkm"]) | ~np.isnan(table["st_teff"])
    return ~(stated | (orbit & star))


def feature_matrix(table: Table) -> FeatureMatrix:
    """Return the (planets, len(FEATURES)) float32 matrix of a table of what is known.

    Raises:
        KeyError: the table lacks one of the columns of `NUMERIC` and `SPECTRAL`.
    """
    known = {**table, **_implied(table)}
    return np.column_stack([known[name] for name in FEATURES]).astype(np.float32)


class Light(NamedTuple):
    """What star and orbit imply of a planet's light: arrays of shape (planets,)."""

    teff: FloatArray
    """The star's effective temperature, K; of its spectral type where it is not stated."""
    luminosity: FloatArray
    """The star's, Sun's = 1; of such a dwarf where its radius is not stated."""
    axis: FloatArray
    """Semi-major axis, au; by Kepler's third law where it is not stated."""
    insol: FloatArray
    """Insolation of a circular orbit of that size, Earth's = 1."""
    gain: FloatArray
    """How much more light the orbit's eccentricity gives; 1 where that is not known."""


def implied_light(table: Table, like_dwarf: BoolArray | None = None) -> Light:
    """Derive light from star and orbit; NaN where an input of a formula is.

    Args:
        table: what is known of planets.
        like_dwarf: of which stars an unknown radius and mass may be taken from dwarfs of their
            temperature; by default, as the model reads them, of all.
    """
    teff = first_known(table["st_teff"], table["spectype_teff"])
    dwarf = teff if like_dwarf is None else np.where(like_dwarf, teff, np.nan)
    radius = first_known(table["st_rad"], stars.dwarf_radius(dwarf))
    mass = first_known(table["st_mass"], stars.dwarf_mass(dwarf))
    axis = first_known(table["pl_orbsmax"], habitability.semi_major_axis(table["pl_orbper"], mass))
    luminosity = habitability.luminosity(teff, radius)
    gain = first_known(habitability.eccentric_gain(table["pl_orbeccen"]), 1.0)
    return Light(teff, luminosity, axis, habitability.insolation(luminosity, axis), gain)


def _implied(table: Table) -> dict[str, FloatArray]:
    teff, _, _, insol_axis, gain = implied_light(table)
    # The archive's insolations and temperatures are those of circular orbits: the median ratio
    # to what star and axis imply is 1.00 at any eccentricity.
    insols = {
        "zone": first_known(table["pl_insol"], insol_axis),
        "zone_orbit": insol_axis,
        "zone_eqt": habitability.black_planet_insolation(table["pl_eqt"]),
    }
    has_no_zone = table["spectype_fgkm"] == 0.0
    positions = {
        name: np.where(has_no_zone, NO_ZONE, habitability.zone_position(insol * gain, teff))
        for name, insol in insols.items()
    }
    size_ratio = table["pl_rade"] / habitability.typical_radius(table["pl_bmasse"])
    return {"insol_orbit": insol_axis * gain, "size_ratio": size_ratio, **positions}


def first_known(preferred: FloatArray, *otherwise: FloatArray | float) -> FloatArray:
    """Take of each planet the first value that is known."""
    for values in otherwise:
        preferred = np.where(np.isnan(preferred), values, preferred)
    return preferred
