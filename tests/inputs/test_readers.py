"""Ways in: what was sent becomes planets, and each value is known by where it stood."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import InvalidJSON
from exohabit.inputs.readers import INPUT_FORMATS, READERS, read_csv, read_ndjson, read_pairs
from exohabit.inputs.schemas import EXAMPLE

HEADER = b"pl_name,pl_rade,st_spectype\n"


def test_numbers_of_a_table_are_read_and_text_is_kept():
    sent = read_csv(HEADER + b"1,1.5e0,G2 V\n")

    assert sent.planets == [{"pl_name": "1", "pl_rade": 1.5, "st_spectype": "G2 V"}]


def test_what_is_no_number_stays_text_in_every_format_that_is_text():
    (planet,) = read_csv(HEADER + b"b,nan,G\n").planets
    (pair,) = read_pairs([("pl_rade", "nan")]).planets

    assert planet["pl_rade"] == pair["pl_rade"] == "nan"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0.0), ("-1", -1.0), ("1e5", 1e5), ("1E-5", 1e-5), ("0.1", 0.1), ("1e400", float("inf"))],
)
def test_what_json_calls_a_number_is_one(text, number):
    assert read_pairs([("pl_rade", text)]).planets == [{"pl_rade": number}]


def test_an_empty_field_is_null_and_spaces_around_fields_are_layout():
    sent = read_csv(b"pl_name , pl_rade, st_spectype\n , , G2 V \n")

    assert sent.planets == [{"pl_name": None, "pl_rade": None, "st_spectype": "G2 V"}]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_any_way_and_comments_and_blank_lines_above_the_header_count(end):
    table = end.join([b"# made by", b"#", b"", b"pl_name,pl_rade", b"a,1", b"", b"b,x"])

    sent = read_csv(table)

    assert [planet["pl_name"] for planet in sent.planets] == ["a", "b"]
    assert sent.where(1, "pl_rade") == {"line": 7, "column": "pl_rade"}
    assert sent.where(None, "pl_eqt") == {"line": 4, "column": "pl_eqt"}


def test_a_quoted_field_may_hold_commas_quotes_and_lines():
    sent = read_csv(b'pl_name,pl_rade\n"a, ""b""\nc",1\nd,2\n')

    assert [planet["pl_name"] for planet in sent.planets] == ['a, "b"\nc', "d"]
    assert sent.where(1, "")["line"] == 4


def test_other_columns_of_the_archive_are_left_out_and_unknown_ones_kept_to_warn_of():
    sent = read_csv(b"pl_rade,hostname,pl_radj,pl_insoll\n1,Sun,0.1,1\n")

    assert sent.planets == [{"pl_rade": 1.0, "pl_insoll": "1"}]


def test_a_column_twice_and_rows_of_another_length_are_faults_with_their_lines():
    sent = read_csv(b"pl_rade,pl_rade,pl_eqt\n1,1\n1,1,300\n1,1,300,4\n")

    assert [(problem.code, problem.line) for problem in sent.problems] == [
        ("repeated_column", 1),
        ("wrong_length", 2),
        ("wrong_length", 4),
    ]
    assert sent.problems[2].message == "the number of fields is 4; expected 3, as in the header"
    assert len(sent.planets) == 1


def test_lines_of_json_are_numbered_and_broken_ones_are_faults():
    sent = read_ndjson(b'{"a": 1}\n\n{"a": \n \r\n{"b": 2}\r\n{} {}\n')

    assert sent.planets == [{"a": 1}, {"b": 2}]
    assert [(problem.code, problem.line) for problem in sent.problems] == [
        ("invalid_json", 3),
        ("invalid_json", 6),
    ]
    assert sent.where(1, "b") == {"line": 5, "pointer": "/b"}


@pytest.mark.parametrize(
    ("read", "body"),
    [(read_csv, b"pl_rade\n" + b"1\n" * 150_000), (read_ndjson, b"{}\n" * 150_000)],
)
def test_reading_stops_one_planet_after_the_limit(read, body):
    assert len(read(body).planets) == MAX_PLANETS + 1


def test_every_reader_has_a_media_type_in_lower_case():
    assert all(name == name.lower() and "/" in name for name in READERS)


@pytest.mark.parametrize("way", INPUT_FORMATS, ids=lambda way: way.media_type)
def test_a_way_in_reads_the_example_that_it_writes(way):
    written = way.write([EXAMPLE, EXAMPLE])
    body = written.encode() if isinstance(written, str) else json.dumps(written).encode()

    assert way.read(body).planets == [EXAMPLE, EXAMPLE]


def test_a_column_that_nobody_means_costs_nothing():
    unknown = ",".join(f"x{i}" for i in range(1000))
    (planet,) = read_csv(f"pl_rade,hostname,{unknown}\n1{',' * 1001}\n".encode()).planets

    assert planet["pl_rade"] == 1.0
    assert "hostname" not in planet
    assert len(planet) == 1 + 200


def test_rows_of_which_no_column_is_ours_are_rows_all_the_same():
    assert read_csv(b"ra,dec\n1,2\n3,4\n").planets == [{}, {}]


def test_a_column_that_is_not_ours_may_stand_twice():
    assert read_csv(b"pl_rade,note,note,rowupdate,rowupdate\n1,a,b,c,d\n").problems == []


def test_the_lines_of_a_body_are_bounded_together():
    with pytest.raises(InvalidJSON, match="1,000,000 brackets"):
        read_ndjson((b"[" + b"[]," * 99_999 + b"1]\n") * 11)
