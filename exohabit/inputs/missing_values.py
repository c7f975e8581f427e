"""Missing values: how tables and query strings write that a value is not known."""

from __future__ import annotations

from collections.abc import Sequence

MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "--", "-"))
"""In lower case. JSON has only null."""
_LONGEST = max(map(len, MISSING))
_BLANKS = " \t"
_REPEATED = 4
"""How often each text must occur, on average, before different ones are looked up."""


def is_missing(text: str) -> bool:
    """Whether a text says that nothing is known."""
    return text.lower() in MISSING


def known_text(text: str) -> str | None:
    """Return a field without the blanks around it; None if it says that nothing is known."""
    stripped = text.strip(_BLANKS)
    return None if is_missing(stripped) else stripped


def known_texts(texts: Sequence[str]) -> list[str | None]:
    """Return `known_text` of every field of a column."""
    distinct = set(texts)
    if len(distinct) * _REPEATED < len(texts):  # spectral types
        known = {text: known_text(text) for text in distinct}
        return [known[text] for text in texts]
    stripped: list[str | None] = [text.strip(_BLANKS) for text in texts]
    short = {text for text in stripped if text is not None and len(text) <= _LONGEST}
    if not any(map(is_missing, short)):
        return stripped
    return [*map(known_text, texts)]
