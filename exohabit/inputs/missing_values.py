"""Missing values: how tables and query strings write that a value is not known."""

from __future__ import annotations

from collections.abc import Sequence

MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "--", "-"))
"""In lower case. JSON has only null."""
_BLANKS = " \t"


def is_missing(text: str) -> bool:
    """Whether a text says that nothing is known."""
    return text.lower() in MISSING


def known_text(text: str) -> str | None:
    """Return a field without the blanks around it; None if it says that nothing is known."""
    stripped = text.strip(_BLANKS)
    return None if is_missing(stripped) else stripped


def known_texts(texts: Sequence[str]) -> list[str | None]:
    """Return `known_text` of every field of a column."""
    return [*map(known_text, texts)]
