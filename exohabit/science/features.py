"""Features: the matrix that the model reads, computed from the known values of planets.

The features are the numeric columns of the archive, the columns of the star's spectral type, and
what both imply by Kepler's and Stefan-Boltzmann's laws: the mean insolation of the orbit and its
position in the habitable zone. Training and serving both call `feature_matrix`, so the model is
never given a feature that was computed differently.

Warning: missing values are never filled in. NaN means "not measured", and a formula with a NaN
input gives NaN. The exception is an unknown eccentricity, which counts as a circular orbit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from exohabit.science import dwarfs, habitability, posterior
from exohabit.science.arrays import BoolArray
from exohabit.science.columns import NUMERIC
from exohabit.science.elementwise import choose, first_known, is_unknown
from exohabit.science.spectral_columns import SPECTRAL, SpectralTypes

FeatureMatrix = npt.NDArray[np.float32]
Table = Mapping[str, Any]
"""The columns `NUMERIC` and `SPECTRAL` by name, NaN where not measured: arrays of shape (planets,),
or plain floats of one planet."""

IMPLIED = (
    *("insol_orbit", "zone", "zone_orbit", "zone_eqt", "size_ratio"),
    *("p_zone", "p_size", "p_habitable"),
)
NO_ZONE = 99.0
"""Position in the zone of planets whose star is not of class F, G, K or M (`lacks_zone`): far
beyond the inner edge."""
COMPACT_RADIUS_SHARE = 0.3
"""A star with less than this share of the radius of a dwarf of its temperature is a white dwarf."""
TYPICAL_TEFF = 4500.0
"""Temperature that gives the zone of an unknown star, K."""
MEANINGS: Mapping[str, str] = {
    **{column.name: f"{column.meaning}, {column.unit}" for column in NUMERIC},
    "spectype_teff": "effective temperature of a dwarf of the spectral type, K",
    "spectype_luminosity": "luminosity class of the spectral type, 5 for V",
    "spectype_fgkm": "1 if the spectral type is of class F, G, K or M, else 0",
    "insol_orbit": "insolation that orbit and star imply, Earth's insolation",
    "zone": "position in the optimistic habitable zone, 0 at its outer and 1 at its inner edge, "
    "logarithmic, by the stated insolation, else by that of orbit and star; in the zone of a star "
    "of 4500 K if the star is unknown",
    "zone_orbit": "position in the optimistic habitable zone by the insolation that orbit and star "
    "imply",
    "zone_eqt": "position in the optimistic habitable zone by the insolation that gives a black "
    "planet its equilibrium temperature",
    "size_ratio": "planet radius over that which the archive computes from its mass",
    "p_zone": "probability of the optimistic habitable zone, by formulas with typical errors",
    "p_size": "probability of the right size, by formulas with typical errors",
    "p_habitable": "probability of both the right light and the right size: the product of the two",
}
"""The meaning of each feature, with its unit."""
FEATURES: tuple[str, ...] = (*(column.name for column in NUMERIC), *SPECTRAL, *IMPLIED)
_IN_ORDER: Callable[[Mapping[str, Any]], Sequence[Any]] = itemgetter(*FEATURES)


def lacks_size(table: Table) -> Any:
    """Whether planets have neither a radius nor a mass."""
    return is_unknown(table["pl_rade"]) & is_unknown(table["pl_bmasse"])


def lacks_light(table: Table) -> Any:
    """Whether the insolation of planets is neither stated nor implied by an orbit and a star."""
    not_stated = is_unknown(table["pl_eqt"]) & is_unknown(table["pl_insol"])
    no_orbit = is_unknown(table["pl_orbper"]) & is_unknown(table["pl_orbsmax"])
    no_star = is_unknown(table["spectype_fgkm"]) & is_unknown(table["st_teff"])
    return not_stated & (no_orbit | no_star)


def feature_matrix(table: Table) -> FeatureMatrix:
    """Return the float32 matrix of shape (planets, len(FEATURES)), in column-major order.

    Raises:
        KeyError: the table lacks one of the columns of `NUMERIC` and `SPECTRAL`.
    """
    return np.array(features_of(table), dtype=np.float32).T


def features_of(table: Table) -> Sequence[Any]:
    """Return the features in order: arrays of shape (planets,), or plain floats of one planet.

    Raises:
        KeyError: the table lacks one of the columns of `NUMERIC` and `SPECTRAL`.
    """
    return _IN_ORDER({**table, **_implied(table)})


class OwnColumns:
    """The features as the columns of the project's own model (`scoring.model_columns`)."""

    names = FEATURES
    inputs: frozenset[str] | None = None
    optional_keys: frozenset[str] = frozenset()
    uses_flagged = False

    def matrix(self, table: Table, _: SpectralTypes) -> FeatureMatrix:
        """Return the features, shape (planets, features)."""
        return feature_matrix(table)

    def of_one(self, known: Mapping[str, float], _: str | None) -> Sequence[float]:
        """Return the features of one planet."""
        return features_of(known)

    def lacks_data(self, table: Table) -> Any:
        """Whether the size or the light of planets is not known."""
        return lacks_size(table) | lacks_light(table)


class Light(NamedTuple):
    """What star and orbit imply: floats, or arrays of shape (planets,)."""

    teff: Any
    """The star's effective temperature, K; that of its spectral type if it is not stated."""
    luminosity: Any
    """The star's luminosity, Sun's = 1; with the radius of a dwarf if none is stated."""
    axis: Any
    """Semi-major axis, au; from Kepler's third law if it is not stated."""
    insol: Any
    """Insolation of a circular orbit of that axis, Earth's = 1."""
    gain: Any
    """Factor by which the eccentricity raises the mean insolation; 1 if it is unknown."""


def lacks_zone(table: Table) -> Any:
    """Whether the star is not of class F to M: by its type, else by its temperature and radius."""
    teff, fgkm = table["st_teff"], table["spectype_fgkm"]
    outside = (teff < habitability.FGKM_TEFF[0]) | (teff > habitability.FGKM_TEFF[1])
    is_compact = table["st_rad"] < COMPACT_RADIUS_SHARE * dwarfs.dwarf_radius(teff)
    return (fgkm == 0.0) | (is_unknown(fgkm) & (outside | is_compact))


def implied_light(table: Table, like_dwarf: BoolArray | None = None) -> Light:
    """Compute luminosity, axis and insolation from star and orbit.

    Args:
        table: the known values of planets.
        like_dwarf: shape (planets,), whether an unknown radius and mass of the star may be taken
            from a dwarf of its temperature; None for all stars, as in the model's features.
    """
    teff = first_known(table["st_teff"], table["spectype_teff"])
    dwarf_teff = teff if like_dwarf is None else np.where(like_dwarf, teff, np.nan)
    radius = first_known(table["st_rad"], dwarfs.dwarf_radius(dwarf_teff))
    axis = first_known(
        habitability.semi_major_axis(table["pl_orbper"], table["st_mass"]),
        first_known(
            table["pl_orbsmax"],
            habitability.semi_major_axis(table["pl_orbper"], dwarfs.dwarf_mass(dwarf_teff)),
        ),
    )
    luminosity = habitability.luminosity(teff, radius)
    gain = first_known(habitability.eccentric_gain(table["pl_orbeccen"]), 1.0)
    return Light(teff, luminosity, axis, habitability.insolation(luminosity, axis), gain)


def _implied(table: Table) -> dict[str, Any]:
    teff, _, _, insol_axis, gain = implied_light(table)
    # The archive's insolations and temperatures are those of circular orbits: their median ratio
    # to the values that star and axis imply is 1.00 at any eccentricity.
    insol_orbit = insol_axis * gain
    insol_eqt = habitability.black_planet_insolation(table["pl_eqt"]) * gain
    insols = (table["pl_insol"] * gain, insol_orbit, insol_eqt)
    zone_teff = first_known(teff, TYPICAL_TEFF)
    stated, zone_orbit, zone_eqt = habitability.zone_positions(zone_teff, *insols)
    has_no_zone = lacks_zone(table)
    size_ratio = table["pl_rade"] / habitability.typical_radius(table["pl_bmasse"])
    chance_zone = posterior.zone_probability(stated, zone_orbit, zone_eqt)
    p_zone = choose(has_no_zone, 0.0, chance_zone)
    p_size = posterior.size_probability(table["pl_rade"], table["pl_bmasse"], size_ratio)
    return {
        "insol_orbit": insol_orbit,
        "zone": choose(has_no_zone, NO_ZONE, first_known(stated, zone_orbit)),
        "zone_orbit": choose(has_no_zone, NO_ZONE, zone_orbit),
        "zone_eqt": choose(has_no_zone, NO_ZONE, zone_eqt),
        "size_ratio": size_ratio,
        "p_zone": p_zone,
        "p_size": p_size,
        "p_habitable": p_zone * p_size,
    }
