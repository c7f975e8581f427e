"""Messages that make the next try succeed: one row for each mistake that was seen."""

from __future__ import annotations

import gzip
import json
from typing import Any, NamedTuple

import pytest

from exohabit.inputs.document_hints import DOCUMENT_HINTS
from exohabit.inputs.query_parameters import OPTIONS
from tests.bad_requests import EARTH
from tests.formats import as_csv, as_frame, as_ndjson

pytestmark = pytest.mark.usefixtures("every_way")

ROWS = [EARTH, {**EARTH, "pl_rade": 3.0}]
COLUMNS, CELLS = list(EARTH), [list(row.values()) for row in ROWS]
SPLIT = {"columns": COLUMNS, "index": [0, 1], "data": CELLS}


NAMES = 'looks up names alone in JSON: [\\"Earth\\"'


class Mistake(NamedTuple):
    """A request that was meant otherwise, and what its answer says."""

    name: str
    body: Any
    says: str
    content_type: str = "application/json"
    path: str = "/rank"
    method: str = "POST"


def earth(**replaced: str) -> bytes:
    """Return the Earth with other texts for some values."""
    text = json.dumps({**EARTH, **dict.fromkeys(replaced, "@")})
    for raw in replaced.values():
        text = text.replace('"@"', raw, 1)
    return text.encode()


def query(text: str) -> str:
    pairs = {**{key: str(value) for key, value in EARTH.items()}, "pl_rade": text}
    return "/predict?" + "&".join(f"{key}={value}" for key, value in pairs.items())


MISTAKES = [
    Mistake("orient=split", SPLIT, 'orient=\\"split\\": write it with orient=\\"records\\"'),
    Mistake("orient=index", {"0": EARTH, "1": EARTH}, 'orient=\\"index\\"'),
    Mistake("orient=values", CELLS, 'orient=\\"values\\"'),
    Mistake("orient=values in an envelope", {"planets": CELLS}, 'orient=\\"values\\"'),
    Mistake("orient=table", {"schema": {}, "data": ROWS}, 'orient=\\"table\\"'),
    Mistake(
        "orient=list", {"planets": {k: [r[k] for r in ROWS] for k in EARTH}}, 'orient=\\"list\\"'
    ),
    Mistake("MLflow's split", {"dataframe_split": SPLIT}, '{\\"planets\\": […]}'),
    Mistake("MLflow's records", {"dataframe_records": ROWS}, '{\\"planets\\": […]}'),
    Mistake("instances", {"instances": ROWS}, '{\\"planets\\": […]}'),
    Mistake("inputs", {"inputs": [{"name": "x"}]}, '{\\"planets\\": […]}'),
    Mistake("JSON in a string", json.dumps(ROWS), "encoded twice"),
    Mistake("one-element arrays", [{key: [each] for key, each in EARTH.items()}], "auto_unbox"),
    Mistake("numbers in quotes", [{**EARTH, "pl_rade": "1.1"}], "send it without quotes"),
    *(
        Mistake(f"{column} in {unit}", [{**EARTH, column: value}], f"(is it in {unit}?)")
        for column, value, unit in [
            ("pl_eqt", -18, "°C"),
            ("pl_rade", 6371, "km"),
            ("pl_bmasse", 5.97e24, "kg"),
            ("pl_orbper", 3.16e10, "seconds"),
            ("pl_orbsmax", 1.5e8, "km"),
            ("st_teff", 15, "°C"),
            ("st_rad", 6.96e5, "km"),
            ("st_mass", 1.99e30, "kg"),
        ]
    ),
    Mistake("httpie's =", [{**EARTH, "pl_rade": "1.1"}], "httpie: pl_rade:=1.1"),
    Mistake("an empty type", [{**EARTH, "st_spectype": ""}], "(send null)"),
    Mistake("a wrong type", [{**EARTH, "st_spectype": "?"}], "primary's type, or send null)"),
    Mistake(
        "a wrong type in a table",
        as_csv([{**EARTH, "st_spectype": "?"}]),
        "primary's type, or leave it empty)",
        "text/csv",
    ),
    Mistake("a bare planet", EARTH, '{\\"planets\\": […]} or a list of planets', path="/rank"),
    Mistake(
        "a table without a header",
        b"Earth,1,1,365,288,G\nMars,0.5,0.1,687,210,G\n",
        "line 1 was read as the header",
        "text/csv",
    ),
    *(
        Mistake(f"names alone below {first!r}", first + b"\nMars\n", NAMES, "text/csv")
        for first in (b"Earth", b"name")
    ),
    Mistake("a misspelt field", ROWS, 'fields contains \\"nmae\\"', path="/rank?fields=nmae,score"),
    Mistake("quotes removed by a shell", b"{pl_rade:1.1,pl_eqt:288}", "Windows shell removes"),
    Mistake("single quotes kept by cmd.exe", b"'{\"pl_rade\": 1.1}'", "cmd.exe"),
    Mistake("a form", b"pl_rade=1.1&pl_eqt=288", "This is a form"),
    Mistake("Python's repr", str(EARTH).encode(), "json.dumps"),
    Mistake("Python's None", b'{"pl_rade": None}', "send null"),
    Mistake("R's NA", b'{"pl_rade": NA}', "send null"),
    Mistake("PowerShell's text", b"@{pl_rade=1.1}", "ConvertTo-Json"),
    Mistake("a decimal comma", earth(pl_rade="1,1"), "decimals with a point"),
    Mistake("a decimal comma in quotes", [{**EARTH, "pl_rade": "1,1"}], "decimals with a point"),
    Mistake(
        "a decimal comma with semicolons", b"pl_rade;pl_eqt\n1,1;288\n", "with a point", "text/csv"
    ),
    Mistake("curly quotes", "{“pl_rade”: 1.1}".encode(), "straight double quotes"),
    Mistake("NDJSON as JSON", as_ndjson(ROWS), "application/x-ndjson"),
    Mistake("CSV as JSON", as_csv(ROWS), "text/csv"),
    Mistake("JSON as CSV", ROWS, "application/json", "text/csv"),
    Mistake("gzip without its header", gzip.compress(as_csv(ROWS)), "Content-Encoding", "text/csv"),
    Mistake("gzip of JSON without its header", gzip.compress(as_frame(ROWS)), "Content-Encoding"),
    *(
        Mistake(f"{text} {way}", body, says, kind)
        for text, says in (
            ("288.", "write 288.0 or 288"),
            (".5", "write 0.5"),
            ("+1.1", "write 1.1, not +1.1"),
            ("1 000", "write 1000"),
            ("1d0", "exponents as in 1e0"),
            ("01", "without zeros in front"),
        )
        for way, body, kind in (
            ("in JSON", earth(pl_rade=text), "application/json"),
            ("in quotes", [{**EARTH, "pl_rade": text}], "application/json"),
            ("in a table", as_csv([{**EARTH, "pl_rade": text}]), "text/csv"),
        )
    ),
    Mistake("1,000.5 in a table", as_csv([{**EARTH, "pl_rade": "1,000.5"}]), "1000.5", "text/csv"),
    Mistake("a value with its error", [{**EARTH, "pl_rade": "1.1±0.1"}], "errors have columns"),
    Mistake("a limit", [{**EARTH, "pl_rade": "<1.1"}], "limit flag"),
    Mistake("0 for missing", [{**EARTH, "pl_rade": 0}], "(if it is not known, send null)"),
    Mistake(
        "0 for missing in a table",
        as_csv([{**EARTH, "pl_rade": 0}]),
        "(if it is not known, leave it empty)",
        "text/csv",
    ),
    Mistake("values alone", list(EARTH.values()), "values without names"),
    Mistake(
        "values alone for one planet", list(EARTH.values()), '{\\"pl_rade\\": 1.1', path="/predict"
    ),
    Mistake("a large mass", [{**EARTH, "pl_bmasse": 5.97e24}], "is 5.97e+24; expected"),
    Mistake("+ in an address", None, "+ means a blank", path=query("+1.1"), method="GET"),
    Mistake("e+ in an address", None, "+ means a blank", path=query("1.1e+0"), method="GET"),
    Mistake(
        "a name in the address", None, "/planets/<name>", path="/predict?planet=Earth", method="GET"
    ),
    Mistake("an empty POST", b"", "needs GET /predict", path=query("1.1")),
    Mistake("a GET with a body", EARTH, "send it with POST", path="/predict", method="GET"),
    Mistake("invalid UTF-8 in an address", None, "not UTF-8", path=query("%ff"), method="GET"),
    Mistake("invalid UTF-8 in an option", ROWS, "not UTF-8", path="/rank?fields=%e4"),
    Mistake("a letter for a type's digit", [{**EARTH, "st_spectype": 5}], "spectral type such as"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_answered_by_what_to_do(client, mistake: Mistake):
    body = mistake.body
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()

    answer = client.open(
        mistake.path, method=mistake.method, data=content, content_type=mistake.content_type
    )

    assert answer.status_code == 400
    assert mistake.says.lower() in json.dumps(answer.json, ensure_ascii=False).lower()


@pytest.mark.parametrize("header", [b"pl_radj,pl_bmassj", b"name,host"])
def test_a_table_of_other_columns_is_not_taken_for_names_alone(client, header):
    answer = client.post("/rank", data=header + b"\n1,1\n", content_type="text/csv")

    assert answer.status_code == 400
    assert "names alone" not in answer.text


def test_every_kind_of_document_has_a_row():
    documents = [each.body for each in MISTAKES if not isinstance(each.body, bytes | None)]
    documents += [document["planets"] for document in documents if "planets" in document]

    for row in DOCUMENT_HINTS:
        assert any(row.is_like(document) for document in documents), row.name


@pytest.mark.parametrize("document", [EARTH, ROWS, {"planets": ROWS}, json.loads(as_frame(ROWS))])
def test_a_document_of_planets_is_not_taken_for_another(document):
    assert [row.name for row in DOCUMENT_HINTS if row.is_like(document)] == []


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"pl_rade": 1.1,\n "pl_eqt" 288}', 'line 2, column 11, at "288}"'),
        (b"[1,\n2,\n\n x]", 'line 4, column 2, at "x]"'),
        ('{"näme": x}'.encode(), 'line 1, column 10, at "x}"'),
        (b'{"pl_rade": 1', 'line 1, column 14, at "the end"'),
        (b'[{"pl_rade": 1}]]', 'line 1, column 17, at "]"'),
    ],
)
def test_broken_json_is_reported_with_line_column_and_the_text_there(client, body, where):
    answer = client.post("/rank", data=body, content_type="application/json").json

    assert answer["code"] == "invalid_json"
    assert where in answer["message"]
    assert answer["problems"][0]["line"] == int(where.split()[1].strip(","))


def test_a_broken_line_of_ndjson_is_reported_with_its_own_number(client):
    body = as_ndjson([EARTH]) + b'{"pl_rade" 1}\n'

    answer = client.post("/rank", data=body, content_type="application/x-ndjson").json

    assert "The line is not valid JSON: " in answer["message"]
    assert "in column 12, at" in answer["message"]
    assert answer["message"].count("line 2") == 1
    assert answer["problems"][0]["line"] == 2


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_in_the_body_is_ignored_with_a_warning(client, option):
    answer = client.post("/predict", json={**EARTH, option: 5}).json

    warnings = [each for each in answer["warnings"] if each["code"] == "ignored_option"]
    assert [each["column"] for each in warnings] == [option]
    assert f"?{option}=" in warnings[0]["message"]
