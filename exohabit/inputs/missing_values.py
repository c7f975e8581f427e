"""Missing values: texts in tables and query strings that mean "not known"."""

from __future__ import annotations

from collections.abc import Sequence

MISSING_TEXTS = frozenset(("", "na", "n/a", "nan", "null", "none", "--", "-"))
"""In lower case. JSON has only null."""
_MAX_LENGTH = max(map(len, MISSING_TEXTS))
_BLANKS = " \t"
_MIN_REPETITIONS = 4
"""If a column repeats its texts at least this often on average, each one is checked only once."""


def is_missing(text: str) -> bool:
    """Whether a text means that the value is not known."""
    return text.lower() in MISSING_TEXTS


def known_text(text: str) -> str | None:
    """Return a field without the blanks around it; None if the value is not known."""
    stripped = text.strip(_BLANKS)
    return None if is_missing(stripped) else stripped


def known_texts(texts: Sequence[str]) -> list[str | None]:
    """Return `known_text` of every field of a column."""
    distinct = set(texts)
    if len(distinct) * _MIN_REPETITIONS < len(texts):  # spectral types
        known = {text: known_text(text) for text in distinct}
        return [known[text] for text in texts]
    stripped: list[str | None] = [text.strip(_BLANKS) for text in texts]
    short = {text for text in stripped if text is not None and len(text) <= _MAX_LENGTH}
    if not any(map(is_missing, short)):
        return stripped
    return [*map(known_text, texts)]
