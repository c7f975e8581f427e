"""JSON, decoded strictly."""

from __future__ import annotations

import pytest

from exohabit.inputs.decoding import check_nesting, decode_json, number_or_text
from exohabit.inputs.problems import InvalidJSON


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "+1", "01", "1.", ".5", "0x1", "1\n", "١"])
def test_text_that_is_not_a_json_number_stays_text(text):
    assert number_or_text(text) == text


@pytest.mark.parametrize("text", ["0", "-0", "-1", "1.25", "1e5", "1E-5", "1e+400"])
def test_text_that_is_a_json_number_becomes_that_number(text):
    assert number_or_text(text) == decode_json(text.encode())


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


@pytest.mark.parametrize("body", [b'{"x": [1,2], "y": }', b'{"x": 1, "y": }', b'{"x": "it\'s", }'])
def test_invalid_json_gets_no_hint_that_does_not_apply(body):
    with pytest.raises(InvalidJSON) as raised:
        decode_json(body)

    assert "decimals" not in raised.value.message
    assert "quotes" not in raised.value.message
