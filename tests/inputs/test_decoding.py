"""JSON and tables, decoded strictly."""

from __future__ import annotations

import pytest

from exohabit.inputs.decoding import check_nesting, decode_csv, decode_json, number_or_text
from exohabit.inputs.problems import InvalidCSV, InvalidJSON


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "+1", "01", "1.", ".5", "0x1", "1\n", "١"])
def test_text_that_is_not_a_json_number_stays_text(text):
    assert number_or_text(text) == text


@pytest.mark.parametrize("text", ["0", "-0", "-1", "1.25", "1e5", "1E-5", "1e+400"])
def test_text_that_is_a_json_number_becomes_that_number(text):
    assert number_or_text(text) == decode_json(text.encode())


def test_each_row_has_the_number_of_its_last_line():
    rows = decode_csv(b'# x\n\na,b\n"1\n2",3\n\n#4,5\n', max_rows=10)

    assert rows == [(3, ["a", "b"]), (5, ["1\n2", "3"]), (7, ["#4", "5"])]


def test_decoding_stops_after_the_given_number_of_rows():
    assert len(decode_csv(b"a\n" * 50, max_rows=7)) == 8


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not a table"),
        (b"a,b", "--data-binary"),
        (b'{"pl_rade": 1}', "JSON, not a table"),
        (b'\n[\n{"pl_rade": 1}\n]', "JSON, not a table"),
        (b"pl_rade;pl_eqt\n1;2\n", "semicolons; send commas, and write decimals with a point"),
        (b"pl_rade\tpl_eqt\n1\t2\n", "tabs; send commas"),
        (b"# only\n# comments\n", "not a table"),
        (b"pl_rade\n\xff\n", "line 2: it is not UTF-8"),
        ("pl_rade\n1\n".encode("utf-16"), "UTF-16"),
        ("pl_rade\n1\n".encode("utf-16-le"), "UTF-16"),
        (b"pl_rade\r1\r\xff\r", "line 3: it is not UTF-8"),
        (b'pl_rade\n"1\n', "line 2"),
        (b'pl_rade\n"1"2\n', "line 2"),
        (b"pl_rade\n" + b"1" * 70_000, "line 2: it is longer"),
        (b"x," * 40_000, "line 1: it is longer"),
    ],
)
def test_invalid_csv_is_refused_with_a_reason(body, message):
    with pytest.raises(InvalidCSV, match=message):
        decode_csv(body, max_rows=10)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b"{", "valid JSON"),
        (b"pl_rade,pl_eqt\n1,255\n", "text/csv"),
        (b'{"x": "\\ud800"}', "valid JSON"),
        (b'{"x": NaN}', "send null"),
        (b"[-Infinity]", "send null"),
        (b"[1, nan]", "send null"),
        (b'{"x":None}', "send null"),
        (b"{'x': 1}", "double quotes"),
        (b"{\"x\": ['1']}", "double quotes"),
        (b'{"x": 1,5, "y": 2}', "decimals with a point"),
        (b'{"x": -1,5}', "decimals with a point"),
        ('{"x": 1}'.encode("utf-16"), "UTF-16"),
        ('{"x": 1}'.encode("utf-16-le"), "UTF-16"),
        (b'{"y": ' + b"1" * 5000 + b', "x": "\\ud800"}', "valid JSON"),
        (b'{"y": ' + b"1" * 5000 + b', "x": NaN}', "valid JSON"),
        (b"[" * 100_000, "nested"),
        (b"[" * 100_000 + b"1" * 5000, "nested"),
    ],
)
def test_invalid_json_is_refused_with_a_reason(body, message):
    with pytest.raises(InvalidJSON, match=message):
        decode_json(body)


def test_an_integer_of_thousands_of_digits_becomes_infinity():
    assert decode_json(b'[{"pl_rade": ' + b"9" * 5000 + b"}]") == [{"pl_rade": float("inf")}]


@pytest.mark.parametrize(
    "body", [b"[" + b"{}," * 1_000_000 + b"{}]", b"[" + b"[]," * 1_000_000 + b"1]"]
)
def test_json_with_more_brackets_than_the_limit_is_refused(body):
    with pytest.raises(InvalidJSON, match="more than 1,000,000 brackets"):
        check_nesting(body)


def test_a_table_with_more_lines_than_the_limit_is_refused():
    with pytest.raises(InvalidCSV, match="more than 1,000,000 lines"):
        decode_csv(b"\n" * 1_000_001 + b"a\n1\n", max_rows=10)


@pytest.mark.parametrize("body", [b'{"x": [1,2], "y": }', b'{"x": 1, "y": }', b'{"x": "it\'s", }'])
def test_invalid_json_gets_no_hint_that_does_not_apply(body):
    with pytest.raises(InvalidJSON) as raised:
        decode_json(body)

    assert "decimals" not in raised.value.message
    assert "quotes" not in raised.value.message
