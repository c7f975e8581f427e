"""Sanity cases: planets with plain numbers, and the range that their score must be in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from exohabit.science.columns import REQUIRED
from exohabit.scoring.golden_planets import golden_table
from training.smoothness import Scorer

_KEYS = (*(column.name for column in REQUIRED), "pl_insol", "st_teff")
Values = tuple[float | str | None, ...]
CASES: dict[str, tuple[Values, float, float]] = {
    "Earth": ((1.0, 1.0, 365.25, 255.0, "G2 V"), 0.9, 1.0),
    "Earth, by radius and temperature only": ((1.0, None, None, 255.0, None), 0.5, 1.0),
    "Earth, by radius and insolation only": ((1.0, None, None, None, None, 1.0), 0.85, 1.0),
    "Venus": ((0.949, 0.815, 224.7, 227.0, "G2 V"), 0.0, 0.6),
    "Venus, without its temperature": ((0.949, 0.815, 224.7, None, "G2 V"), 0.0, 0.5),
    "Mars": ((0.532, 0.107, 687.0, 210.0, "G2 V"), 0.5, 1.0),
    "Mercury": ((0.383, 0.055, 88.0, 440.0, "G2 V"), 0.0, 0.01),
    "the Moon at Earth's place": ((0.273, 0.0123, 365.25, 255.0, "G2 V"), 0.0, 0.01),
    "Jupiter": ((11.2, 317.8, 4332.6, 110.0, "G2 V"), 0.0, 0.01),
    "a hot Jupiter": ((13.0, 250.0, 3.5, 1450.0, "G0 V"), 0.0, 0.01),
    "the first example of the README": ((1.1, 0.9, 365.0, 288.0, "G"), 0.8, 1.0),
    "Kepler-62 f, by orbit and star": ((1.41, None, 267.29, None, "K2 V"), 0.5, 1.0),
    "Kepler-10 b, by orbit and star": ((1.47, None, 0.8375, None, "G"), 0.0, 0.5),
    "9.8 Earth masses at S = 1, G2 V": ((None, 9.8, None, None, "G2 V", 1.0), 0.5, 1.0),
    "10.2 Earth masses at S = 1, G2 V": ((None, 10.2, None, None, "G2 V", 1.0), 0.0, 0.5),
    "S = 1 from a star of 7500 K": ((1.0, None, None, None, None, 1.0, 7500.0), 0.0, 0.02),
    "S = 1 from a star of 2000 K": ((1.0, None, None, None, None, 1.0, 2000.0), 0.0, 0.02),
}
"""By name: radius and mass [Earth's], period [days], equilibrium temperature [K], spectral type,
insolation [Earth's] and the star's temperature [K]; then the lowest and highest score allowed."""
RISE = "largest rise of the score while a planet of radius 1 gets hotter, 255 to 1000 K"
_HIGHEST_RISE = 0.01


class SanityCase(NamedTuple):
    """A score and the range that it must be in."""

    name: str
    score: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the score is in the range."""
        return self.low <= self.score <= self.high


def check_sanity(score: Scorer) -> list[SanityCase]:
    """Score all cases."""
    planets = [dict(zip(_KEYS, values, strict=False)) for values, _, _ in CASES.values()]
    scores = score(golden_table(planets)).tolist()
    cases = [
        SanityCase(name, value, low, high)
        for (name, (_, low, high)), value in zip(CASES.items(), scores, strict=True)
    ]
    return [*cases, SanityCase(RISE, _largest_rise(score), 0.0, _HIGHEST_RISE)]


def _largest_rise(score: Scorer) -> float:
    eqts = np.arange(255.0, 1001.0, 5.0).tolist()
    scores = score(golden_table([{"pl_rade": 1.0, "pl_eqt": eqt} for eqt in eqts]))
    return float((scores - np.minimum.accumulate(scores)).max())
