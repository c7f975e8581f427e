"""Request: what the user asks for when adopting a model."""

from __future__ import annotations

import msgspec


class AdoptionRequest(msgspec.Struct, frozen=True):
    """A model to adopt."""

    name: str
    threshold: float
    ordinals: dict[str, str] = {}
    """By column, the letters whose positions it holds."""
    unknown_type: str | None = None
    """The one-hot column that is 1 where the type is not known, or "none"; None if not said."""
    whole_types: bool = False
    """Whether the categories of the type are whole types, even if all are short."""
