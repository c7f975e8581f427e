"""Step 4, the evaluation: how good the scores are, on simulated and on real planets.

Simulated planets show the calibration: of the planets with a score of 0.7, are 70 % habitable?
Real planets (the archive's table with the labels of the Habitable Worlds Catalog) show the ranking,
beside rankings by simple rules. The model was not fitted on real planets, so each of them is a
test.

    python -m training.evaluate --catalog FILE --labels FILE [--seeds 5] [--report]

With --report the findings are written to models/evaluation.json, and the model card and its plots
are made from them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec
import numpy as np
from tqdm import tqdm

from exohabit.science.arrays import BoolArray
from exohabit.science.features import feature_matrix
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError
from training import card, metrics, tables
from training.archive import VIEWS, Archive, TableError, read_labelled
from training.findings import FINDINGS
from training.fit import examples, grow
from training.labels import label
from training.measurement import hash_files, measure
from training.population import simulate
from training.settings import ROOT, Settings


def measure_seeds(
    archive: Archive, labels: BoolArray, seeds: int, size: dict[str, int]
) -> dict[str, list[float]]:
    """Return the average precision, by view, of models that differ by their seed only."""
    features = {
        view: feature_matrix(archive.known(optional=optional)) for view, optional in VIEWS.items()
    }
    precisions: dict[str, list[float]] = {view: [] for view in VIEWS}
    for seed in tqdm(range(1, seeds + 1), unit="seed", disable=None):
        settings = Settings(seed=seed)
        population = simulate(settings.planets, settings, np.random.default_rng(seed))
        planets = examples(population, label(population.truth))
        booster = grow(planets, settings, tick=lambda: None, **size).get_booster()
        for view, matrix in features.items():
            scores = booster.inplace_predict(matrix)
            precisions[view].append(metrics.average_precision(labels, scores))
    return precisions


def prior(settings: Settings) -> float:
    """Return the share of planets that meet the definition, under the prior."""
    rng = np.random.default_rng(settings.seed)
    population = simulate(settings.held_out, settings, rng)
    return float(np.average(label(population.truth), weights=population.weight))


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--catalog", type=Path, required=True, help="table of the archive, CSV")
    parser.add_argument("--labels", type=Path, required=True, help="CSV of pl_name, habitable")
    parser.add_argument("--seeds", type=int, default=0, help="number of other models to fit")
    parser.add_argument(
        "--report",
        type=Path,
        nargs="?",
        const=ROOT,
        metavar="FOLDER",
        help="also write models/card.md and its plots, by default into this project",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Print the report on the model in `models/`, and write its card with --report.

    Exits with status 1 and one line if a table or the model cannot be used.
    """
    args = _parse(arguments)
    try:
        archive, labels = read_labelled(args.catalog, args.labels)
        bundle = Bundle.load(ROOT, fast_engines=False).for_many(Settings().threads)
    except (TableError, BundleError) as error:
        sys.exit(str(error))
    files = hash_files(args.catalog, args.labels)
    findings = measure(bundle, archive, labels, files, prior(Settings()))
    if args.seeds:
        seeds = measure_seeds(archive, labels, args.seeds, bundle.manifest.size)
        findings = msgspec.structs.replace(findings, seeds=seeds)
    print(tables.report(findings, bundle.manifest))
    if args.report:
        findings.write(args.report / FINDINGS)
        print(f"wrote {card.write(args.report)}")


if __name__ == "__main__":
    main()
