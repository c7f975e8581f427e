"""JSON and tables, decoded strictly."""

from __future__ import annotations

import pytest

from exohabit.inputs.decoding import check_nesting, decode_csv, decode_json, number_or_text
from exohabit.inputs.problems import InvalidCSV, InvalidJSON


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "+1", "01", "1.", ".5", "0x1", "1\n", "١"])
def test_what_json_would_not_call_a_number_stays_text(text):
    assert number_or_text(text) == text


@pytest.mark.parametrize("text", ["0", "-0", "-1", "1.25", "1e5", "1E-5", "1e+400"])
def test_what_json_calls_a_number_is_the_number_that_json_reads(text):
    assert number_or_text(text) == decode_json(text.encode())


def test_rows_come_with_the_number_of_the_line_that_they_end_in():
    rows = decode_csv(b'# x\n\na,b\n"1\n2",3\n\n#4,5\n', most=10)

    assert rows == [(3, ["a", "b"]), (5, ["1\n2", "3"]), (7, ["#4", "5"])]


def test_no_more_rows_are_decoded_than_asked_for():
    assert len(decode_csv(b"a\n" * 50, most=7)) == 8


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no table"),
        (b"a,b", "--data-binary"),
        (b'{"pl_rade": 1}', "no table: JSON"),
        (b'\n[\n{"pl_rade": 1}\n]', "no table: JSON"),
        (b"pl_rade;pl_eqt\n1;2\n", "semicolons; send commas"),
        (b"pl_rade\tpl_eqt\n1\t2\n", "tabs; send commas"),
        (b"# only\n# comments\n", "no table"),
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
def test_what_is_no_table_is_said_to_be_none(body, says):
    with pytest.raises(InvalidCSV, match=says):
        decode_csv(body, most=10)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"{", "valid JSON"),
        (b"pl_rade,pl_eqt\n1,255\n", "text/csv"),
        (b'{"x": "\\ud800"}', "valid JSON"),
        (b'{"x": NaN}', "send null"),
        (b"[-Infinity]", "send null"),
        (b"[1, nan]", "send null"),
        (b'{"x":None}', "send null"),
        ('{"x": 1}'.encode("utf-16"), "UTF-16"),
        ('{"x": 1}'.encode("utf-16-le"), "UTF-16"),
        (b'{"y": ' + b"1" * 5000 + b', "x": "\\ud800"}', "valid JSON"),
        (b'{"y": ' + b"1" * 5000 + b', "x": NaN}', "valid JSON"),
        (b"[" * 100_000, "nested"),
        (b"[" * 100_000 + b"1" * 5000, "nested"),
    ],
)
def test_what_is_no_json_is_said_to_be_none(body, says):
    with pytest.raises(InvalidJSON, match=says):
        decode_json(body)


def test_an_integer_of_thousands_of_digits_is_a_number_out_of_every_range():
    assert decode_json(b'[{"pl_rade": ' + b"9" * 5000 + b"}]") == [{"pl_rade": float("inf")}]


@pytest.mark.parametrize(
    "body", [b"[" + b"{}," * 1_000_000 + b"{}]", b"[" + b"[]," * 1_000_000 + b"1]"]
)
def test_a_document_of_more_objects_than_any_request_needs_is_refused_unread(body):
    with pytest.raises(InvalidJSON, match="more than 1,000,000 brackets"):
        check_nesting(body)


def test_a_table_of_endless_blank_lines_is_not_read_to_its_end():
    with pytest.raises(InvalidCSV, match="more than 1,000,000 lines"):
        decode_csv(b"\n" * 1_000_001 + b"a\n1\n", most=10)
