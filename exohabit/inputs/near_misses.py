"""Near misses: unknown keys that are probably misspelt known ones."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from exohabit.inputs.limits import MAX_COLUMNS, MAX_COMPARED_KEYS, MAX_NEAR_MISSES
from exohabit.inputs.problems import repr_short
from exohabit.inputs.schemas import (
    DETAILED_SCHEMA,
    NAME_KEYS,
    PLAIN_SCHEMA,
    PlanetSchema,
    kept_keys,
)
from exohabit.inputs.synonyms import NEEDS_UNIT, SYNONYMS, find_synonym, is_read_without_unit
from exohabit.inputs.unit_advice import column_meant, find_other_units, is_unsure, name_it
from exohabit.science.columns import ARCHIVE_NAMES, BY_NAME, COLUMNS, SIZE
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings

_LONGEST_KEY = 40
_COLUMNS_OR_NAME = (*(column.name for column in COLUMNS), *NAME_KEYS)
_KNOWN_KEYS = {
    PLAIN_SCHEMA: _COLUMNS_OR_NAME,
    DETAILED_SCHEMA: (*_COLUMNS_OR_NAME, *sorted(DETAILED_SCHEMA.numbers - PLAIN_SCHEMA.numbers)),
}
"""Keys that an unknown one is compared with."""


def hint(keys: Iterable[str], names: tuple[str, ...]) -> str:
    """Name the key that was probably meant to be one of the names; empty if there is none.

    It may be another catalogue's name of the same quantity, or the quantity in another unit.
    """
    keys = [*islice(keys, MAX_COLUMNS)]
    for key in keys:
        if synonym := _synonym_of(key, names):
            return f' (you sent "{key}": name it {synonym})'
    if units := find_other_units(keys, names):
        return f" ({'; '.join(units.values())})"
    unknown = (key for key in keys if key not in ARCHIVE_NAMES)
    for key in islice(unknown, MAX_COMPARED_KEYS):
        near = near_miss(key, names)
        if near:
            return f' (you sent "{key}": did you mean {near}?)'
    return ""


def near_miss(key: str, names: tuple[str, ...] = tuple(BY_NAME)) -> str | None:
    """Return the name that an unknown key was probably meant to be, if any."""
    # Checked before the cached call: a cache limits its entries, not their bytes.
    return _near_miss(key, names) if len(key) <= _LONGEST_KEY else None


def near_miss_of_client(key: str, names: Iterable[str]) -> str | None:
    """Return the client's name that an unknown key was probably meant to be, if any.

    Of the first `MAX_COLUMNS` names, the `MAX_COMPARED_KEYS` of the most similar length are
    compared. Nothing is cached: a cache would keep what clients send.
    """
    if len(key) > _LONGEST_KEY:
        return None
    short = (name for name in islice(names, MAX_COLUMNS) if len(name) <= _LONGEST_KEY)
    compared = heapq.nsmallest(MAX_COMPARED_KEYS, short, key=lambda name: abs(len(name) - len(key)))
    return _find_near_miss(key, compared)


@lru_cache(maxsize=4096)
def _near_miss(key: str, names: tuple[str, ...]) -> str | None:
    if key in ARCHIVE_NAMES:
        return None
    if synonym := _synonym_of(key, names):
        return synonym
    if meant := column_meant(key):
        return meant if meant in names and meant not in SIZE and not is_unsure(key) else None
    return _find_near_miss(key, names)


def _synonym_of(key: str, names: Sequence[str]) -> str | None:
    """Return the name that another catalogue calls so; only tables are read with such names."""
    if key in names or not is_read_without_unit(key):
        return None
    synonym = SYNONYMS[find_synonym(key)]
    return synonym if synonym in names else None


def _find_near_miss(key: str, names: Sequence[str]) -> str | None:
    if key in ARCHIVE_NAMES or key in names or not key.isprintable():
        return None
    normalized = {name.replace("_", ""): name for name in names}
    close = difflib.get_close_matches(_normalize(key), normalized, n=1, cutoff=0.8)
    return normalized[close[0]] if close else None


def _normalize(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "").replace(" ", "")


def warn_of_near_misses(
    planets: Sequence[dict[str, Any]], keys: Iterable[str], schema: PlanetSchema
) -> PlanetWarnings:
    """Warn of unknown keys of planets that were probably meant to be known ones.

    Args:
        planets: as they were read.
        keys: all their keys.
        schema: which keys are known.
    """
    warnings = near_miss_warnings(keys, schema)
    if not warnings:
        return {}
    others = {key: each for key, each in warnings.items() if each.column not in NAME_KEYS}
    found: PlanetWarnings = {}
    for i, planet in enumerate(planets):
        if warnings.keys().isdisjoint(planet):
            continue
        # Beside a name, another word for it, such as `planet`, may mean something else.
        is_named = not planet.keys().isdisjoint(NAME_KEYS)
        news = [each for key, each in (others if is_named else warnings).items() if key in planet]
        if news:
            found[i] = news
    return found


def near_miss_warnings(keys: Iterable[str], schema: PlanetSchema) -> dict[str, PlanetWarning]:
    """Return the warnings of unknown keys that were probably meant to be known ones, by key."""
    unknown = sorted(set(kept_keys(keys, schema)).difference(schema.keys))
    near = ((key, near_miss(key, _KNOWN_KEYS[schema])) for key in unknown)
    return dict(islice(((k, _warning(k, name)) for k, name in near if name), MAX_NEAR_MISSES))


def _warning(key: str, near: str) -> PlanetWarning:
    is_unit_unknown = find_synonym(key) in NEEDS_UNIT
    how = name_it(key, near) if is_unit_unknown else f"did you mean {near}?"
    message = f"unknown key {repr_short(key)} was ignored: {how}"
    return PlanetWarning("near_miss", near, message)
