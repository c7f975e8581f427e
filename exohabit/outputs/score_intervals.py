"""Score intervals: how far the score of each planet varies within the errors of its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import numpy as np
from msgspec import Meta, UnsetType

from exohabit.inputs.planet_table import Planets
from exohabit.science.columns import NUMERIC
from exohabit.science.uncertainty import DRAWS, SEED, draw_within_errors, stated
from exohabit.scoring.bundle import Bundle

PERCENTILES = (5, 95)
_CHUNK = 50
"""Planets that are computed at a time, so that a large request does not need more memory."""

_INTERVAL = (
    "5th and 95th percentile of the score when the inputs vary within the errors that were sent "
    f"({DRAWS} draws, seed {SEED}); null if no errors were sent"
)
_Percentiles = Annotated[list[float], Meta(min_length=2, max_length=2)]
Interval = Annotated[_Percentiles | UnsetType | None, Meta(description=_INTERVAL)]
Chance = Annotated[
    float | UnsetType | None,
    Meta(description="mean score over these draws; the calibrated probability is `score`"),
]
Varied = Annotated[
    list[str] | UnsetType | None, Meta(description="the inputs whose errors were sent")
]


class ScoreInterval(NamedTuple):
    """The interval and the mean of a score (None without errors), and the inputs that varied."""

    score_interval: list[float] | None
    probability_habitable: float | None
    varied_inputs: list[str]


def compute_intervals(bundle: Bundle, planets: Planets) -> list[ScoreInterval]:
    """Score each planet for inputs that vary within their errors."""
    varied = _varied_inputs(planets)
    found = [ScoreInterval(None, None, names) for names in varied]
    # Without errors, all draws would be the same.
    indices = [i for i, names in enumerate(varied) if names]
    for chunk in in_chunks(indices):
        part = planets.take(chunk)
        drawn = draw_within_errors(part.table, part.measurement_errors.errors)
        matrix = bundle.columns.matrix(drawn, part.types.repeat(DRAWS))
        scores = bundle.score(matrix).reshape(-1, DRAWS)
        ends = np.percentile(scores, PERCENTILES, axis=1).T.tolist()
        means = scores.mean(axis=1, dtype=np.float64).tolist()
        for i, interval, mean in zip(chunk, ends, means, strict=True):
            found[i] = ScoreInterval(interval, mean, varied[i])
    return found


def in_chunks(indices: list[int]) -> Iterator[list[int]]:
    """Cut indices into chunks of planets that are computed at a time."""
    return (indices[start : start + _CHUNK] for start in range(0, len(indices), _CHUNK))


def _varied_inputs(planets: Planets) -> list[list[str]]:
    """Return, for each planet, the known inputs whose errors were both sent."""
    names: list[list[str]] = [[] for _ in planets.names]
    for column in NUMERIC:
        has_errors = stated(*planets.measurement_errors.errors[column.name])
        for i in np.flatnonzero(has_errors & ~np.isnan(planets.table[column.name])).tolist():
            names[i].append(column.name)
    return names
