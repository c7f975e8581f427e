"""Planet names: what may be a name. Some catalogues number their planets."""

from __future__ import annotations

from typing import Any

from exohabit.inputs.limits import MAX_NAME

MAX_NUMBER = 1e15
"""Largest number that may be a name; beyond it, a float does not keep every digit."""


def name_text(name: Any) -> str | None:
    """Return a name as text, also if it was sent as a number."""
    return f"{name:.15g}" if isinstance(name, float) else name


def is_number_for_name(value: Any) -> bool:
    """Whether a value is a number that may be a name."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= MAX_NUMBER


def is_name(value: Any) -> bool:
    """Whether a value may be a planet's name."""
    return (isinstance(value, str) and len(value) <= MAX_NAME) or is_number_for_name(value)
