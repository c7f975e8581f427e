"""Every format at every endpoint: the same planets, the same scores to the last bit."""

from __future__ import annotations

import csv
import io
import json

import pytest

from exohabit.science.columns import COLUMNS
from tests.archive_data import CATALOG, needs_archive
from tests.formats import LISTS, ONE, Format, as_frame, as_json

pytestmark = pytest.mark.usefixtures("every_way")

EARTH = {
    "pl_name": "Earth",
    "pl_rade": 1.0,
    "pl_bmasse": 1.0,
    "pl_orbper": 365.25636,
    "pl_eqt": 254.8,
    "st_spectype": "G2 V",
}
PLANETS = [
    EARTH,
    {**EARTH, "pl_name": "Hot", "pl_eqt": 901.5, "pl_orbper": 3.5000001},
    {**EARTH, "pl_name": "=Mars, the red", "pl_rade": 0.532, "pl_bmasse": 0.107, "pl_eqt": 210},
    {**EARTH, "pl_name": 'a "b"', "pl_rade": 1.618033988, "st_spectype": "K0 V"},
]
NULLS = [
    {**EARTH, "pl_bmasse": None, "pl_orbper": None},
    {**EARTH, "pl_name": None, "pl_rade": None, "st_spectype": None},
    {**EARTH, "pl_rade": None, "pl_bmasse": None},
    {**EARTH, "pl_eqt": None, "st_spectype": None},
]
ENDPOINTS = ("/predict", "/rank")
each_format = pytest.mark.parametrize("format_", LISTS, ids=lambda format_: format_.name)
each_endpoint = pytest.mark.parametrize("path", ENDPOINTS)


def scored(answer) -> dict[int, tuple]:
    """Return name, score and prediction of every planet of a JSON answer, by index."""
    found = answer.json.get("predictions") or [
        *answer.json["ranked_planets"],
        *answer.json["unscored"],
    ]
    return {
        each["index"]: (each["name"], each.get("score"), each.get("prediction")) for each in found
    }


@each_endpoint
@each_format
@pytest.mark.parametrize("planets", [PLANETS, NULLS], ids=["good", "null"])
def test_the_same_planets_have_the_same_scores_in_every_format(
    client, format_: Format, path, planets
):
    expected = scored(client.post("/predict", json=planets))

    answer = format_.send(client, path, planets)

    assert answer.status_code == 200
    assert scored(answer) == expected
    assert len(expected) == len(planets)


@pytest.mark.parametrize("format_", ONE, ids=lambda format_: format_.name)
@pytest.mark.parametrize("planet", [*PLANETS, *NULLS[:2]], ids=str)
def test_one_planet_has_the_score_that_it_has_in_a_list(client, format_: Format, planet):
    (expected,) = scored(client.post("/predict", json=[planet])).values()

    answer = format_.send(client, "/predict", [planet]).json

    assert (answer.get("name"), answer["score"], answer["prediction"]) == expected


@each_endpoint
@each_format
def test_every_problem_is_found_in_every_format(client, format_: Format, path):
    bad = [EARTH, {**EARTH, "pl_rade": -1, "st_spectype": "Mars"}, {**EARTH, "pl_eqt": "hot"}]

    answer = format_.send(client, path, bad)

    assert answer.status_code == 400
    assert answer.json["code"] == "invalid_input"
    assert [problem["code"] for problem in answer.json["problems"]] == [
        "out_of_range",
        "unknown_spectral_type",
        "wrong_type",
    ]
    assert answer.json["problem_count"] == 3


@pytest.mark.parametrize("format_", ONE, ids=lambda format_: format_.name)
def test_every_problem_of_one_planet_and_its_query_is_found(client, format_: Format):
    bad = {**EARTH, "pl_rade": -1, "st_spectype": "Mars"}

    answer = format_.send(client, "/predict", [bad], more="top=1")

    assert answer.status_code == 400
    assert [problem["code"] for problem in answer.json["problems"]] == [
        "unknown_parameter",
        "out_of_range",
        "unknown_spectral_type",
    ]


@pytest.mark.parametrize("format_", ONE, ids=lambda format_: format_.name)
def test_one_planet_about_which_nothing_is_known_is_an_error(client, format_: Format):
    nothing = dict.fromkeys(EARTH)

    unknown, absent = (format_.send(client, "/predict", [planet]) for planet in (nothing, {}))

    assert (unknown.status_code, unknown.json["code"]) == (400, "not_enough_data")
    assert [each["code"] for each in absent.json["problems"]] == ["missing_key"] * 5


@pytest.mark.parametrize("format_", ONE, ids=lambda format_: format_.name)
@pytest.mark.parametrize("media_type", ["text/csv", "application/x-ndjson"])
def test_one_planet_is_answered_in_every_format(client, format_: Format, media_type):
    expected = format_.send(client, "/predict", [EARTH]).json

    text = format_.send(client, "/predict", [EARTH], Accept=media_type).text

    if media_type == "text/csv":
        (row,) = csv.DictReader(io.StringIO(text))
        assert (row["name"], float(row["score"])) == (expected["name"], expected["score"])
    else:
        assert json.loads(text) == expected


@each_endpoint
@each_format
def test_a_missing_column_is_named_in_every_format(client, format_: Format, path):
    without = [{k: v for k, v in planet.items() if k != "pl_eqt"} for planet in PLANETS[:1]]

    answer = format_.send(client, path, without)

    if "csv" in format_.media_type:  # an absent column of a table is not known for any planet
        assert scored(answer) == scored(client.post(path, json=[{**PLANETS[0], "pl_eqt": None}]))
    else:
        (problem,) = answer.json["problems"]
        assert problem["code"] == "missing_key"
        assert problem["message"].startswith("pl_eqt (equilibrium temperature) is missing")


@each_endpoint
@each_format
def test_an_empty_request_is_an_error_in_every_format(client, format_: Format, path):
    answer = format_.send(client, path, [])

    assert (answer.status_code, answer.json["code"]) == (400, format_.empty_code)


# In one way: a large body takes no shortcut; tests/fast/test_wsgi_bypass.py sends one in both.
@pytest.mark.slow
@pytest.mark.parametrize("every_way", ["on"], indirect=True)
@each_format
def test_more_planets_than_the_limit_are_refused_in_every_format(client, format_: Format):
    # Gzip would compress equal planets more than is allowed.
    numbers = range(100_001) if format_.is_compressed else [0] * 100_001
    planets = [{**EARTH, "pl_name": f"{number * 7919 % 999_983:x}"} for number in numbers]

    answer = format_.send(client, "/rank", planets)

    assert (answer.status_code, answer.json["code"]) == (413, "too_many_planets")
    assert "100,000" in answer.json["message"]


@each_endpoint
@each_format
def test_an_answer_has_the_same_scores_in_every_requested_format(client, format_: Format, path):
    planets = [*PLANETS, *NULLS]
    expected = scored(format_.send(client, path, planets))

    lines = format_.send(client, path, planets, Accept="application/x-ndjson").data.splitlines()
    table = csv.DictReader(io.StringIO(format_.send(client, path, planets, Accept="text/csv").text))

    as_lines = {row["index"]: row for row in map(json.loads, lines)}
    assert {
        i: (r["name"], r.get("score"), r.get("prediction")) for i, r in as_lines.items()
    } == expected
    scores = {int(row["index"]): float(row["score"]) if row["score"] else None for row in table}
    assert scores == {i: score for i, (_, score, _) in expected.items()}


@pytest.mark.parametrize(
    ("content_type", "body", "location"),
    [
        (
            "text/csv",
            b"pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\n\n1,1,365,-5,G\n",
            {"line": 3, "column": "pl_eqt"},
        ),
        (
            "application/x-ndjson",
            b"\n" + as_json({**EARTH, "pl_eqt": -5}),
            {"line": 2, "pointer": "/pl_eqt"},
        ),
        ("application/json", as_frame([EARTH, {**EARTH, "pl_eqt": -5}]), {"pointer": "/pl_eqt/1"}),
        (
            "application/json",
            as_json({"planets": json.loads(as_frame([{**EARTH, "pl_eqt": -5}]))}),
            {"pointer": "/planets/pl_eqt/0"},
        ),
    ],
)
def test_a_problem_has_its_location(client, content_type, body, location):
    (problem,) = client.post("/rank", data=body, content_type=content_type).json["problems"]

    found = {key: problem[key] for key in ("line", "column", "pointer") if key in problem}
    assert found == location
    assert "pl_eqt (equilibrium temperature) is -5" in problem["message"]


def test_json_from_pandas_is_read_and_its_row_labels_are_returned(client):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(PLANETS + NULLS, index=[f"row/{i}" for i in range(8)])
    expected = scored(client.post("/predict", json=PLANETS + NULLS))

    as_columns = client.post("/predict", data=frame.to_json(), content_type="application/json")
    as_records = client.post("/rank", data=frame.to_json(orient="records"))
    as_lines = client.post(
        "/rank",
        data=frame.to_json(orient="records", lines=True),
        content_type="application/x-ndjson",
    )

    assert scored(as_columns) == scored(as_records) == scored(as_lines) == expected
    assert [each["row"] for each in as_columns.json["predictions"]] == list(frame.index)
    assert json.loads(frame.reset_index(drop=True).to_json()) == json.loads(
        as_frame(PLANETS + NULLS)
    )


@needs_archive
def test_the_archives_file_is_ranked_as_downloaded(client):
    answer = client.post("/rank", data=CATALOG.read_bytes(), content_type="text/csv").json

    assert len(answer["ranked_planets"]) + len(answer["unscored"]) == 6065
    assert answer["ranked_planets"][0]["name"] == "TRAPPIST-1 e"


@pytest.fixture(scope="session")
def rows() -> list[dict[str, str]]:
    """Rows of the archive with all 84 columns, as text."""
    with CATALOG.open(encoding="utf-8") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


NUMERIC = {column.name for column in COLUMNS if column.range} | {f"{c.name}lim" for c in COLUMNS}
TELL_COMPUTED = {"pl_bmassprov", "pl_radeerr1", "pl_radeerr2"}
"""Columns that tell whether the radius or the mass was computed from the other one."""


def typed(row: dict[str, str]) -> dict:
    """Convert the numbers of a row; everything else stays text."""
    return {
        key: None if text == "" else json.loads(text) if key in NUMERIC else text
        for key, text in row.items()
    }


@needs_archive
def test_any_row_of_the_archive_has_the_same_score_in_any_format(client, rows):
    hypothesis = pytest.importorskip("hypothesis")

    @hypothesis.settings(max_examples=40)
    @hypothesis.given(hypothesis.strategies.integers(0, len(rows) - 1))
    def check(index: int) -> None:
        row = typed(rows[index])
        bare = {key: row[key] for key in ("pl_name", *(c.name for c in COLUMNS))}
        used = {key: row[key] for key in row if key in NUMERIC or key in TELL_COMPUTED}
        expected = scored(client.post("/predict", json=[bare | used]))

        for format_ in LISTS:
            assert scored(format_.send(client, "/predict", [row])) == expected, format_.name
        ((name, score, _),) = expected.values()
        if score is not None:
            for format_ in ONE:
                answer = format_.send(client, "/predict", [row]).json
                assert (answer["name"], answer["score"]) == (name, score), format_.name

    check()


def test_a_table_names_the_warnings_about_the_whole_input_in_a_header(client):
    table = "name,pl_rade,pl_orbper,pl_eqt,st_spectype\na,1,365,288,G\n"
    headers = dict.fromkeys(("Accept", "Content-Type"), "text/csv")

    answer = client.post("/rank", data=table, headers=headers)

    assert answer.headers["X-Input-Warnings"] == "absent_columns"
    assert "X-Input-Warnings" not in client.post("/rank", json=[EARTH]).headers
