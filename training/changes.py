"""Changes to the model that are measured: what is in it, switched off, and what is not, tried.

A change has two sides that differ by it alone; one of them is always the model as shipped.

The trap: a side may differ in more than its settings. A model that knows nothing of a column must
not be told it when it scores real planets either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from exohabit.science.features import FEATURES, IMPLIED, FeatureMatrix
from training.settings import Catalogue, Prior, Settings


def as_they_are(features: FeatureMatrix) -> FeatureMatrix:
    """Leave the features as they are."""
    return features


@dataclass(frozen=True, slots=True)
class Side:
    """One way to make a model."""

    settings: Settings = field(default_factory=Settings)
    unknown: tuple[str, ...] = ()
    """Columns that are never told, neither in training nor of real planets."""
    computed: bool = True
    """Whether sizes that the archive computed count as known of real planets."""
    reshape: Callable[[FeatureMatrix], FeatureMatrix] = as_they_are
    """What the model is given in place of its features."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change, adopted or not, and the side that is not shipped."""

    name: str
    adopted: bool
    why: str
    other: Side


PEAKS = {"pl_rade": 1.12, "pl_bmasse": 1.0, "pl_insol": 0.75, "zone": 0.5, "zone_orbit": 0.5}
"""Features with a best value: the definition's limits lie at equal factors around it."""
BLACK_LIMITS = {"pl_eqt": 321.0, "zone_eqt": 1.0}
"""Temperatures beyond which even a black planet has too much light: at 1.776 times Earth's."""
SPLIT = {**PEAKS, **BLACK_LIMITS}


def split(features: FeatureMatrix) -> FeatureMatrix:
    """Replace each feature of `SPLIT` by what it is below and, at the end, beyond that value."""
    json_pointer, beyond = features.copy(), []
    for name, value in SPLIT.items():
        column = FEATURES.index(name)
        beyond.append(np.maximum(features[:, column], value))
        json_pointer[:, column] = np.minimum(features[:, column], value)
    return np.column_stack([json_pointer, *beyond]).astype(np.float32)


def without_implied(features: FeatureMatrix) -> FeatureMatrix:
    """Leave out the features that physics implies."""
    return np.delete(features, [FEATURES.index(name) for name in IMPLIED], axis=1)


MONOTONE = (*(int(name in PEAKS) for name in FEATURES), *(-1 for _ in SPLIT))
"""The score rises towards a best value, falls beyond it, and falls where even black is too hot."""
PROTOTYPE_ALBEDOS = Catalogue(albedo=(0.0, 0.45))
NOT_EVOLVED = {
    kind: {"dwarf": share + 0.13, "subgiant": 0.0, "giant": 0.0}.get(kind, share)
    for kind, share in Prior().star_kinds.items()
}
ALL_TRANSIT = Prior(transit_share=1.0)
BOTH_MEASURED = Catalogue(mass_computed=0.0, mass_measured=1.0)


def _with(prior: Prior | None = None, catalogue: Catalogue | None = None) -> Settings:
    return replace(Settings(), prior=prior or Prior(), catalogue=catalogue or Catalogue())


CHANGES: tuple[Change, ...] = (
    Change(
        "eccentric orbits",
        True,
        "Physics demands it: an orbit of eccentricity 0.5 has 15 % more light than its axis says.",
        Side(_with(Prior(eccentric_share=0.0)), unknown=("pl_orbeccen",)),
    ),
    Change(
        "albedos up to 0.9",
        True,
        "Clouds like those of Venus exist (0.77): nothing for the rank, much for calibration.",
        Side(_with(catalogue=PROTOTYPE_ALBEDOS)),
    ),
    Change(
        "evolved stars",
        True,
        "Hosts are subgiants and giants, too: nothing for the rank, much for calibration.",
        Side(_with(Prior(star_kinds=NOT_EVOLVED))),
    ),
    Change(
        "radius or mass measured, not both",
        True,
        "The catalog judges by what was measured; the archive computes the other.",
        Side(_with(ALL_TRANSIT, BOTH_MEASURED)),
    ),
    Change(
        "features that physics implies",
        True,
        "Kepler's and Stefan-Boltzmann's laws need not be learned from examples.",
        Side(reshape=without_implied),
    ),
    Change(
        "half of the planets near the zone",
        True,
        "The boundary is where examples are needed; weights restore the prior.",
        Side(_with(Prior(near_share=0.0))),
    ),
    Change(
        "small planets as eccentric as large ones",
        False,
        "Radial velocities of giants say so (Kipping 2013), transits of small planets do not.",
        Side(_with(Prior(small_eccentricity=Prior().large_eccentricity))),
    ),
    Change(
        "monotone constraints",
        False,
        "Rising to the best size and light, falling beyond: chance for the rank, a worse log-loss.",
        Side(replace(Settings(), monotone=MONOTONE), reshape=split),
    ),
    Change(
        "computed sizes taken as not measured",
        False,
        "Needs to be told which sizes were computed, and the gain is within chance.",
        Side(computed=False),
    ),
    Change(
        "two million planets",
        False,
        "Twice the planets, and twice the time to train.",
        Side(replace(Settings(), planets=2_000_000)),
    ),
)
