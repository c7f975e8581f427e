"""Explanations: the numbers add up, and each input has a state."""

from __future__ import annotations

import json

import numpy as np
import pytest

from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.context_report import build_contexts
from exohabit.outputs.explanation import Explanation, build_explanations
from exohabit.science.columns import COLUMNS
from exohabit.science.features import FEATURES, feature_matrix
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
PROXIMA_B = {**NOTHING, "pl_bmasse": 1.055, "pl_orbper": 11.18465, "st_spectype": "M5.5 V"}


def explain(bundle, *planets) -> list[Explanation]:
    parsed = parse_planets(json.dumps(planets).encode(), schema=DETAILED_SCHEMA)
    added = bundle.explain(feature_matrix(parsed.table))
    return build_explanations(parsed, added, build_contexts(parsed), bundle.threshold)


def states(bundle, **known) -> dict[str, str]:
    (found,) = explain(bundle, {**NOTHING, **known})
    return found.inputs


def test_base_and_contributions_add_up_to_the_margin_and_that_to_the_score(bundle):
    planets = [PROXIMA_B, {**NOTHING, "pl_rade": 12.0, "pl_eqt": 1500.0}]
    parsed = parse_planets(json.dumps(planets).encode())

    found = explain(bundle, *planets)

    scores = bundle.score(feature_matrix(parsed.table))
    for each, score in zip(found, scores.tolist(), strict=True):
        assert each.contributions.keys() == set(FEATURES)
        assert each.base + sum(each.contributions.values()) == pytest.approx(each.margin, abs=1e-4)
        assert 1.0 / (1.0 + np.exp(-each.margin)) == pytest.approx(score, rel=1e-5)
    assert len({each.base for each in found}) == 1


def test_the_strongest_contribution_comes_first(bundle):
    (found,) = explain(bundle, PROXIMA_B)

    sizes = [abs(value) for value in found.contributions.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_every_input_has_a_state(bundle):
    assert list(states(bundle, pl_rade=1.0)) == [column.name for column in COLUMNS]


@pytest.mark.parametrize(
    ("known", "column", "state"),
    [
        ({"pl_rade": 1.0}, "pl_rade", "measured"),
        ({"st_spectype": "G"}, "st_spectype", "measured"),
        ({}, "pl_rade", "missing"),
        ({"pl_orbper": 365.0}, "pl_insol", "missing"),
        ({"pl_orbper": 365.0, "st_spectype": "G"}, "pl_insol", "derived"),
        ({"pl_orbper": 365.0, "st_spectype": "G"}, "pl_orbsmax", "derived"),
        ({"st_spectype": "G"}, "st_teff", "derived"),
        ({"st_teff": 5000.0}, "st_rad", "derived"),
        ({"st_teff": 5000.0}, "st_spectype", "missing"),
        ({"pl_orbper": 365.0, "st_spectype": "G"}, "pl_eqt", "missing"),
        ({"pl_bmasse": 35.0, "pl_bmasselim": 1}, "pl_bmasse", "limit"),
        ({"st_teff": 9000.0, "st_tefflim": 1}, "st_teff", "limit"),
        ({"pl_insoll": 1.0}, "pl_insol", "ignored"),
        ({"pl_insoll": 1.0, "pl_insol": 1.0}, "pl_insol", "measured"),
        ({"pl_bmasse": 2.0, "pl_bmassprov": "M-R relationship"}, "pl_bmasse", "derived"),
        ({"pl_bmasse": 2.0, "pl_bmassprov": "Mass"}, "pl_bmasse", "measured"),
        ({"pl_rade": 1.2, "pl_bmasse": 2.0, "pl_radeerr1": None}, "pl_rade", "derived"),
        ({"pl_rade": 1.2, "pl_bmasse": 2.0, "pl_radeerr1": 0.1}, "pl_rade", "measured"),
        ({"pl_rade": 1.2, "pl_bmasse": 2.0}, "pl_rade", "measured"),
        ({"pl_rade": 1.2, "pl_radeerr1": None}, "pl_rade", "measured"),
        ({"pl_rade": 2.4, "pl_bmasse": 2.0, "pl_radeerr1": None}, "pl_rade", "measured"),
    ],
)
def test_the_state_of_an_input(bundle, known, column, state):
    assert states(bundle, **known)[column] == state


def test_a_computed_radius_is_not_a_reason(bundle):
    planet = {**PROXIMA_B, "pl_rade": 1.02}

    computed, measured = explain(
        bundle, {**planet, "pl_radeerr1": None}, {**planet, "pl_radeerr1": 0.1}
    )

    assert "its mass, 1.05 Earth masses" in computed.sentence
    assert "its radius, 1.02 Earth radii" in measured.sentence
