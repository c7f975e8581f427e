"""Made-up findings, planets and ablation results, for tests of the training and of the card."""

from __future__ import annotations

import numpy as np
import pandas as pd

from exohabit.science.columns import COLUMNS, NUMERIC
from exohabit.scoring.golden_planets import golden_table
from training.ablation_results import AblationResults, ChangeResult, Measures, Saved
from training.archive import VIEWS
from training.figures import EDGE, GAP, LOG_LOSS
from training.findings import (
    EDGES,
    MODEL,
    Blanked,
    Compared,
    Findings,
    HighScores,
    Lead,
    Mistake,
    Ranked,
    SetResult,
    Smoothness,
    View,
)
from training.metrics import Bin
from training.previous_evaluation import PreviousEvaluation
from training.rivals import FALLBACKS, POSTERIOR
from training.sanity import SanityCase
from training.smoothness import Scan
from training.test_sets import KOI, PlanetSet

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
        views={
            FIVE: sample_view(0.8125, ("pl_rade", "st_spectype")),
            ALL: sample_view(0.9375, ("pl_rade", "st_spectype", "st_teff")),
        },
        mistakes=[
            Mistake("Kepler-0 b", habitable=True, scores={FIVE: 0.251, ALL: 0.752}),
            Mistake("GJ 0 | c", habitable=False, scores={FIVE: 0.653, ALL: 0.854}),
        ],
        sets={
            "five": sample_set(0.0100, 0.0125, Lead(0.0025, 0.001, 0.004)),
            KOI: sample_set(0.0300, 0.0240, Lead(-0.006, -0.008, -0.004)),
        },
        sanity=[SanityCase("Earth", 0.9753, 0.9, 1.0), SanityCase("a cold Earth", 0.3, 0.0, 0.1)],
        smoothness=Smoothness([Scan("pl_rade", "pl_rade 1.0", 0.25, 2.4567)], 0.0201, 0.0123),
        figures={f"{LOG_LOSS}, five": 10.0, f"{GAP}, {KOI}": 0.25, EDGE: 0.0201},
        seeds={f"{LOG_LOSS}, five": [11.0, 12.0], EDGE: [0.021, 0.023]},
    )


def sample_set(own: float, its: float, lead: Lead) -> SetResult:
    """Make a result in which all rivals are alike, but the last may be as good as the model."""
    high, none = HighScores(20, 0.9, 0.65, 0.1, 0.4), HighScores(0, 0.0, 0.0, 0.0, 0.0)
    nothing, unsure = Lead(0.0, 0.0, 0.0), Lead(0.0001, -0.001, 0.001)
    return SetResult(
        planets=1_234,
        hosts=500,
        habitable=23.45,
        compared={
            MODEL: Compared(0.9, own, 0.003, 0.04, high, nothing, nothing),
            FALLBACKS: Compared(0.8, its, 0.004, 0.05, none, Lead(0.1, 0.05, 0.15), lead),
            POSTERIOR: Compared(0.85, its, 0.004, 0.05, high, Lead(0.05, 0.0, 0.1), lead),
            "guessing": Compared(0.89, own, 0.003, 0.04, high, unsure, unsure),
        },
    )


def sample_previous() -> PreviousEvaluation:
    figures = {f"{LOG_LOSS}, five": 15.0, EDGE: 0.0675}
    return PreviousEvaluation(
        "an old version", "abc", figures, [SanityCase("Earth", 0.8, 0.9, 1.0)]
    )


def archive_rows(*planets: dict) -> pd.DataFrame:
    """Make a table of the archive with these values only, by host `pl_name` without its letter."""
    columns = ["pl_name", "hostname", "pl_bmassprov", "discoverymethod", "disc_year"]
    columns += [column.name for column in COLUMNS]
    columns += [column.limit_flag for column in NUMERIC]
    columns += [f"{column.name}err{side}" for column in NUMERIC for side in (1, 2)]
    hosts = [{"hostname": planet["pl_name"].rpartition(" ")[0]} | planet for planet in planets]
    return pd.DataFrame(hosts, columns=columns)


def planet_set(
    planets: list[dict], truth: list[float], hosts: list[str], computed: bool = False
) -> PlanetSet:
    """Make a test set of planets given as values by column."""
    rows = np.full(len(planets), computed)
    return PlanetSet(golden_table(planets), np.array(truth, float), np.array(hosts), rows)


def sample_results() -> AblationResults:
    with_it, without_it = (
        Measures({"archive": loss}, {"archive": 0.9}, step, 2.0 * step, 0.02)
        for loss, step in ((0.013, 0.1), (0.014, 0.3))
    )
    gain, none = Saved(0.001, 0.0002, 0.0018), Saved(0.0, -0.001, 0.001)
    return AblationResults(
        seeds=2,
        planets=600_000,
        changes=[
            ChangeResult("heavy tails", True, "as it is", with_it, without_it, {"archive": gain}),
            ChangeResult("binaries", False, "rare", without_it, without_it, {"archive": none}),
        ],
    )


def areas(curve: list[tuple[float, float]]) -> float:
    """Return the area under the steps of a curve."""
    recall, precision = np.array(curve).T
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))
