"""Step 4, the evaluation: how good the scores are, compared with simple rules.

Simulated planets show the calibration: of the planets with a score of 0.7, are 70 % habitable?
Real planets with hidden or older values show how well the model judges what is left of them, beside
simple rules and other models. The labels of the Habitable Worlds Catalog show its ranking. Scans
and simulated planets near the limits of the definition show its smoothness. The model was not
fitted on real planets, so each of them is a test; but settings were chosen with an eye on them.

    python -m training.evaluate --catalog FILE --labels FILE --oec FILE --koi FILE [--seeds 5]
        [--report]

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

from exohabit.science.arrays import FloatArray
from exohabit.science.features import Table, feature_matrix
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError
from training import card, report
from training.archive import TableError, read_labelled
from training.comparison import score_rivals
from training.figures import Exam, measure_figures
from training.findings import FINDINGS
from training.fit import examples, grow
from training.labels import label
from training.measurement import hash_files, measure
from training.population import simulate
from training.previous_evaluation import PREVIOUS, read_previous
from training.settings import ROOT, Settings
from training.smoothness import EDGE_PLANETS, simulate_edges
from training.test_sets import Tables, read_test_sets


def measure_seeds(exam: Exam, seeds: int, size: dict[str, int]) -> dict[str, list[float]]:
    """Return the figures, by name, of models that differ by their seed only."""
    figures: dict[str, list[float]] = {}
    for seed in tqdm(range(1, seeds + 1), unit="seed", disable=None):
        settings = Settings(seed=seed)
        population = simulate(settings.planets, settings, np.random.default_rng(seed))
        planets = examples(population, label(population.truth))
        booster = grow(
            planets, settings, size["depth"], size["trees"], tick=lambda: None
        ).get_booster()

        def score(known: Table) -> FloatArray:
            scores: FloatArray = booster.inplace_predict(feature_matrix(known))  # noqa: B023
            return scores.astype(np.float64)

        for name, value in measure_figures(score, exam).items():
            figures.setdefault(name, []).append(value)
    return figures


def prior(settings: Settings) -> float:
    """Return the share of planets that meet the definition, under the prior."""
    rng = np.random.default_rng(settings.seed)
    population = simulate(settings.held_out, settings, rng)
    return float(np.average(label(population.truth), weights=population.weight))


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--catalog", type=Path, required=True, help="table of the archive, CSV")
    parser.add_argument("--labels", type=Path, required=True, help="CSV of pl_name, habitable")
    parser.add_argument("--oec", type=Path, required=True, help="Open Exoplanet Catalogue, CSV")
    parser.add_argument("--koi", type=Path, required=True, help="Kepler objects of interest, CSV")
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
    files = Tables(args.catalog, args.labels, args.oec, args.koi)
    threads = Settings().threads
    try:
        archive, sets = read_test_sets(files)
        labelled, labels = read_labelled(files.catalog, files.labels)
        bundle = Bundle.load(ROOT, fast_engines=False).for_many(threads)
    except (TableError, BundleError) as error:
        sys.exit(str(error))
    exam = Exam(sets, labelled, labels, simulate_edges(EDGE_PLANETS), prior(Settings()))
    rivals = score_rivals(archive, sets, threads)
    findings = measure(bundle, exam, rivals, hash_files(*files.paths()))
    if args.seeds:
        seeds = measure_seeds(exam, args.seeds, bundle.manifest.size)
        findings = msgspec.structs.replace(findings, seeds=seeds)
    print(report.render(findings, bundle.manifest, read_previous(ROOT / PREVIOUS)))
    if args.report:
        findings.write(args.report / FINDINGS)
        print(f"wrote {card.write(args.report)}")


if __name__ == "__main__":
    main()
