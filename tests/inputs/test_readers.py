"""Readers: a body becomes planets, and each value has a location."""

from __future__ import annotations

import json
from unittest.mock import Mock

import pytest

from exohabit.inputs import readers
from exohabit.inputs.limits import MAX_NEAR_MISSES, MAX_PLANETS, MAX_PROBLEMS
from exohabit.inputs.problems import InvalidJSON, TooManyPlanets
from exohabit.inputs.readers import INPUT_FORMATS, READERS, read_csv, read_ndjson, read_pairs
from exohabit.inputs.schemas import EXAMPLE

HEADER = b"pl_name,pl_rade,st_spectype\n"


def known(raw):
    """Return the planets without what is not known."""
    return [{k: v for k, v in planet.items() if v is not None} for planet in raw.planets]


def test_numbers_of_a_table_are_read_and_text_is_kept():
    raw = read_csv(HEADER + b"1,1.5e0,G2 V\n")

    assert known(raw) == [{"name": "1", "pl_rade": 1.5, "st_spectype": "G2 V"}]


def test_text_that_is_not_a_number_stays_text_in_tables_and_queries():
    (planet,) = read_csv(HEADER + b"b,inf,G\n").planets
    (pair,) = read_pairs([("pl_rade", "inf")]).planets

    assert planet["pl_rade"] == pair["pl_rade"] == "inf"


@pytest.mark.parametrize("text", ["", "NA", "n/a", "NaN", "NULL", "none", "--", "-"])
def test_a_missing_value_of_a_table_or_a_query_is_null(text):
    (planet,) = read_csv(HEADER + f"{text},{text}, {text}\n".encode()).planets
    (pair,) = read_pairs([("pl_rade", text), ("st_spectype", text)]).planets

    assert not any(planet.values())
    assert pair == {"pl_rade": None, "st_spectype": None}


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0.0), ("-1", -1.0), ("1e5", 1e5), ("1E-5", 1e-5), ("0.1", 0.1), ("1e400", float("inf"))],
)
def test_a_json_number_in_a_query_is_a_number(text, number):
    assert read_pairs([("pl_rade", text)]).planets == [{"pl_rade": number}]


def test_an_empty_field_is_null_and_spaces_around_fields_are_ignored():
    raw = read_csv(b"pl_name , pl_rade, st_spectype\n , , G2 V \n")

    assert known(raw) == [{"st_spectype": "G2 V"}]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_numbers_count_every_line_whatever_the_line_end(end):
    table = end.join([b"# made by", b"#", b"", b"pl_name,pl_rade", b"a,1", b"", b"b,x"])

    raw = read_csv(table)

    assert [planet["name"] for planet in raw.planets] == ["a", "b"]
    assert raw.where(1, "pl_rade") == {"line": 7, "column": "pl_rade"}
    assert raw.where(None, "pl_eqt") == {"line": 4, "column": "pl_eqt"}


def test_a_quoted_field_may_contain_commas_quotes_and_line_ends():
    raw = read_csv(b'pl_name,pl_rade\n"a, ""b""\nc",1\nd,2\n')

    assert [planet["name"] for planet in raw.planets] == ['a, "b"\nc', "d"]
    assert raw.where(1, "")["line"] == 4


def test_other_columns_are_dropped_and_misspelt_ones_get_a_warning_about_the_table():
    raw = read_csv(b"pl_rade,hostname,pl_radj,pl_insoll\n1,Sun,0.1,1\n")

    assert known(raw) == [{"pl_rade": 1.0}]
    assert [(n.code, n.column) for n in raw.notes if n.code == "near_miss"] == [
        ("near_miss", "pl_insol")
    ]


def test_repeated_columns_and_rows_of_another_length_are_problems_with_their_lines():
    raw = read_csv(b"pl_rade,pl_rade,pl_eqt\n1,1\n1,1,300\n1,1,300,4\n")

    assert [(problem.code, problem.line) for problem in raw.problems] == [("repeated_column", 1)]
    assert {i: (each.code, each.line) for i, each in raw.unreadable.items()} == {
        0: ("wrong_length", 2),
        2: ("wrong_length", 4),
    }
    assert raw.unreadable[2].message == (
        "the row has 4 fields; expected 3, as in the header (write decimals with a point, and "
        "quote text that contains a comma)"
    )
    assert [planet is None for planet in raw.planets] == [True, False, True]


def test_lines_of_json_are_numbered_and_invalid_ones_are_problems():
    raw = read_ndjson(b'{"a": 1}\n\n{"a": \n \r\n{"b": 2}\r\n{} {}\n')

    assert raw.planets == [{"a": 1}, None, {"b": 2}, None]
    assert {i: (each.code, each.line) for i, each in raw.unreadable.items()} == {
        1: ("invalid_json", 3),
        3: ("invalid_json", 6),
    }
    assert raw.where(2, "b") == {"line": 5, "pointer": "/b"}


@pytest.mark.slow
@pytest.mark.parametrize(("header", "row"), [(b"pl_rade\n", b"1\n"), (b"", b"{}\n")])
def test_more_planets_than_the_limit_are_refused_before_the_rest_is_read(header, row):
    read = read_csv if header else read_ndjson
    unreadable = b"\xff\n" if read is read_ndjson else b'"\n'

    assert len(read(header + row * MAX_PLANETS).planets) == MAX_PLANETS
    with pytest.raises(TooManyPlanets):
        read(header + row * (MAX_PLANETS + 1) + unreadable)


def test_a_list_in_a_line_of_ndjson_is_a_problem_of_that_line():
    raw = read_ndjson(b'{"a": 1}\n[{"b": 2}]\n')

    problem = raw.unreadable[1]
    assert (problem.code, problem.line, problem.pointer) == ("wrong_type", 2, "")
    assert "one planet per line" in problem.message
    assert raw.planets[0] == {"a": 1}


def test_only_the_problems_that_an_answer_lists_say_what_is_wrong_with_a_line(monkeypatch):
    described = Mock(wraps=readers.invalid_json)
    monkeypatch.setattr(readers, "invalid_json", described)

    raw = read_ndjson(b'{"a": 1}\n' + b'{"a":\n' * 500 + b"[]\n")

    assert described.call_count == MAX_PROBLEMS
    assert [*raw.unreadable] == [*range(1, 502)]
    assert [each.line for each in raw.unreadable.values()][:100] == [*range(2, 102)]


def test_every_reader_has_a_media_type_in_lower_case():
    assert all(name == name.lower() and "/" in name for name in READERS)


@pytest.mark.parametrize("reader", INPUT_FORMATS, ids=lambda reader: reader.media_type)
def test_a_reader_reads_the_example_that_it_writes(reader):
    written = reader.write([EXAMPLE, EXAMPLE])
    body = written.encode() if isinstance(written, str) else json.dumps(written).encode()

    assert known(reader.read(body)) == [EXAMPLE, EXAMPLE]


def test_of_many_misspelt_columns_a_few_get_a_warning_about_the_table():
    header = ",".join(f"pl_insol{i}" for i in range(1000))
    raw = read_csv(f"pl_rade,pl_eqt,hostname,{header}\n1,300{',' * 1001}\n".encode())

    (planet,) = raw.planets
    assert planet["pl_rade"] == 1.0
    assert not {"hostname", "pl_insol0"} & planet.keys()
    assert [note.code for note in raw.notes].count("near_miss") == MAX_NEAR_MISSES


def test_an_unknown_column_may_be_repeated():
    table = b"pl_rade,pl_eqt,note,note,rowupdate,rowupdate\n1,300,a,b,c,d\n"

    assert read_csv(table).problems == []


def test_brackets_are_counted_over_all_lines():
    with pytest.raises(InvalidJSON, match="1,000,000 brackets"):
        read_ndjson((b"[" + b"[]," * 99_999 + b"1]\n") * 11)
