"""Step 4, the evaluation: how right the scores are, on simulated planets and on real ones.

Simulated planets show calibration: among planets scored 0.7, are 70 % habitable? Real planets, an
archive table with the Habitable Worlds Catalog's labels, show the ranking, beside rankings by
simple rules in the same run. Nothing of the real tables was fitted on, so all of it is test.

    python -m training.evaluate --catalog FILE --labels FILE [--seeds 5] [--report]

With --report the findings are kept in models/evaluation.json, and the model's card and its plots
are made from them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from tqdm import tqdm

from exohabit.science.arrays import BoolArray
from exohabit.science.features import feature_matrix
from exohabit.scoring.bundle import Bundle
from training import card, metrics
from training.archive import VIEWS, Archive
from training.findings import FINDINGS, View
from training.fit import examples, grow
from training.labels import label
from training.measurement import measure
from training.population import simulate
from training.settings import ROOT, Settings


def on_archive(view: View) -> Iterator[str]:
    """Report on one view of labelled planets: the model beside the baselines."""
    yield f"{'ranking by':46s}  AP    5-95 %     in top 50  100"
    for rule, ranked in view.rankings.items():
        recalls = " ".join(f"{share:7.0%}" for share in ranked.recall.values())
        reach = f"{ranked.low:.2f}-{ranked.high:.2f}"
        yield f"{rule:46s} {ranked.average_precision:.3f} {reach}   {recalls}"
    yield f"Brier score {view.brier:.4f}"
    yield "Calibration against the definition on the values given:"
    yield calibration_table(view.calibration)


def calibration_table(bins: list[metrics.Bin]) -> str:
    """Lay out a calibration: planets, mean score and share of positives a bin."""
    rows = [f"{each.planets:9,d}  {each.score:8.3f}  {each.positive:8.3f}" for each in bins]
    error = metrics.calibration_error(bins)
    return "\n".join(("  planets     score  positive", *rows, f"expected error {error:.3f}"))


def over_seeds(
    archive: Archive, labels: BoolArray, seeds: int, size: dict[str, int]
) -> dict[str, list[float]]:
    """Measure the average precision of models that differ from the shipped one by seed alone."""
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
    return found


def seeds_table(found: dict[str, list[float]]) -> Iterator[str]:
    """Lay out what models of other seeds reached, a line a view."""
    for view, values in found.items():
        each = ", ".join(f"{value:.3f}" for value in values)
        yield f"{view}: mean AP {np.mean(values):.3f}, sd {np.std(values, ddof=1):.3f} ({each})"


def prior(settings: Settings) -> float:
    """Return the share of planets that meet the definition under the prior."""
    rng = np.random.default_rng(settings.seed)
    population = simulate(settings.held_out, settings, rng)
    return float(np.average(label(population.truth), weights=population.weight))


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--catalog", type=Path, required=True, help="table of the archive, CSV")
    parser.add_argument("--labels", type=Path, required=True, help="CSV of pl_name, habitable")
    parser.add_argument("--seeds", type=int, default=0, help="also fit as many models anew")
    parser.add_argument(
        "--report",
        type=Path,
        nargs="?",
        const=ROOT,
        metavar="FOLDER",
        help="also write models/card.md and its plots, into another folder if one is named",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Print the report on the model in `models/`, and write its card if asked."""
    args = _arguments(arguments)
    bundle = Bundle.load(ROOT, fast_engines=False).for_many(Settings().threads)
    print("Held-out simulated planets, under the prior:")
    simulated = bundle.manifest.metrics["calibration"]
    print(calibration_table([metrics.Bin(**each) for each in simulated]))
    findings = measure(bundle, args.catalog, args.labels, prior(Settings()))
    found = f"{findings.planets} planets, {findings.habitable} of them habitable"
    print(f"Model {bundle.version} on {found}")
    for name, view in findings.views.items():
        print(f"\n== {name} ==", *on_archive(view), sep="\n")
    if args.seeds:
        print(f"\n== {args.seeds} models that differ by seed alone ==")
        labelled = Archive.read(args.catalog).labelled(args.labels)
        found_anew = over_seeds(*labelled, args.seeds, bundle.manifest.size)
        print(*seeds_table(found_anew), sep="\n")
        findings = msgspec.structs.replace(findings, seeds=found_anew)
    if args.report:
        findings.write(args.report / FINDINGS)
        print(f"wrote {card.write(args.report)}")


if __name__ == "__main__":
    main()
