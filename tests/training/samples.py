"""Made-up findings and ablation results, for tests of the card, tables and plots."""

from __future__ import annotations

import numpy as np

from training.ablation_results import AblationResults, ChangeResult, Effect
from training.archive import VIEWS
from training.findings import EDGES, MODEL, Blanked, Findings, Mistake, Ranked, View
from training.metrics import Bin

FIVE, ALL = VIEWS


def sample_view(precision: float, columns: tuple[str, ...]) -> View:
    ranked = Ranked(precision, precision - 0.1, precision + 0.05, (0.0, 0.0), {"50": 0.5}, [])
    curve = [(0.25, 1.0), (0.5, 0.8), (1.0, 0.4)]
    yes_or_no = [(0.75, 0.6), (1.0, 0.02)]
    nothing = [0] * (EDGES.size - 3)
    return View(
        rankings={
            MODEL: Ranked(*_values(ranked), curve),
            "a rule": Ranked(0.375, 0.2, 0.5, (-0.01, 0.3), {"50": 0.25}, curve),
            "yes or no": Ranked(0.25, 0.1, 0.4, (0.1, 0.4), {"50": 0.25}, yes_or_no),
        },
        brier=0.0123,
        calibration=[Bin(10, 0.2, 0.0), Bin(10, 0.8, 1.0)],
        counts={"habitable": [1, *nothing, 3], "other": [96, *nothing, 0]},
        blanked={name: Blanked(precision - 0.125, 0.05, 0.2, (60, 3)) for name in columns},
        too_little=(7, 1),
    )


def _values(ranked: Ranked) -> tuple:
    return ranked.average_precision, ranked.low, ranked.high, ranked.lead, ranked.recall


def sample_findings(version: str) -> Findings:
    return Findings(
        model_version=version,
        tables={"archive.csv": "ab" * 32, "labels.csv": "cd" * 32},
        planets=100,
        habitable=4,
        prior=0.0321,
        solar_system={"Earth": 0.9753, "Jupiter": 1e-6},
        views={
            FIVE: sample_view(0.8125, ("pl_rade", "st_spectype")),
            ALL: sample_view(0.9375, ("pl_rade", "st_spectype", "st_teff")),
        },
        mistakes=[
            Mistake("Kepler-0 b", habitable=True, scores={FIVE: 0.251, ALL: 0.752}),
            Mistake("GJ 0 | c", habitable=False, scores={FIVE: 0.653, ALL: 0.854}),
        ],
        seeds={FIVE: [0.8, 0.82], ALL: [0.93, 0.95]},
    )


def sample_results() -> AblationResults:
    gain, none = Effect(0.91, 0.9, 0.01, 0.002, 0.018), Effect(0.95, 0.95, 0.0, -0.01, 0.01)
    return AblationResults(
        seeds=5,
        changes=[
            ChangeResult("eccentric orbits", adopted=True, why="light varies", five=gain, all=none),
            ChangeResult(
                "binaries",
                False,
                "rare",
                none,
                none,
                calibration_error=0.0123,
                log_loss=0.1,
                log_loss_without=0.2,
            ),
        ],
    )


def areas(curve: list[tuple[float, float]]) -> float:
    """Return the area under the steps of a curve."""
    recall, precision = np.array(curve).T
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))
