"""Flat fields: the parts of a planet's nested fields that are fields of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter, itemgetter
from typing import Any

from msgspec import UNSET

from exohabit.inputs.query_parameters import FLAT_FIELDS


def flatten(fields: Iterable[str]) -> list[str]:
    """Return fields with each nested one replaced by its parts, each once."""
    return list(dict.fromkeys(part for name in fields for part in FLAT_FIELDS.get(name, (name,))))


def value_of(planet: Any, name: str) -> Any:
    """Return a field of a planet, or a part of a nested one; UNSET if it has none."""
    if name not in _PARTS:
        return getattr(planet, name, UNSET)
    nested, read = _PARTS[name]
    value = getattr(planet, nested, UNSET)
    return read(value) if value else value


def _value_in(name: str) -> Callable[[Any], Any]:
    """Return a function that reads the value of a quantity of a context; None if not known."""

    def read(context: Any) -> Any:
        quantity = getattr(context, name)
        return None if quantity is None else quantity.value

    return read


def _position(context: Any) -> str | None:
    zone = context.optimistic_zone
    return None if zone is None else zone.position


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "sentence": attrgetter("sentence"),
    "score_low": itemgetter(0),
    "score_high": itemgetter(1),
    "zone": _position,
    "insolation": _value_in("insolation"),
    "earth_similarity": _value_in("earth_similarity"),
    "size_class": _value_in("size_class"),
    "definition": attrgetter("definition.holds"),
}
_PARTS = {name: (nested, _READERS[name]) for nested, parts in FLAT_FIELDS.items() for name in parts}
"""The parts of nested fields, and how each is read."""
