"""Which values query parameters accept."""

from __future__ import annotations

import pytest

from exohabit.inputs.query_parameters import (
    EXTRAS_PARAMETERS,
    FLAT_FIELDS,
    ORDER_BY,
    PARAMETER_OF_FIELD,
    TOP,
    fields_among,
)
from exohabit.outputs.extras import Extras

FIELDS = fields_among(("name", "score"))


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.5", "", "ten", "1_0", "٣", "1e3", "9999999999", " 1", "nan"]
)
def test_top_is_a_positive_integer(text):
    assert not TOP.is_valid(text)
    assert TOP.is_valid("999999999")


@pytest.mark.parametrize("text", ["", "mass", "name,", "name,,score", " name", "Name"])
def test_fields_name_existing_fields(text):
    assert not FIELDS.is_valid(text)
    assert FIELDS.is_valid("score,name")
    assert "name,score" in FIELDS.expected


@pytest.mark.parametrize("parameter", EXTRAS_PARAMETERS, ids=lambda parameter: parameter.name)
def test_extras_are_requested_by_true_or_false(parameter):
    assert [parameter.read(text) for text in ("true", "False", "TRUE")] == [True, False, True]
    assert not any(map(parameter.is_valid, ("", "1", "yes", "true ", "on")))


def test_a_ranking_is_ordered_by_the_score_or_the_lower_end():
    assert [text for text in ("score", "score_low", "mass", "") if ORDER_BY.is_valid(text)] == [
        "score",
        "score_low",
    ]


def test_every_extra_has_a_parameter_that_requests_it():
    parts = {name for names in FLAT_FIELDS.values() for name in names}

    assert PARAMETER_OF_FIELD.keys() == {*Extras.__struct_fields__, *parts}
