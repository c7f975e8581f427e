"""Decimal texts: what passes the fast check is a number in JSON, or cannot be cast."""

from __future__ import annotations

from itertools import product

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from exohabit.bulk.formats.arrow_texts import read_numbers
from exohabit.bulk.formats.decimal_texts import look_like_decimals
from exohabit.inputs.missing_values import known_text

SHORT = ["".join(characters) for n in range(5) for characters in product("01./-e ", repeat=n)]
"""All texts of up to four of these characters."""


def is_number_in_json(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=float)
    except msgspec.DecodeError:
        return False
    return text == text.strip()


def test_only_numbers_of_json_pass_unless_they_have_two_points() -> None:
    passed = {text for text in SHORT if look_like_decimals(pa.array([text]))}
    decimals = {text for text in SHORT if is_number_in_json(text) and not set(text) & set("-e")}

    assert {text for text in passed if text.count(".") < 2} == decimals


def test_every_short_text_is_read_as_the_service_reads_it() -> None:
    known = [text for text in SHORT if known_text(text)]

    right = [text for text in known if read_numbers(pa.array([text])).is_wrong is None]

    assert right == [text for text in known if is_number_in_json(text.strip())]


@pytest.mark.parametrize("wrong", ["", "01", ".5", "5.", "1e3", "-1", "1/2", " 1", "١"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_odd_text_among_others_is_seen(wrong: str, place: int) -> None:
    texts = ["12.5", "0.25", "7"]
    texts[place] = wrong

    assert not look_like_decimals(pa.array([*texts, None]))


def test_rows_outside_a_slice_do_not_count() -> None:
    texts = pa.array(["wrong", "1.5", None, "0", "also wrong"])

    assert look_like_decimals(texts.slice(1, 3))
    assert not look_like_decimals(texts.slice(1))
    assert not look_like_decimals(texts.slice(0, 3))
    assert read_numbers(texts.slice(1, 3)).values[::2].tolist() == [1.5, 0.0]


def test_a_text_with_two_points_is_wrong() -> None:
    values, is_wrong = read_numbers(pa.array(["1.5", "1.2.3", None]))

    assert is_wrong is not None
    assert is_wrong.tolist() == [False, True, False]
    assert values[0] == 1.5


EMPTY = pa.StringArray.from_buffers(0, pa.py_buffer(b""), pa.py_buffer(b""))


@pytest.mark.parametrize("texts", [pa.array([], pa.string()), EMPTY, pa.nulls(3, pa.string())])
def test_without_any_text_nothing_is_wrong(texts: pa.Array) -> None:
    values, is_wrong = read_numbers(texts)

    assert is_wrong is None
    assert np.isnan(values).all()
