"""The ablation: what each change to the model gave, those included that gave nothing.

For every change models are fitted with and without it, over the same seeds, at the size of the
shipped model. Average precision is that of the labelled half of the archive; the interval of a
gain comes from host stars drawn anew, the same on both sides. Calibration and log-loss are
measured on held-out planets of the population as it is, whichever a model learned from.

    python -m training.ablation --catalog FILE --labels FILE [--seeds 5] [--only NAME ...]

The trap: a run replaces only the changes that it measured. After a change to the population, all
must be measured anew.
"""

from __future__ import annotations

import argparse
import json
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
from training.archive import Archive
from training.changes import CHANGES, Change, Side
from training.fit import Examples, Tick, grow
from training.labels import label
from training.population import Population, simulate
from training.settings import ROOT, Settings

REPORT = ROOT / "models" / "ablation.json"
VIEWS = {"five": False, "all": True}
HELD_OUT_SEED = 0
"""Held-out planets are the same for every model; seeds of models start at 1."""
DRAWS = 500


@dataclass(frozen=True, slots=True)
class Trial:
    """What models are measured on: labelled planets of the archive, and simulated ones."""

    known: dict[str, Table]
    """By view."""
    measured: dict[str, Table]
    """The same without the sizes that the archive computed."""
    labels: BoolArray
    hosts: FloatArray
    held_out: Population


@dataclass(frozen=True, slots=True)
class Result:
    """What the models of one side reached."""

    precision: dict[str, FloatArray]
    """By view, shape (seeds,)."""
    draws: dict[str, FloatArray]
    """By view, over drawn hosts, shape (seeds, draws)."""
    calibration_error: float
    log_loss: float


def compute_extras(catalog: Path, labels: Path, settings: Settings) -> Trial:
    """Read the labelled planets and simulate the held-out ones."""
    archive, habitable = Archive.read(catalog).labelled(labels)
    known, measured = (
        {view: archive.known(optional=it, computed=computed) for view, it in VIEWS.items()}
        for computed in (True, False)
    )
    rng = np.random.default_rng(HELD_OUT_SEED)
    held_out = simulate(settings.held_out, settings, rng)
    hosts = archive.rows["hostname"].to_numpy()
    return Trial(known, measured, habitable, hosts, held_out)


def measure(side: Side, size: dict[str, int], trial: Trial, seeds: range, tick: Tick) -> Result:
    """Fit a model of every seed and measure it."""
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
    found: dict[str, Any] = {}
    tables = trial.known if side.computed else trial.measured
    for view, known in tables.items():
        scores = booster.inplace_predict(_features(known, side))
        draws = metrics.bootstrap(trial.labels, scores, trial.hosts, draws=DRAWS)
        found[view] = metrics.average_precision(trial.labels, scores), draws
    held_out = trial.held_out
    scores = booster.inplace_predict(_features(held_out.known, side))
    simulated = metrics.on_simulation(label(held_out.truth), scores, held_out.weight)
    found["held_out"] = simulated["calibration_error"], simulated["log_loss"]
    return found


def _features(known: Table, side: Side) -> FeatureMatrix:
    unknown = {name: np.full_like(known[name], np.nan) for name in side.unknown}
    return side.reshape(feature_matrix({**known, **unknown}))


def compare(change: Change, shipped: Result, other: Result) -> dict[str, Any]:
    """Set the models with a change beside those without."""
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
    """Put one change into the report, in place of what it said of it."""
    report = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if report.get("seeds") != seeds:  # entries over other seeds are not to be compared
        report = {"changes": []}
    by_name = {each["name"]: each for each in report["changes"]} | {entry["name"]: entry}
    order = [change.name for change in CHANGES]
    entries = [by_name[name] for name in order if name in by_name]
    text = json.dumps({"seeds": seeds, "changes": entries}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Measure the changes and write the report, after each of them."""
    args = _parse(arguments)
    size = json.loads((ROOT / MANIFEST).read_text(encoding="utf-8"))["size"]
    seeds = range(1, args.seeds + 1)
    changes = [change for change in CHANGES if not args.only or change.name in args.only]
    trial = compute_extras(args.catalog, args.labels, Settings())
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
    parser.add_argument("--seeds", type=int, default=5, help="models fitted for each side")
    names = [change.name for change in CHANGES]
    parser.add_argument("--only", nargs="+", choices=names, default=[], help="changes to measure")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
