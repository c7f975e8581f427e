"""The same answer in each format, narrowed to some fields on request."""

from __future__ import annotations

import csv
import io
import json

import pytest

from exohabit.inputs.query import NO_QUERY
from exohabit.outputs.response_builders import build_predictions, build_ranking
from exohabit.outputs.scored_planets import score_planets
from exohabit.outputs.writers import WRITERS, layout_of, write_csv, write_json, write_ndjson
from utils import parse_planets

ROW = {"pl_rade": 3.0, "pl_bmasse": None, "pl_orbper": None, "pl_eqt": 255.0, "st_spectype": None}
ROWS = [
    {**ROW, "name": "a"},
    {**ROW, "name": "b", "pl_rade": 9.0, "st_spectype": "WD"},
    {**ROW, "name": "c", "pl_rade": None},
]


def scored(stub, document):
    return score_planets(stub, parse_planets(json.dumps(document).encode(), one_allowed=True))


def ranked(stub, document):
    return build_ranking(scored(stub, document))


def predicted(stub, document, **more):
    return build_predictions(scored(stub, document), **more)


def table(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def test_a_table_has_a_row_for_every_planet_with_unscored_ones_last(stub):
    rows = table(write_csv(ranked(stub, ROWS), None))

    assert [row["name"] for row in rows] == ["b", "a", "c"]
    assert [row["score"] for row in rows][2] == ""
    assert "neither radius nor mass" in rows[2]["reason"]
    assert rows[0]["warnings"] == "white_dwarf:st_spectype"
    assert list(rows[0]) == ["name", "score", "prediction", "index", "warnings", "reason"]


def test_a_score_in_a_table_has_all_its_digits(stub):
    answer = predicted(stub, ROWS)

    rows = table(write_csv(answer, None))

    assert [float(row["score"]) for row in rows[:2]] == [p.score for p in answer.predictions[:2]]


@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\xa0", "\u200b", "\ufeff", "\0"])
@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "\uff1d1", "\uff0d1"]
)
def test_a_name_is_never_a_formula(stub, before, text):
    name = before + text

    (row,) = table(write_csv(ranked(stub, [{**ROW, "name": name}]), None))

    assert row["name"] == "'" + name


@pytest.mark.parametrize(
    "name", ["Kepler-62 f", "b=c", "x;=1+1", "x\t=1", 'a "b", c', "ä\n=x", "", None]
)
def test_any_other_name_is_written_as_it_is(stub, name):
    (row,) = table(write_csv(ranked(stub, [{**ROW, "name": name}]), None))

    assert row["name"] == (name or "")


def test_one_planet_is_a_table_of_one_row_with_its_input_on_request(stub):
    answer = predicted(stub, ROWS[0], echo=True)

    (plain,) = table(write_csv(answer, None))
    (echoed,) = table(write_csv(answer, ("score", "input")))

    assert "input" not in plain
    assert (plain["name"], plain["model_version"]) == ("a", "stub")
    assert list(echoed)[:4] == ["score", "name", "pl_rade", "pl_bmasse"]
    assert (echoed["pl_rade"], echoed["pl_bmasse"]) == ("3.0", "")


def test_row_labels_are_a_column_if_a_dataframe_was_sent(stub):
    frame = {name: {"x": value, "y": value} for name, value in ROWS[0].items()}
    planets = scored(stub, frame)

    rows = table(
        write_csv(build_predictions(planets), None, layout_of(NO_QUERY, planets.planets, ()))
    )

    assert [row["row"] for row in rows] == ["x", "y"]


def test_lines_of_json_contain_the_planets_only(stub):
    lines = [json.loads(line) for line in write_ndjson(ranked(stub, ROWS), None).splitlines()]

    assert [line["name"] for line in lines] == ["b", "a", "c"]
    assert [line.get("score") for line in lines][2] is None


def test_fields_narrow_the_planets_and_not_the_rest_of_the_answer(stub):
    answer = json.loads(write_json(ranked(stub, ROWS), ("score", "index")))

    assert [list(planet) for planet in answer["ranked_planets"]] == [["score", "index"]] * 2
    assert answer["unscored"] == [{"index": 2}]
    assert (answer["status"], answer["model_version"]) == ("success", "stub")


def test_fields_narrow_the_answer_about_one_planet(stub):
    one = predicted(stub, ROWS[0])

    assert json.loads(write_json(one, ("prediction",))) == {"status": "success", "prediction": 0}


def test_fields_are_the_columns_of_a_table_in_their_order(stub):
    assert write_csv(ranked(stub, ROWS), ("index", "name")).splitlines() == [
        b'"index","name"',
        b'1,"b"',
        b'0,"a"',
        b'2,"c"',
    ]


def test_fields_narrow_the_lines_of_json(stub):
    written = write_ndjson(predicted(stub, ROWS), ("name",))

    assert written == b'{"name":"a"}\n{"name":"b"}\n{"name":"c"}\n'


def test_the_default_format_is_json():
    assert next(iter(WRITERS)) == "application/json"


def test_text_is_quoted_so_that_no_other_separator_finds_a_formula_in_it(stub):
    written = write_csv(ranked(stub, [{**ROW, "name": "x;=1+1"}]), ("name", "score"))

    assert written.splitlines()[1].startswith(b'"x;=1+1",0.')
