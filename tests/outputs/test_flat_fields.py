"""The parts of nested fields that are fields of their own."""

from __future__ import annotations

import json

import pytest
from msgspec import UNSET

from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS, FLAT_FIELDS
from exohabit.outputs.extras import Extras
from exohabit.outputs.flat_fields import flatten, value_of
from exohabit.outputs.scored_planets import score_planets
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
EARTH = {**NOTHING, "pl_rade": 1.0, "pl_orbper": 365.25, "pl_eqt": 255.0, "st_spectype": "G2 V"}
VAGUE = {**EARTH, "pl_radeerr1": 1.5, "pl_radeerr2": -0.5}
PARTS = [name for parts in FLAT_FIELDS.values() for name in parts]


def extras_of(bundle, planet) -> Extras:
    query = read_query([(each.name, "true") for each in EXTRAS_PARAMETERS], EXTRAS_PARAMETERS)
    planets = parse_planets(json.dumps([planet]).encode(), schema=query.schema)
    return score_planets(bundle, planets, query).extras[0]


def test_the_parts_are_the_values_of_the_nested_fields(bundle):
    extras = extras_of(bundle, VAGUE)

    assert {name: value_of(extras, name) for name in PARTS} == {
        "sentence": extras.explanation.sentence,
        "score_low": extras.score_interval[0],
        "score_high": extras.score_interval[1],
        "zone": "inside",
        "insolation": extras.context.insolation.value,
        "earth_similarity": extras.context.earth_similarity.value,
        "size_class": "rocky",
        "definition": True,
    }


def test_a_part_of_an_unknown_value_is_none(bundle):
    extras = extras_of(bundle, NOTHING)

    assert {name: value_of(extras, name) for name in PARTS} == dict.fromkeys(PARTS)


@pytest.mark.parametrize("name", [*PARTS, "context"])
def test_a_part_of_a_field_that_was_not_asked_for_is_absent(name):
    assert value_of(Extras(), name) is UNSET


def test_flat_fields_are_in_the_place_of_their_nested_field_and_each_only_once():
    assert flatten(["name", "score_interval", "score_low", "explanation", "index"]) == [
        *("name", "score_low", "score_high", "sentence", "index"),
    ]
