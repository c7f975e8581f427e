"""Baselines: simple rules that rank planets, to compare the model with."""

from __future__ import annotations

import numpy as np

from exohabit.science import habitability
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.elementwise import first_known
from exohabit.science.features import FEATURES, Table, feature_matrix

EARTH_BLACK_EQT = 255.0
"""Earth's equilibrium temperature with its own albedo, K."""
BOX_EQT = (180.0, 320.0)


def baselines(known: Table) -> dict[str, FloatArray]:
    """Return the ranking value of planets by rule, shape (planets,) each.

    Planets that a rule cannot rank come last.
    """
    radius, eqt = known["pl_rade"], known["pl_eqt"]
    by_eqt = _unknown_last(habitability.earth_similarity((eqt / EARTH_BLACK_EQT) ** 4, radius))
    by_insol = _unknown_last(habitability.earth_similarity(_insolation(known), radius))
    warm = (eqt >= BOX_EQT[0]) & (eqt <= BOX_EQT[1])
    in_box = habitability.is_right_size(radius, known["pl_bmasse"]) & warm
    defined = definition(known)
    return {
        "box: right size and T_eq 180-320 K": in_box.astype(np.float64),
        "the box, ties by Earth similarity": in_box + _tie_breaker(by_eqt),
        "Earth similarity from radius and T_eq": by_eqt,
        "Earth similarity from radius and insolation": by_insol,
        "the definition on the values given": defined.astype(np.float64),
        "the definition, ties by Earth similarity": defined + _tie_breaker(by_insol),
    }


def definition(known: Table) -> BoolArray:
    """Return whether the given values meet the definition; an unknown insolation is implied."""
    teff = first_known(known["st_teff"], known["spectype_teff"])
    is_fgkm = known["spectype_fgkm"] != 0.0
    return habitability.is_habitable(
        _insolation(known), teff, is_fgkm, known["pl_rade"], known["pl_bmasse"]
    )


def _insolation(known: Table) -> FloatArray:
    implied = feature_matrix(known)[:, FEATURES.index("insol_orbit")].astype(np.float64)
    gain = np.nan_to_num(habitability.eccentric_gain(known["pl_orbeccen"]), nan=1.0)
    stated = known["pl_insol"] * gain
    return np.where(np.isnan(stated), implied, stated)


def _unknown_last(scores: FloatArray) -> FloatArray:
    return np.nan_to_num(scores, nan=-1.0)


def _tie_breaker(scores: FloatArray) -> FloatArray:
    """Scale scores so far down that they only order planets which another rule ranks equal."""
    return scores / 10.0
