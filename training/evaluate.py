"""Step 4, the evaluation: how right the scores are, on simulated planets and on real ones.

Simulated planets show calibration: among planets scored 0.7, are 70 % habitable? Real planets, an
archive table with the Habitable Worlds Catalog's labels, show the ranking, beside rankings by
simple rules in the same run. Nothing of the real tables was fitted on, so all of it is test.

    python -m training.evaluate --catalog FILE --labels FILE [--seeds 5]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from science.arrays import BoolArray, FloatArray
from science.features import Table, feature_matrix
from scoring import Bundle
from training import metrics
from training.archive import Archive
from training.baselines import baselines, definition
from training.fit import examples, grow
from training.labels import label
from training.population import simulate
from training.settings import ROOT, Settings

VIEWS = {"five columns": False, "with the optional columns": True}


def on_archive(
    labels: BoolArray, hosts: FloatArray, known: Table, scores: FloatArray
) -> Iterator[str]:
    """Report on one view of labelled planets: the model beside the baselines."""
    yield f"{'ranking by':46s}  AP    5-95 %     in top 50  100"
    for rule, ranked in {"the model": scores, **baselines(known)}.items():
        precision = metrics.average_precision(labels, ranked)
        low, high = np.quantile(metrics.bootstrap(labels, ranked, hosts), (0.05, 0.95))
        recalls = " ".join(f"{metrics.recall_at(labels, ranked, top):7.0%}" for top in (50, 100))
        yield f"{rule:46s} {precision:.3f} {low:.2f}-{high:.2f}   {recalls}"
    yield f"Brier score {metrics.brier(labels, scores):.4f}"
    yield "Calibration against the definition on the values given:"
    defined, even = definition(known), np.ones(labels.size)
    yield calibration_table(metrics.calibration(defined, scores, even, bins=5))


def calibration_table(bins: list[metrics.Bin]) -> str:
    """Lay out a calibration: planets, mean score and share of positives a bin."""
    rows = [f"{each.planets:9,d}  {each.score:8.3f}  {each.positive:8.3f}" for each in bins]
    error = metrics.calibration_error(bins)
    return "\n".join(("  planets     score  positive", *rows, f"expected error {error:.3f}"))


def over_seeds(
    archive: Archive, labels: BoolArray, seeds: int, size: dict[str, int]
) -> Iterator[str]:
    """Report the average precision of models that differ from the shipped one by seed alone."""
    features = {view: feature_matrix(archive.known(optional=it)) for view, it in VIEWS.items()}
    found: dict[str, list[float]] = {view: [] for view in VIEWS}
    for seed in tqdm(range(1, seeds + 1), unit="seed", disable=None):
        trial = Settings(seed=seed)
        population = simulate(trial.planets, trial, np.random.default_rng(seed))
        planets = examples(population, label(population.truth))
        booster = grow(planets, trial, tick=lambda: None, **size).get_booster()
        for view, matrix in features.items():
            scores = booster.inplace_predict(matrix)
            found[view].append(metrics.average_precision(labels, scores))
    for view, values in found.items():
        each = ", ".join(f"{value:.3f}" for value in values)
        yield f"{view}: mean AP {np.mean(values):.3f}, sd {np.std(values, ddof=1):.3f} ({each})"


def main(arguments: list[str] | None = None) -> None:
    """Print the report on the model in `models/`."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--catalog", type=Path, required=True, help="table of the archive, CSV")
    parser.add_argument("--labels", type=Path, required=True, help="CSV of pl_name, habitable")
    parser.add_argument("--seeds", type=int, default=0, help="also fit as many models anew")
    args = parser.parse_args(arguments)
    bundle = Bundle.load(ROOT, threads=Settings().threads)
    print("Held-out simulated planets, under the prior:")
    simulated = bundle.manifest.metrics["calibration"]
    print(calibration_table([metrics.Bin(**each) for each in simulated]))
    archive, labels = Archive.read(args.catalog).labelled(args.labels)
    hosts = archive.rows["hostname"].to_numpy()
    print(f"Model {bundle.version} on {labels.size} planets, {labels.sum()} of them habitable")
    for view, optional in VIEWS.items():
        known = archive.known(optional=optional)
        print(f"\n== {view} ==")
        scores = bundle.score(feature_matrix(known)).astype(np.float64)
        print("\n".join(on_archive(labels, hosts, known, scores)))
    if args.seeds:
        print(f"\n== {args.seeds} models that differ by seed alone ==")
        print("\n".join(over_seeds(archive, labels, args.seeds, bundle.manifest.size)))


if __name__ == "__main__":
    main()
