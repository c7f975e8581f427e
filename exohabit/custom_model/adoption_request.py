"""Adoption request: the model to adopt, with the options of the command."""

from __future__ import annotations

import msgspec


class AdoptionRequest(msgspec.Struct, frozen=True):
    """A model to adopt."""

    name: str
    threshold: float
    ordinals: dict[str, str] = {}
    """For each ordinal column, its letters in order: the column has the position of a letter."""
    unknown_type: str | None = None
    """The one-hot column that is 1 where the type is not known, or "none"; None if not said."""
    whole_types: bool = False
    """Whether the categories of the type are whole types, even if all are short."""
