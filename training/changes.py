"""Changes to the model whose effect the ablation measures.

A change has two sides that differ by this change only, and one of them is the shipped model. If the
change was adopted, the other side is without it; if not, the other side is with it.

Warning: a side may differ in more than its settings. A model that was trained without a column must
also score real planets without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from exohabit.science.features import FEATURES, IMPLIED, FeatureMatrix
from training.settings import Catalogue, Prior, Settings


def keep_features(features: FeatureMatrix) -> FeatureMatrix:
    """Return the features unchanged."""
    return features


@dataclass(frozen=True, slots=True)
class Side:
    """A way to make a model."""

    settings: Settings = field(default_factory=Settings)
    unknown: tuple[str, ...] = ()
    """Columns that are removed, in training and from real planets."""
    computed: bool = True
    """Whether radii and masses of real planets that the archive computed count as known."""
    transform: Callable[[FeatureMatrix], FeatureMatrix] = keep_features
    """Computes the features of this side from the usual ones."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change, adopted or not, and the side that is not shipped."""

    name: str
    adopted: bool
    why: str
    other: Side


PEAKS = {"pl_rade": 1.12, "pl_bmasse": 1.0, "pl_insol": 0.75, "zone": 0.5, "zone_orbit": 0.5}
"""Features with a best value, the geometric mean of the definition's limits."""
BLACK_LIMITS = {"pl_eqt": 321.0, "zone_eqt": 1.0}
"""Values above which even a black planet has too much insolation, 1.776 times Earth's."""
SPLIT = {**PEAKS, **BLACK_LIMITS}


def split(features: FeatureMatrix) -> FeatureMatrix:
    """Limit each feature of `SPLIT` to at most its value; append it limited to at least that."""
    below, above = features.copy(), []
    for name, value in SPLIT.items():
        column = FEATURES.index(name)
        above.append(np.maximum(features[:, column], value))
        below[:, column] = np.minimum(features[:, column], value)
    return np.column_stack([below, *above]).astype(np.float32)


def without_implied(features: FeatureMatrix) -> FeatureMatrix:
    """Remove the features that physics implies."""
    return np.delete(features, [FEATURES.index(name) for name in IMPLIED], axis=1)


MONOTONE = (*(int(name in PEAKS) for name in FEATURES), *(-1 for _ in SPLIT))
"""Constraints for the features of `split`: the score rises up to a best value and falls above."""
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
        "An orbit of eccentricity 0.5 has 15 % more insolation than a circular one.",
        Side(_with(Prior(eccentric_share=0.0)), unknown=("pl_orbeccen",)),
    ),
    Change(
        "albedos up to 0.9",
        True,
        "Clouds like those of Venus have 0.77. It helps the calibration, not the ranking.",
        Side(_with(catalogue=PROTOTYPE_ALBEDOS)),
    ),
    Change(
        "evolved stars",
        True,
        "Some hosts are subgiants or giants. It helps the calibration, not the ranking.",
        Side(_with(Prior(star_kinds=NOT_EVOLVED))),
    ),
    Change(
        "radius or mass measured, not both",
        True,
        "The catalog uses the measured one; the archive computes the other.",
        Side(_with(ALL_TRANSIT, BOTH_MEASURED)),
    ),
    Change(
        "features that physics implies",
        True,
        "The model need not learn Kepler's and Stefan-Boltzmann's laws from examples.",
        Side(transform=without_implied),
    ),
    Change(
        "half of the planets near the zone",
        True,
        "Examples are most useful near the limits of the zone; weights restore the prior.",
        Side(_with(Prior(near_share=0.0))),
    ),
    Change(
        "small planets as eccentric as large ones",
        False,
        "True for giants by radial velocity (Kipping 2013), not for small planets by transits.",
        Side(_with(Prior(small_eccentricity=Prior().large_eccentricity))),
    ),
    Change(
        "monotone constraints",
        False,
        "The ranking changes by chance only, and the log-loss gets worse.",
        Side(replace(Settings(), monotone=MONOTONE), transform=split),
    ),
    Change(
        "computed sizes taken as not measured",
        False,
        "It would need to know which sizes were computed, and the gain is within chance.",
        Side(computed=False),
    ),
    Change(
        "two million planets",
        False,
        "Training takes twice as long.",
        Side(replace(Settings(), planets=2_000_000)),
    ),
)
