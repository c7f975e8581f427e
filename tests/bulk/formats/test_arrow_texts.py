"""Arrow texts: what is read as a number is one in JSON."""

from __future__ import annotations

from itertools import product

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from exohabit.bulk.formats.arrow_texts import read_numbers
from exohabit.inputs.missing_values import known_text

SHORT = ["".join(characters) for n in range(5) for characters in product("01./-e ", repeat=n)]
"""All texts of up to four of these characters."""


def is_number_in_json(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=float)
    except msgspec.DecodeError:
        return False
    return text == text.strip()


def test_every_short_text_is_read_as_the_service_reads_it() -> None:
    known = [text for text in SHORT if known_text(text)]

    right = [text for text in known if read_numbers(pa.array([text])).is_wrong is None]

    assert right == [text for text in known if is_number_in_json(text.strip())]


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
