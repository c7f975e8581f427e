"""Request: what the user asks for when adopting a model."""

from __future__ import annotations

import msgspec


class AdoptionRequest(msgspec.Struct, frozen=True):
    """A model to adopt."""

    name: str
    threshold: float
    into: str
    """The folder of the bundle."""
    ordinals: dict[str, str] = {}
    """By column, the letters whose positions it holds."""
