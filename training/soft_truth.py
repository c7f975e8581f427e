"""Soft truth: the probability that each planet of the archive meets the definition.

The definition is applied to random draws of the planet's full row, each value within its stated
error, or within a typical one where none is stated. The light has up to two sources, the stated
insolation, and star and orbit, because the archive's composite table mixes references. Where both
are known, each gives half of the draws, because neither is better.

Note: this truth uses the values of the full row. So it can only judge scores that were given less:
a part of the row, or the values of an older catalogue.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from exohabit.science import habitability
from exohabit.science.arrays import FloatArray
from exohabit.science.context import is_fgkm
from exohabit.science.elementwise import first_known
from exohabit.science.features import implied_light
from training.archive import Archive

DRAWS = 1_000
TYPICAL_ERRORS = {
    "pl_rade": 0.10,
    "pl_bmasse": 0.18,
    "pl_insol": 0.065,
    "pl_orbsmax": 0.013,
    "st_teff": 0.018,
    "st_rad": 0.07,
    "st_mass": 0.05,
}
"""Median relative errors of planets below 4 Earth radii in the archive of 2025-12-30."""
_HIGHEST_ERROR = 0.9


def soft_truth(archive: Archive, seed: int = 0) -> FloatArray:
    """Return the probability of the definition, shape (planets,).

    It is NaN for planets without a size, or without both a star and an insolation or orbit.
    """
    known = archive.known(optional=True)
    rng = np.random.default_rng(seed)
    drawn = {name: np.repeat(values, DRAWS) for name, values in known.items()}
    for name, typical in TYPICAL_ERRORS.items():
        drawn[name] = _draw(archive.rows, name, known[name], typical, rng)
    light = implied_light(drawn)
    stated = drawn["pl_insol"]
    use_stated = np.isnan(light.insol) | (rng.random(stated.size) < 0.5)
    insol = np.where(use_stated & ~np.isnan(stated), stated, light.insol) * light.gain
    radius = np.where(np.repeat(archive.has_measured_radius(), DRAWS), drawn["pl_rade"], np.nan)
    mass = drawn["pl_bmasse"]
    star = np.repeat(is_fgkm(known), DRAWS)
    meets = habitability.is_habitable(insol, light.teff, star == 1.0, radius, mass)
    is_unknown = np.isnan(insol) | np.isnan(star) | (np.isnan(radius) & np.isnan(mass))
    truth: FloatArray = meets.reshape(-1, DRAWS).mean(axis=1)
    return np.where(is_unknown.reshape(-1, DRAWS).any(axis=1), np.nan, truth)


def _draw(
    rows: pd.DataFrame, name: str, values: FloatArray, typical: float, rng: np.random.Generator
) -> FloatArray:
    """Draw each value within its errors, log-normal on each side, shape (planets * DRAWS,)."""
    normal = rng.standard_normal((len(values), DRAWS))
    upper, lower = (
        first_known(np.abs(rows[f"{name}err{side}"].to_numpy(float)) / values, typical)
        for side in (1, 2)
    )
    above = np.log1p(upper)[:, None]
    below = -np.log1p(-np.minimum(lower, _HIGHEST_ERROR))[:, None]
    spread = np.where(normal > 0.0, above, below) * normal
    drawn: FloatArray = (values[:, None] * np.exp(spread)).ravel()
    return drawn
