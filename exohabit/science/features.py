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

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from exohabit.science import habitability, spectral_types
from exohabit.science.arrays import BoolArray
from exohabit.science.columns import NUMERIC
from exohabit.science.elementwise import choose, first_known, is_unknown
from exohabit.science.spectral_columns import SPECTRAL

FeatureMatrix = npt.NDArray[np.float32]
Table = Mapping[str, Any]
"""Columns by name, NaN where not measured: `NUMERIC` and `SPECTRAL`. Arrays of one length, or the
plain floats of one planet."""

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
_IN_ORDER: Callable[[Mapping[str, Any]], Sequence[Any]] = itemgetter(*FEATURES)


def lacks_size(table: Table) -> Any:
    """Which planets have neither a radius nor a mass."""
    return is_unknown(table["pl_rade"]) & is_unknown(table["pl_bmasse"])


def lacks_light(table: Table) -> Any:
    """Which planets offer no way to their irradiation: stated, or from an orbit and a star."""
    not_stated = is_unknown(table["pl_eqt"]) & is_unknown(table["pl_insol"])
    no_orbit = is_unknown(table["pl_orbper"]) & is_unknown(table["pl_orbsmax"])
    no_star = is_unknown(table["spectype_fgkm"]) & is_unknown(table["st_teff"])
    return not_stated & (no_orbit | no_star)


def feature_matrix(table: Table) -> FeatureMatrix:
    """Return the (planets, len(FEATURES)) float32 matrix of a table of what is known.

    It lies by columns, as it is computed and as `complete` goes on with it.

    Raises:
        KeyError: the table lacks one of the columns of `NUMERIC` and `SPECTRAL`.
    """
    return np.array(features_of(table), dtype=np.float32).T


def features_of(table: Table) -> Sequence[Any]:
    """Return the features of a table in their order: arrays, or the plain floats of one planet.

    Raises:
        KeyError: the table lacks one of the columns of `NUMERIC` and `SPECTRAL`.
    """
    return _IN_ORDER({**table, **_implied(table)})


class Light(NamedTuple):
    """What star and orbit imply of a planet's light: floats, or arrays of shape (planets,)."""

    teff: Any
    """The star's effective temperature, K; of its spectral type where it is not stated."""
    luminosity: Any
    """The star's, Sun's = 1; of such a dwarf where its radius is not stated."""
    axis: Any
    """Semi-major axis, au; by Kepler's third law where it is not stated."""
    insol: Any
    """Insolation of a circular orbit of that size, Earth's = 1."""
    gain: Any
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
    radius = first_known(table["st_rad"], spectral_types.dwarf_radius(dwarf))
    mass = first_known(table["st_mass"], spectral_types.dwarf_mass(dwarf))
    axis = first_known(table["pl_orbsmax"], habitability.semi_major_axis(table["pl_orbper"], mass))
    luminosity = habitability.luminosity(teff, radius)
    gain = first_known(habitability.eccentric_gain(table["pl_orbeccen"]), 1.0)
    return Light(teff, luminosity, axis, habitability.insolation(luminosity, axis), gain)


def _implied(table: Table) -> dict[str, Any]:
    teff, _, _, insol_axis, gain = implied_light(table)
    # The archive's insolations and temperatures are those of circular orbits: the median ratio
    # to what star and axis imply is 1.00 at any eccentricity.
    insol_orbit = insol_axis * gain
    insol_eqt = habitability.black_planet_insolation(table["pl_eqt"]) * gain
    insols = (table["pl_insol"] * gain, insol_orbit, insol_eqt)
    stated, zone_orbit, zone_eqt = habitability.zone_positions(teff, *insols)
    has_no_zone = table["spectype_fgkm"] == 0.0
    return {
        "insol_orbit": insol_orbit,
        "zone": choose(has_no_zone, NO_ZONE, first_known(stated, zone_orbit)),
        "zone_orbit": choose(has_no_zone, NO_ZONE, zone_orbit),
        "zone_eqt": choose(has_no_zone, NO_ZONE, zone_eqt),
        "size_ratio": table["pl_rade"] / habitability.typical_radius(table["pl_bmasse"]),
    }
