from __future__ import annotations

import pytest

from exohabit.catalog.list_parameters import (
    COLUMN_OF,
    CURSOR,
    DEFAULT_FIELDS,
    DEFAULT_SORT,
    FIELDS,
    LIMIT,
    LIST_PARAMETERS,
    METHOD,
    ORDERS,
    SORT,
)
from exohabit.catalog.responses import ListedPlanet
from exohabit.catalog.rows import ALL_COLUMNS
from exohabit.science.columns import NUMERIC

BY_NAME = {parameter.name: parameter for parameter in LIST_PARAMETERS}


def test_every_number_of_a_planet_can_be_bounded_on_both_sides_and_ordered_by():
    columns = {"score", "sy_dist", "disc_year", "sy_vmag", *(column.name for column in NUMERIC)}

    assert {*COLUMN_OF.values()} == columns
    assert {*ORDERS.values()} == columns | {"name_order"}
    assert len(COLUMN_OF) == 2 * len(columns)
    assert COLUMN_OF["max_distance"] == "sy_dist"
    assert COLUMN_OF["min_rade"] == "pl_rade"
    assert COLUMN_OF["min_st_teff"] == "st_teff"


def test_no_parameter_is_defined_twice():
    assert len(BY_NAME) == len(LIST_PARAMETERS)


def test_the_fields_are_those_of_the_answer():
    assert ListedPlanet.__struct_fields__ == FIELDS
    assert {*DEFAULT_FIELDS} <= {*FIELDS}
    assert {*FIELDS} - {"name", "score", "prediction", "computed"} == {*ALL_COLUMNS} - {"pl_name"}
    assert SORT.is_valid(DEFAULT_SORT)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("min_score", "0.5", 0.5),
        ("min_rade", "1e3", 1000.0),
        ("max_vmag", "-1.5", -1.5),
        ("limit", "1", 1),
        ("limit", "1000", 1000),
        ("limit", "007", 7),
        ("sort", "-distance", "-distance"),
        ("sort", "name", "name"),
        ("sort", "-pl_rade", "-pl_rade"),
        ("method", "Transit", "Transit"),
        ("host", "x" * 200, "x" * 200),
    ],
)
def test_a_valid_text_is_read(name, text, value):
    assert BY_NAME[name].is_valid(text)
    assert BY_NAME[name].read(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            ("min_score", text)
            for text in ("", "nan", "inf", "1e999", "1_0", "0x1", "\u0661", "1,5")
        ),
        *((name, text) for name in ("min_score", "max_score") for text in ("1.1", "2", "-0.1")),
        *(("limit", text) for text in ("", "0", "1001", "-1", "1.0", "+1", "\u0661", "9" * 5000)),
        *(
            ("sort", text)
            for text in ("", "-", "--score", "pl_rades", "score desc", "score;", "-x")
        ),
        *((name, text) for name in ("method", "host", "cursor") for text in ("", "x" * 201)),
    ],
)
def test_an_invalid_text_is_refused(name, text):
    assert not BY_NAME[name].is_valid(text)


@pytest.mark.parametrize("parameter", [LIMIT, SORT, METHOD, CURSOR])
def test_its_schema_says_what_is_valid(parameter):
    schema = parameter.schema

    assert all(map(parameter.is_valid, schema.get("enum", [])))
    if parameter is LIMIT:
        ends = schema["minimum"], schema["maximum"]
        assert all(parameter.is_valid(str(end)) for end in ends)
        assert not any(
            parameter.is_valid(str(end + step)) for end, step in zip(ends, (-1, 1), strict=True)
        )
