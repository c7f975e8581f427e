"""The ablation: measures the effect of each change to the model, also of those without an effect.

For each change, models are fitted with and without it, with the same seeds and the size of the
shipped model. The average precision is that of the labelled half of the archive. The interval of
the gain is a bootstrap over host stars, with the same samples on both sides. Calibration and
log-loss are those of held-out planets of the current population.

    python -m training.ablation --catalog FILE --labels FILE [--seeds 5] [--only NAME ...]

Warning: a run replaces the results of the changes it measures only. After a change to the
population, all of them must be measured again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.features import FeatureMatrix, Table, feature_matrix
from exohabit.scoring.manifest import MANIFEST
from training import metrics
from training.archive import TableError, read_labelled
from training.changes import CHANGES, Change, Side
from training.fit import Examples, Tick, grow
from training.labels import label
from training.population import Population, simulate
from training.settings import ROOT, Settings

REPORT = ROOT / "models" / "ablation.json"
VIEWS = {"five": False, "all": True}
HELD_OUT_SEED = 0
"""Seed of the held-out planets, which all models share; the seeds of models start at 1."""
DRAWS = 500


@dataclass(frozen=True, slots=True)
class Trial:
    """Planets to measure models on: labelled ones of the archive, and simulated ones."""

    known: dict[str, Table]
    """By view."""
    measured: dict[str, Table]
    """By view, without radii and masses that the archive computed."""
    labels: BoolArray
    hosts: FloatArray
    held_out: Population


@dataclass(frozen=True, slots=True)
class Result:
    """The results of the models of one side."""

    precision: dict[str, FloatArray]
    """By view, shape (seeds,)."""
    draws: dict[str, FloatArray]
    """Bootstrap over host stars, by view, shape (seeds, draws)."""
    calibration_error: float
    """Mean over the seeds."""
    log_loss: float
    """Mean over the seeds."""


def prepare_trial(catalog: Path, labels: Path, settings: Settings) -> Trial:
    """Read the labelled planets and simulate the held-out ones.

    Raises:
        TableError: one of the tables cannot be used.
    """
    archive, habitable = read_labelled(catalog, labels)
    known, measured = (
        {
            view: archive.known(optional=optional, computed=computed)
            for view, optional in VIEWS.items()
        }
        for computed in (True, False)
    )
    rng = np.random.default_rng(HELD_OUT_SEED)
    held_out = simulate(settings.held_out, settings, rng)
    hosts = archive.rows["hostname"].to_numpy()
    return Trial(known, measured, habitable, hosts, held_out)


def measure(side: Side, size: dict[str, int], trial: Trial, seeds: range, tick: Tick) -> Result:
    """Fit and measure a model for each seed; `tick` is called after each."""
    measured = []
    for seed in seeds:
        measured.append(_measure_one(side, size, trial, seed))
        tick()
    precision = {view: np.array([one[view][0] for one in measured]) for view in VIEWS}
    draws = {view: np.array([one[view][1] for one in measured]) for view in VIEWS}
    errors, losses = zip(*(one["held_out"] for one in measured), strict=True)
    return Result(precision, draws, float(np.mean(errors)), float(np.mean(losses)))


def _measure_one(side: Side, size: dict[str, int], trial: Trial, seed: int) -> dict[str, Any]:
    settings = replace(side.settings, seed=seed)
    population = simulate(settings.planets, settings, np.random.default_rng(seed))
    planets = Examples(
        _features(population.known, side), label(population.truth), population.weight
    )
    booster = grow(planets, settings, tick=lambda: None, **size).get_booster()
    results: dict[str, Any] = {}
    tables = trial.known if side.computed else trial.measured
    for view, known in tables.items():
        scores = booster.inplace_predict(_features(known, side))
        draws = metrics.bootstrap(trial.labels, scores, trial.hosts, draws=DRAWS)
        results[view] = metrics.average_precision(trial.labels, scores), draws
    held_out = trial.held_out
    scores = booster.inplace_predict(_features(held_out.known, side))
    simulated = metrics.measure_simulated(label(held_out.truth), scores, held_out.weight)
    results["held_out"] = simulated["calibration_error"], simulated["log_loss"]
    return results


def _features(known: Table, side: Side) -> FeatureMatrix:
    unknown = {name: np.full_like(known[name], np.nan) for name in side.unknown}
    return side.transform(feature_matrix({**known, **unknown}))


def compare(change: Change, shipped: Result, other: Result) -> dict[str, Any]:
    """Return the entry of a change in the report: the results with it and without it."""
    with_, without = (shipped, other) if change.adopted else (other, shipped)
    entry: dict[str, Any] = {"name": change.name, "adopted": change.adopted, "why": change.why}
    for view in VIEWS:
        low, high = np.quantile(
            (with_.draws[view] - without.draws[view]).mean(axis=0), (0.05, 0.95)
        )
        mean, before = float(with_.precision[view].mean()), float(without.precision[view].mean())
        numbers = {"mean": mean, "without": before, "gain": mean - before, "low": low, "high": high}
        entry[view] = {name: round(float(value), 4) for name, value in numbers.items()}
    for name in ("calibration_error", "log_loss"):
        entry[name] = round(getattr(with_, name), 5)
        entry[f"{name}_without"] = round(getattr(without, name), 5)
    return entry


def write(path: Path, seeds: int, entry: dict[str, Any]) -> None:
    """Write the entry of one change into the report, in place of its old entry."""
    report = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if report.get("seeds") != seeds:  # entries with another number of seeds cannot be compared
        report = {"changes": []}
    by_name = {each["name"]: each for each in report["changes"]} | {entry["name"]: entry}
    order = [change.name for change in CHANGES]
    entries = [by_name[name] for name in order if name in by_name]
    text = json.dumps({"seeds": seeds, "changes": entries}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Measure the changes, and write the report after each of them.

    Exits with status 1 and one line if a table cannot be used.
    """
    args = _parse(arguments)
    size = json.loads((ROOT / MANIFEST).read_text(encoding="utf-8"))["size"]
    seeds = range(1, args.seeds + 1)
    changes = [change for change in CHANGES if not args.only or change.name in args.only]
    try:
        trial = prepare_trial(args.catalog, args.labels, Settings())
    except TableError as error:
        sys.exit(str(error))
    with tqdm(total=len(seeds) * (len(changes) + 1), unit="model", disable=None) as bar:
        shipped = measure(Side(), size, trial, seeds, bar.update)
        for change in changes:
            entry = compare(change, shipped, measure(change.other, size, trial, seeds, bar.update))
            write(REPORT, args.seeds, entry)
            bar.write(f"{change.name}: {entry['five']} {entry['all']}")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.ablation", description=__doc__)
    parser.add_argument("--catalog", type=Path, required=True, help="table of the archive, CSV")
    parser.add_argument("--labels", type=Path, required=True, help="CSV of pl_name, habitable")
    parser.add_argument("--seeds", type=int, default=5, help="number of models for each side")
    names = [change.name for change in CHANGES]
    parser.add_argument("--only", nargs="+", choices=names, default=[], help="changes to measure")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
