"""Arrow types: which of pyarrow's types hold texts and numbers, and arrays of one type of text."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def as_texts(array: Any) -> Any:
    """Return an array as strings; a dictionary of strings stays one, unlike in `plain_texts`."""
    kind = array.type
    if pa.types.is_string(kind) or (
        pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type)
    ):
        return array
    return pc.cast(array, pa.string())


def plain_texts(array: Any) -> Any:
    """Return an array as strings; a dictionary is decoded too, unlike in `as_texts`."""
    return array if pa.types.is_string(array.type) else pc.cast(array, pa.string())


def is_text(kind: Any) -> bool:
    """Whether a pyarrow type is one of text."""
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(
        pa.types.is_string(value)
        or pa.types.is_large_string(value)
        or pa.types.is_null(value)
        or pa.types.is_string_view(value)
    )


def is_number(kind: Any) -> bool:
    """Whether a pyarrow type is one of numbers."""
    return bool(
        pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind)
    )
