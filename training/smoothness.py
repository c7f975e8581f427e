"""Smoothness: the steps of a score for small changes of a value, and its errors near the limits.

The model's trees have steps, and the definition has limits. A large step near a limit means that
scores on one of its sides are too high and on the other too low. The scans show the steps, the edge
error shows the miscalibration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.features import FEATURES, Table, feature_matrix
from exohabit.science.habitability import MASS_LIMITS, RADIUS_LIMITS
from exohabit.scoring.golden_planets import golden_table
from training.labels import label
from training.metrics import IntArray
from training.population import simulate
from training.settings import Settings

Scorer = Callable[[Table], FloatArray]
"""Returns the scores of the planets of a table, shape (planets,)."""

_NAMES = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype", "pl_insol", "st_teff")
_PLANETS: tuple[tuple[float | str | None, ...], ...] = (
    (1.0, 1.0, 365.25, 255.0, "G2 V"),
    (1.11, None, 129.9, 177.0, "M1 V"),
    (2.2, None, 300.0, 255.0, "K2 V"),
    (0.532, 0.107, 687.0, 210.0, "G2 V"),
    (0.92, 0.69, 6.1, 250.0, "M8 V"),
    (None, 4.0, 37.0, 240.0, "M2 V"),
    (1.6, None, None, 270.0, None),
    (1.9, None, 385.0, None, "G2 V"),
    (1.2, None, None, None, "K5 V", 0.8),
    (1.4, None, 20.0, None, None, None, 3300.0),
    (None, 7.5, 60.0, None, "K7 V"),
    (0.95, 0.8, 225.0, 230.0, "G2 V"),
    (2.4, None, 200.0, 260.0, "G5 V"),
)
SCANNED: dict[str, tuple[float, float]] = {
    "pl_rade": (0.35, 4.0),
    "pl_bmasse": (0.05, 15.0),
    "pl_orbper": (2.0, 900.0),
    "pl_eqt": (120.0, 420.0),
    "pl_insol": (0.15, 3.0),
}
"""The columns that are scanned, with the first and the last value."""
STEP = 0.01

EDGE_PLANETS = 3_000_000
EDGE_SEED = 987_654
"""Seed of planets that no model is fitted on."""
BIN_WIDTH = 0.01
_CHUNK = 300_000
_REACH = {"radius": 0.15, "mass": 0.15, "zone": 0.1}
"""How far the bins reach to both sides of a limit, in logarithms or in widths of the zone."""
_SURE = 0.8
"""Near a limit, the other condition of the definition is fulfilled with at least this probability,
so the value at the limit decides."""
FEWEST = 300
"""Bins with fewer planets are left out."""


class Scan(NamedTuple):
    """The largest change of a score by one step of 1 % in one column."""

    column: str
    planet: str
    """The planet's values."""
    step: float
    at: float
    """The value before the step."""


def scan(score: Scorer) -> list[Scan]:
    """Scan each known value of each planet, all others fixed; the largest steps come first."""
    found = []
    for values in _PLANETS:
        planet = dict(zip(_NAMES, values, strict=False))
        text = ", ".join(f"{name} {value}" for name, value in planet.items() if value is not None)
        for name, (low, high) in SCANNED.items():
            if planet.get(name) is None:
                continue
            grid = np.exp(np.arange(np.log(low), np.log(high), np.log1p(STEP)))
            scores = score(golden_table([{**planet, name: float(value)} for value in grid]))
            steps = np.abs(np.diff(scores.astype(np.float64)))
            largest = int(steps.argmax())
            found.append(Scan(name, text, float(steps[largest]), float(grid[largest])))
    return sorted(found, key=lambda each: -each.step)


@dataclass(frozen=True, slots=True)
class EdgePlanets:
    """Simulated planets near a limit of the definition, each in a narrow bin of the value there."""

    known: Table
    labels: BoolArray
    weight: FloatArray
    bins: IntArray
    """Number of the bin in `_LIMITS` order, shape (planets,)."""

    def errors(self, score: Scorer) -> FloatArray:
        """Return the distance of mean score and share of positives of each bin that has enough."""
        scores = score(self.known).astype(np.float64)
        count = np.bincount(self.bins)
        difference = np.bincount(self.bins, self.weight * (scores - self.labels))
        total = np.bincount(self.bins, self.weight)
        return np.abs(difference / np.maximum(total, 1e-300))[count >= FEWEST]

    def noise(self) -> float:
        """Return the mean distance that chance alone would give, if each bin had its own share."""
        count, total = np.bincount(self.bins), np.bincount(self.bins, self.weight)
        enough = count >= FEWEST
        share = np.bincount(self.bins, self.weight * self.labels)[enough] / total[enough]
        squares = np.bincount(self.bins, self.weight**2)[enough]
        deviation = np.sqrt(squares * share * (1.0 - share)) / total[enough]
        return float(np.mean(deviation) * np.sqrt(2.0 / np.pi))


def edge_error(planets: EdgePlanets, score: Scorer) -> float:
    """Return the edge calibration error: the mean over the bins."""
    return float(planets.errors(score).mean())


def simulate_edges(count: int = EDGE_PLANETS) -> EdgePlanets:
    """Simulate planets and keep those near a limit; a planet near two limits is kept twice."""
    settings = replace(Settings(), seed=EDGE_SEED)
    rng = np.random.default_rng(EDGE_SEED)
    chunks = [
        _near_edges(min(_CHUNK, count - start), settings, rng) for start in range(0, count, _CHUNK)
    ]
    return EdgePlanets(
        {name: np.concatenate([each.known[name] for each in chunks]) for name in chunks[0].known},
        np.concatenate([each.labels for each in chunks]),
        np.concatenate([each.weight for each in chunks]),
        np.concatenate([each.bins for each in chunks]),
    )


def _near_edges(count: int, settings: Settings, rng: np.random.Generator) -> EdgePlanets:
    population = simulate(count, settings, rng)
    labels, has_weight = label(population.truth), population.weight > 0.0
    rows, bins, first = [], [], 0
    for distance, reach in limit_distances(population.known):
        near = np.flatnonzero((np.abs(distance) < reach) & has_weight)
        rows.append(near)
        bins.append(first + ((distance[near] + reach) / BIN_WIDTH).astype(np.intp))
        first += round(2 * reach / BIN_WIDTH) + 1
    row = np.concatenate(rows)
    known = {name: values[row] for name, values in population.known.items()}
    return EdgePlanets(known, labels[row], population.weight[row], np.concatenate(bins))


def limit_distances(known: Table) -> list[tuple[FloatArray, float]]:
    """Return the distances of planets from each limit, NaN where it does not decide, and the reach.

    The mass decides where no radius is known.
    """
    features = dict(zip(FEATURES, feature_matrix(known).T.astype(np.float64), strict=True))
    is_lit, is_sized = features["p_zone"] > _SURE, features["p_size"] > _SURE
    no_radius = np.isnan(known["pl_rade"])
    radius, mass = (np.log(known[name]) for name in ("pl_rade", "pl_bmasse"))
    sources = (
        ("radius", radius, np.log(RADIUS_LIMITS), is_lit),
        ("mass", mass, np.log(MASS_LIMITS), is_lit & no_radius),
        ("zone", features["zone"], (0.0, 1.0), is_sized),
    )
    return [
        (np.where(decides, value - limit, np.nan), _REACH[name])
        for name, value, limits, decides in sources
        for limit in limits
    ]
