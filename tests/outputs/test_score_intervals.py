"""The interval of a score within the errors of its inputs."""

from __future__ import annotations

import json

from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.score_intervals import ScoreInterval, compute_intervals, in_chunks
from exohabit.science.uncertainty import DRAWS
from exohabit.scoring.model_columns import OWN_COLUMNS
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
EARTH = {**NOTHING, "pl_rade": 1.0, "pl_orbper": 365.25, "pl_eqt": 255.0, "st_spectype": "G2 V"}
VAGUE = {**EARTH, "pl_radeerr1": 0.5, "pl_radeerr2": -0.5, "pl_eqterr1": 9, "pl_eqterr2": -9}


def parse(*planets):
    return parse_planets(json.dumps(planets).encode(), schema=DETAILED_SCHEMA)


class CountingBundle:
    """A bundle that counts the planets it scores at a time."""

    columns = OWN_COLUMNS

    def __init__(self, bundle) -> None:
        self.bundle = bundle
        self.counts: list[int] = []

    def score(self, features):
        self.counts.append(len(features))
        return self.bundle.score(features)


def test_only_planets_with_errors_are_varied(bundle):
    counting = CountingBundle(bundle)

    plain, vague = compute_intervals(counting, parse(EARTH, VAGUE))

    assert plain == ScoreInterval(None, None, [])
    assert vague.varied_inputs == ["pl_rade", "pl_eqt"]
    low, high = vague.score_interval
    assert low < vague.probability_habitable < high
    assert counting.counts == [DRAWS]


def test_many_planets_are_varied_in_chunks_of_the_same_size(bundle):
    counting = CountingBundle(bundle)

    found = compute_intervals(counting, parse(*[EARTH, VAGUE] * 120))

    assert counting.counts == [50 * DRAWS, 50 * DRAWS, 20 * DRAWS]
    assert found == [*compute_intervals(bundle, parse(EARTH, VAGUE))] * 120


def test_no_index_is_lost_between_chunks():
    indices = [*range(7, 128)]

    chunks = [*in_chunks(indices)]

    assert [i for chunk in chunks for i in chunk] == indices
    assert {len(chunk) for chunk in chunks} == {50, 21}
