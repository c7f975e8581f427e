"""Sent: planets as they were read, whatever the format, and where each of them stood."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from exohabit.inputs.problems import Problem

Where = Callable[[int | None, str | None], dict[str, Any]]
"""Where a key (or all, None) of a planet (or of the header, None) stood: fields of a `Problem`."""


@dataclass(frozen=True, slots=True)
class RawPlanets:
    """What was sent: planets as plain objects, and where they stood."""

    planets: list[Any]
    where: Where
    problems: list[Problem] = field(default_factory=list)
    """What is wrong with the whole rather than with a planet."""
    is_one: bool = False
    """Whether it was one bare planet rather than a list."""
    header: Collection[str] | None = None
    """The columns of a table; None where each planet has keys of its own."""
    labels: Sequence[str] | None = None
    """Labels of the rows of a DataFrame."""
    unknown: str = "null"
    """How to say in this format that a value is not known."""


def json_pointer(*keys: str | int | None) -> str:
    """Write keys and indices as a JSON pointer (RFC 6901, section 3); None is no step."""
    steps = (str(key).replace("~", "~0").replace("/", "~1") for key in keys if key is not None)
    return "".join(f"/{step}" for step in steps)
