"""Step 3, the fit: an XGBoost classifier of the labels, as small as possible.

For each depth, one model with the largest number of trees is fitted, and its log-loss on held-out
planets is measured for every candidate number of trees. Of the sizes within the tolerance of the
best, the one with the least work for a score (trees x depth) is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost as xgb
from tqdm import tqdm

from exohabit.science.arrays import BoolArray, FloatArray, SingleArray
from exohabit.science.features import FEATURES, FeatureMatrix, feature_matrix
from exohabit.scoring.manifest import Size
from training import publish, tables
from training.labels import FILES as LABELS
from training.metrics import log_loss, measure_simulated
from training.population import FILES as POPULATION
from training.population import Population
from training.settings import ROOT, Settings
from training.sizes import smallest

Tick = Callable[[], object]
"""Called after every tree."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Training examples: features (planets, columns), labels and weights (planets,)."""

    features: FeatureMatrix
    labels: BoolArray
    weight: FloatArray


def examples(population: Population, labels: BoolArray) -> Examples:
    """Return the training examples of a simulated population."""
    return Examples(feature_matrix(population.known), labels, population.weight)


def grow(
    planets: Examples,
    settings: Settings,
    depth: int,
    trees: int,
    tick: Tick,
    base_margin: SingleArray | None = None,
) -> xgb.XGBClassifier:
    """Fit one classifier; `tick` is called after every tree."""
    model = xgb.XGBClassifier(
        n_estimators=trees,
        max_depth=depth,
        learning_rate=settings.learning_rate,
        base_score=settings.base_score,
        min_child_weight=settings.min_child_weight,
        subsample=settings.subsample,
        max_bin=settings.max_bin,
        tree_method="hist",
        monotone_constraints=tuple(int(name in settings.rising) for name in FEATURES),
        n_jobs=settings.threads,
        random_state=settings.seed % 2**31,
        callbacks=[_Ticking(tick)],
    )
    model.fit(
        planets.features, planets.labels, sample_weight=planets.weight, base_margin=base_margin
    )
    # The callback must not be pickled with the model.
    model.set_params(callbacks=None)
    return model


def size_curve(planets: Examples, held_out: Examples, settings: Settings, tick: Tick) -> list[Size]:
    """Return the log-loss of every candidate size on held-out planets."""
    matrix = xgb.DMatrix(held_out.features)
    sizes = []
    for depth in settings.depths:
        booster = grow(planets, settings, depth, max(settings.trees), tick).get_booster()
        for trees in settings.trees:
            scores = booster.predict(matrix, iteration_range=(0, trees))
            sizes.append(Size(depth, trees, log_loss(held_out.labels, scores)))
    return sizes


class _Ticking(xgb.callback.TrainingCallback):
    def __init__(self, tick: Tick) -> None:
        super().__init__()
        self.tick = tick

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        self.tick()
        return False


def run(settings: Settings) -> None:
    """Choose the size, fit the model, and write the bundle."""
    populations = {name: Population.load(path) for name, path in POPULATION.items()}
    planets, held_out = (
        examples(populations[name], np.load(LABELS[name])) for name in ("planets", "held_out")
    )
    with tqdm(total=len(settings.depths) * max(settings.trees), unit="tree", disable=None) as bar:
        sizes = size_curve(planets, held_out, settings, bar.update)
    chosen = smallest(sizes, settings.tolerance)
    model = grow(planets, settings, chosen.depth, chosen.trees, lambda: None)
    scores = model.get_booster().inplace_predict(held_out.features)
    metrics = measure_simulated(held_out.labels, scores, held_out.weight)
    manifest = publish.publish(
        model, settings, chosen, sizes, populations["planets"], metrics, ROOT
    )
    print(tables.sizes(manifest))
    print(f"wrote model {manifest.model_version}: depth {chosen.depth}, {chosen.trees} trees")


if __name__ == "__main__":
    run(Settings())
