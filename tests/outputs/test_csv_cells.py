"""Values as cells of a table."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from exohabit.catalog.responses import Provenance, Replaced
from exohabit.inputs.problems import Problem
from exohabit.outputs.csv_cells import spread, to_cell, to_kept_cell
from exohabit.science.domain_warnings import PlanetWarning

WARNINGS = [PlanetWarning("giant", "st_spectype", "…"), PlanetWarning("limit", "pl_rade", "…")]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (UNSET, None),
        (None, None),
        (0.25, 0.25),
        (True, 1),
        (False, 0),
        ("Kepler-62 f", "Kepler-62 f"),
        ("-1.5", "'-1.5"),
        ([], ""),
        (["pl_rade", "pl_eqt"], "pl_rade; pl_eqt"),
        (["=1+1", "b"], "'=1+1; b"),
        (WARNINGS, "giant:st_spectype limit:pl_rade"),
        ([Problem("a", "pl_rade is -1"), Problem("b", "x")], "pl_rade is -1; x"),
    ],
)
def test_a_value_is_one_plain_cell(value, cell):
    assert to_cell(value) == cell


@pytest.mark.parametrize("text", ["-12.5", "+7", "-.5", "12.", "1e-5", "-1.50E+10"])
def test_a_kept_text_that_is_a_number_stays_as_it_is(text):
    assert to_kept_cell(text) == text


@pytest.mark.parametrize(
    "text", ["-29d04m", "-29d04m12.5s", "+05h03m10s", "+12:30", "-29:04:12.50", "--", "-", "N/A"]
)
def test_a_kept_angle_or_missing_marker_stays_as_it_is(text):
    assert to_kept_cell(text) == text


@pytest.mark.parametrize(("value", "cell"), [(True, "true"), (12, 12), (0.5, 0.5), (None, None)])
def test_a_kept_value_is_written_as_it_was_sent(value, cell):
    assert to_kept_cell(value) == cell
    assert type(to_kept_cell(value)) is type(cell)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "-1+1",
            "=1",
            "+1e",
            "---",
            "-1 ",
            "@x",
            "-1\n",
            "--5",
            "-1e5=2",
            "+12:30+A1",
            "-1d",
            "-A1:2",
        ),
        *("-29d04m\n", "-2:3:4:5", "=12:30", "-x", "- "),
    ],
)
def test_any_other_kept_text_is_never_a_formula(text):
    assert to_kept_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("name", "value", "cells"),
    [
        ("score", 0.5, {"score": 0.5}),
        ("planet", {"pl_rade": 1.0, "hostname": None}, {"pl_rade": 1.0, "hostname": None}),
        (
            "provenance",
            Provenance("PSCompPars", "2025-12-30"),
            {
                "provenance_catalog": "PSCompPars",
                "provenance_date": "2025-12-30",
                "provenance_doi": None,
                "provenance_acknowledgement": None,
                "provenance_note": None,
            },
        ),
        (
            "replaced",
            {"pl_rade": Replaced(1.0, None)},
            {"replaced_pl_rade_catalog": 1.0, "replaced_pl_rade_given": None},
        ),
    ],
)
def test_a_field_with_values_by_name_is_spread_over_columns(name, value, cells):
    assert spread(name, value) == cells
