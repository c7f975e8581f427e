"""Arrow texts: columns of text become numbers, names and spectral types, by the service's rules.

A number must be one in JSON: pyarrow also reads `nan`, `+1` and `.5`. So a regular expression
checks each text before it is cast. The cast rounds correctly, as the service's decoder does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exohabit.inputs.missing_values import MISSING_TEXTS, known_text
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.spectral_columns import SpectralTypes, spectral_values

_NUMBER = r"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z"
_WORDS = "|".join(sorted(word for word in MISSING_TEXTS if word))
_NOT_KNOWN_AS_WRITTEN = rf"\A[ \t]|[ \t]\z|\A\z|\A(?i:{_WORDS})\z"
_MISSING = pa.array(sorted(MISSING_TEXTS))

Texts = Any
"""A pyarrow array of strings."""


class Numbers(NamedTuple):
    """A column of numbers."""

    values: FloatArray
    """NaN where missing or wrong."""
    is_wrong: BoolArray | None
    """Whether a text is neither a number nor missing; None if none is."""


def read_numbers(texts: Texts) -> Numbers:
    """Read a column of numbers that are written as in JSON."""
    is_number = pc.match_substring_regex(texts, _NUMBER)
    if not is_number.false_count:
        return Numbers(_cast(texts), None)
    texts = known_texts(texts)
    is_number = pc.match_substring_regex(texts, _NUMBER)
    is_wrong = to_mask(pc.invert(is_number))
    values = _cast(pc.if_else(is_number, texts, pa.scalar(None, pa.string())))
    return Numbers(values, is_wrong if is_wrong.any() else None)


def known_texts(texts: Texts) -> Texts:
    """Return `known_text` of every field of a column; null is missing."""
    if not to_mask(pc.match_substring_regex(texts, _NOT_KNOWN_AS_WRITTEN)).any():
        return texts
    trimmed = pc.utf8_trim(texts, " \t")
    is_missing = pc.is_in(pc.utf8_lower(trimmed), _MISSING)
    return pc.if_else(is_missing, pa.scalar(None, pa.string()), trimmed)


class Types(NamedTuple):
    """A column of spectral types."""

    types: SpectralTypes
    is_wrong: BoolArray | None
    """Whether a text is not a spectral type; None if none is. It counts as unknown in `types`."""


def read_types(texts: Texts) -> Types:
    """Read a column of spectral types; each different text is read once."""
    encoded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    distinct = [text and known_text(text) for text in encoded.dictionary.to_pylist()]
    is_type = np.array([*map(_is_type, distinct), True], dtype=bool)
    known = [text if is_one else None for text, is_one in zip(distinct, is_type, strict=False)]
    places = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    places = places.astype(np.intp)
    is_wrong = None if is_type.all() else ~is_type[places]
    return Types(SpectralTypes([*(text or None for text in known), None], places), is_wrong)


def no_types(rows: int) -> SpectralTypes:
    """Return unknown spectral types."""
    return SpectralTypes([None], np.zeros(rows, dtype=np.intp))


def to_mask(flags: Any) -> BoolArray:
    """Return a pyarrow array of flags as a mask; null is false."""
    mask: BoolArray = pc.fill_null(flags, False).to_numpy(zero_copy_only=False)
    return mask


def _is_type(text: str | None) -> bool:
    try:
        spectral_values(text or None)
    except ValueError:
        return False
    return True


def _cast(texts: Texts) -> FloatArray:
    """Cast texts that are numbers; null becomes NaN."""
    values: FloatArray = pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False)
    return values if values.flags.writeable else values.copy()
