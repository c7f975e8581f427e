"""The ablation: measures the effect of each change to the model, also of those without an effect.

For each change, models are fitted with and without it, with the same seeds. They score the test
sets of `training/test_sets.py`; the interval of the saved log-loss is a bootstrap over host stars.
Steps and edge error are those of `training/smoothness.py`. Models are fitted on fewer planets than
the shipped one, because there are many.

    python -m training.ablation --catalog FILE --labels FILE --oec FILE --koi FILE [--only NAME ...]

Warning: a run replaces the results of the changes it measures only. After a change to the
population, all of them must be measured again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import xgboost as xgb
from tqdm import tqdm

from exohabit.science.arrays import FloatArray, SingleArray
from exohabit.science.features import FEATURES, FeatureMatrix, Table, feature_matrix
from exohabit.science.posterior import size_probability
from exohabit.scoring.manifest import read_manifest
from training import metrics
from training.ablation_results import (
    RESULTS,
    AblationResults,
    ChangeResult,
    Measures,
    Saved,
    read_results,
)
from training.archive import TableError
from training.changes import CHANGES, Change, Side
from training.fit import Examples, Tick, grow
from training.labels import label
from training.metrics import Bootstrap
from training.population import simulate
from training.settings import ROOT
from training.smoothness import EdgePlanets, Scorer, edge_error, scan, simulate_edges
from training.test_sets import PlanetSet, Tables, read_test_sets

PLANETS = 600_000
EDGE_PLANETS = 1_000_000
LEAST_CHANCE = 0.002
"""Base margins are those of at least this probability and at most one minus it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What models are measured on."""

    sets: dict[str, PlanetSet]
    edges: EdgePlanets
    planets: int = PLANETS
    """Simulated planets that each model is fitted on, unless a change says otherwise."""


@dataclass(frozen=True, slots=True)
class Result:
    """The results of the models of one side, means over the seeds."""

    measures: Measures
    losses: dict[str, FloatArray]
    """Log-loss of each planet, by test set."""


def measure(
    side: Side, size: dict[str, int], trial: Trial, seeds: Sequence[int], tick: Tick
) -> Result:
    """Fit and measure a model for each seed; `tick` is called after each."""
    measured = []
    for seed in seeds:
        measured.append(_measure_one(fit_side(side, size, trial.planets, seed), trial))
        tick()
    return Result(
        _mean([each.measures for each in measured]),
        {name: np.mean([each.losses[name] for each in measured], axis=0) for name in trial.sets},
    )


def fit_side(side: Side, size: dict[str, int], planets: int, seed: int) -> Scorer:
    """Fit one model of a side, and return the function that scores with it."""
    factor = side.settings.planets / type(side.settings)().planets
    settings = replace(side.settings, seed=seed, planets=round(planets * factor))
    population = simulate(settings.planets, settings, np.random.default_rng(seed))
    features = feature_matrix(population.known)
    shape = {**size, **side.size}
    model = grow(
        Examples(_of_side(features, side), label(population.truth), population.weight),
        settings,
        shape["depth"],
        shape["trees"],
        tick=lambda: None,
        base_margin=_base_margin(features) if side.from_posterior else None,
    )
    booster = model.get_booster()

    def score(known: Table) -> FloatArray:
        features = feature_matrix(known)
        matrix = xgb.DMatrix(_of_side(features, side))
        if side.from_posterior:
            matrix.set_base_margin(_base_margin(features))
        scores: FloatArray = booster.predict(matrix).astype(np.float64)
        return scores

    return score


def _measure_one(score: Scorer, trial: Trial) -> Result:
    losses, log_loss, precision = {}, {}, {}
    for name, planets in trial.sets.items():
        scores = score(planets.known)
        losses[name] = metrics.log_losses(planets.truth, scores)
        log_loss[name] = float(losses[name].mean())
        precision[name] = metrics.average_precision(planets.truth, scores)
    steps = [each.step for each in scan(score)]
    measures = Measures(
        log_loss=log_loss,
        average_precision=precision,
        median_step=float(np.median(steps)),
        largest_step=max(steps),
        edge_error=edge_error(trial.edges, score),
    )
    return Result(measures, losses)


def _mean(measures: list[Measures]) -> Measures:
    def by_set(name: str) -> dict[str, float]:
        found = [getattr(each, name) for each in measures]
        return {key: float(np.mean([each[key] for each in found])) for key in found[0]}

    def number(name: str) -> float:
        return float(np.mean([getattr(each, name) for each in measures]))

    return Measures(
        log_loss=by_set("log_loss"),
        average_precision=by_set("average_precision"),
        median_step=number("median_step"),
        largest_step=number("largest_step"),
        edge_error=number("edge_error"),
    )


def _of_side(features: FeatureMatrix, side: Side) -> FeatureMatrix:
    """Return the features of the side's posterior, with those unknown that it does not use."""
    hidden = features.copy()
    radius, mass, ratio, in_zone = (
        features[:, FEATURES.index(name)].astype(np.float64)
        for name in ("pl_rade", "pl_bmasse", "size_ratio", "p_zone")
    )
    right_size = size_probability(radius, mass, ratio, mass_measured=side.mass_measured)
    hidden[:, FEATURES.index("p_size")] = right_size
    hidden[:, FEATURES.index("p_habitable")] = in_zone * right_size
    hidden[:, [FEATURES.index(name) for name in side.without]] = np.nan
    return hidden


def _base_margin(features: FeatureMatrix) -> SingleArray:
    """Return the log-odds of the posterior, shape (planets,)."""
    chance = features[:, FEATURES.index("p_habitable")].astype(np.float64)
    chance = np.clip(np.nan_to_num(chance), LEAST_CHANCE, 1.0 - LEAST_CHANCE)
    return np.log(chance / (1.0 - chance)).astype(np.float32)


def compare(
    change: Change, shipped: Result, other: Result, sets: dict[str, PlanetSet]
) -> ChangeResult:
    """Return the entry of a change: the results with it and without it."""
    with_it, without_it = (shipped, other) if change.adopted else (other, shipped)
    saved = {}
    for name, planets in sets.items():
        difference = without_it.losses[name] - with_it.losses[name]
        draws = Bootstrap.draw(planets.hosts).means(difference)
        saved[name] = Saved(float(difference.mean()), *metrics.interval(draws))
    return ChangeResult(
        change.name, change.adopted, change.why, with_it.measures, without_it.measures, saved
    )


def write(path: Path, seeds: int, planets: int, entry: ChangeResult) -> None:
    """Write the entry of one change into the results, in place of its old entry."""
    results = read_results(path)
    # Entries with other numbers of seeds or planets cannot be compared.
    is_same = results and (results.seeds, results.planets) == (seeds, planets)
    by_name = {each.name: each for each in results.changes} if results and is_same else {}
    by_name[entry.name] = entry
    entries = [by_name[change.name] for change in CHANGES if change.name in by_name]
    encoded = msgspec.json.encode(AblationResults(seeds, planets, entries))
    path.write_bytes(msgspec.json.format(encoded, indent=1) + b"\n")


def main(arguments: list[str] | None = None) -> None:
    """Measure the changes, and write the results after each of them.

    Exits with status 1 and one line if a table cannot be used.
    """
    args = _parse(arguments)
    size = read_manifest(ROOT).size
    seeds = range(1, args.seeds + 1)
    changes = [change for change in CHANGES if not args.only or change.name in args.only]
    try:
        _, sets = read_test_sets(Tables(args.catalog, args.labels, args.oec, args.koi))
    except TableError as error:
        sys.exit(str(error))
    trial = Trial(sets, simulate_edges(EDGE_PLANETS))
    with tqdm(total=len(seeds) * (len(changes) + 1), unit="model", disable=None) as bar:
        shipped = measure(Side(), size, trial, seeds, bar.update)
        for change in changes:
            other = measure(change.other, size, trial, seeds, bar.update)
            entry = compare(change, shipped, other, sets)
            write(ROOT / RESULTS, args.seeds, trial.planets, entry)
            bar.write(f"{change.name}: {entry.saved}")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.ablation", description=__doc__)
    parser.add_argument("--catalog", type=Path, required=True, help="table of the archive, CSV")
    parser.add_argument("--labels", type=Path, required=True, help="CSV of pl_name, habitable")
    parser.add_argument("--oec", type=Path, required=True, help="Open Exoplanet Catalogue, CSV")
    parser.add_argument("--koi", type=Path, required=True, help="Kepler objects of interest, CSV")
    parser.add_argument("--seeds", type=int, default=2, help="number of models for each side")
    names = [change.name for change in CHANGES]
    parser.add_argument("--only", nargs="+", choices=names, default=[], help="changes to measure")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
