"""Listing: the known planets that match a query, in its order, page by page.

A catalogue never changes (a new one is another file), so a page is a position in it: a walk by
cursor gives every planet once, and a cursor of another catalogue is refused.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from exohabit.catalog import computed_sizes
from exohabit.catalog.list_parameters import (
    COLUMN_OF,
    COMPUTED,
    CURSOR,
    DEFAULT_LIMIT,
    DEFAULT_SORT,
    HOST_NAME,
    LIMIT,
    METHOD,
    ORDERS,
    SORT,
    check_bounds,
)
from exohabit.catalog.responses import KnownPlanetList, ListedPlanet, provenance_of
from exohabit.catalog.rows import HOST, NAME
from exohabit.catalog.snapshot import Snapshot
from exohabit.inputs.named_planets import AMBIGUOUS, Unresolved
from exohabit.inputs.problems import InvalidInput, Problem, RequestError, repr_short
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.scoring.bundle import Bundle


class StaleCursor(RequestError):
    """The cursor is of a catalogue that was replaced, or of another model."""

    code = "stale_cursor"
    pointer = None


class _Cursor(msgspec.Struct, array_like=True, frozen=True):
    """A position in the planets of a query."""

    digest: str
    """The catalogue."""
    query: str
    """A hash of the query."""
    offset: int


def list_planets(
    snapshot: Snapshot, bundle: Bundle, asked: Mapping[str, Any], fields: Sequence[str]
) -> KnownPlanetList:
    """Return a page of the planets that match a query, with some of their fields.

    Raises:
        InvalidInput: the cursor is not one of this query, a host or method is unknown, or a
            lowest value is above the highest one.
        StaleCursor: the cursor is of an older catalogue.
    """
    check_bounds(asked)
    where, values = _conditions(snapshot, asked)
    ((count,),) = snapshot.select(f"SELECT count(*) FROM planets {where}", values)  # noqa: S608
    cursor = _Cursor(snapshot.stored.digest, _hash_of(asked), 0)
    start = _read_cursor(asked["cursor"], cursor) if "cursor" in asked else 0
    known = [name for name in fields if name != COMPUTED]
    needed = computed_sizes.COLUMNS if COMPUTED in fields else ()
    columns = ", ".join(_EXPRESSIONS.get(name) or _known(name) for name in (*known, *needed))
    found = snapshot.select(
        f"SELECT {columns} FROM planets {where} {_order(asked)} LIMIT :limit OFFSET :start",  # noqa: S608
        values | {"threshold": bundle.threshold, "limit": _limit(asked), "start": start},
    )
    end = start + len(found)
    return KnownPlanetList(
        planets=_planets(found, known, is_with_computed=COMPUTED in fields),
        count=count,
        next_cursor=_write_cursor(replace(cursor, offset=end)) if end < count else None,
        provenance=provenance_of(snapshot.stored.info),
        threshold=bundle.threshold,
        model_version=bundle.version,
    )


def _planets(
    rows: list[tuple[Any, ...]], known: Sequence[str], *, is_with_computed: bool
) -> list[ListedPlanet]:  # type: ignore[valid-type]
    """Return planets of rows: the known fields, and then what tells which sizes were computed."""
    planets = [dict(zip(known, row, strict=False)) for row in rows]
    if is_with_computed:
        told = computed_sizes.name_computed_sizes([row[len(known) :] for row in rows])
        for planet, names in zip(planets, told, strict=True):
            planet[COMPUTED] = names
    return [ListedPlanet(**planet) for planet in planets]


_EXPRESSIONS = {"name": NAME, "prediction": "score >= :threshold"}
"""SQL of the fields that are not columns."""


def _known(column: str) -> str:
    """Return the SQL of a column's value; one that is only a limit counts as not known."""
    if column not in NUMERIC_NAMES:
        return column
    return f"CASE WHEN coalesce({column}lim, 0) = 0 THEN {column} END"


def _limit(asked: Mapping[str, Any]) -> int:
    return int(asked.get(LIMIT.name, DEFAULT_LIMIT))


def _order(asked: Mapping[str, Any]) -> str:
    """Return the ORDER BY clause; the position in the catalogue decides between equal values."""
    sort = asked.get(SORT.name, DEFAULT_SORT)
    column = _known(ORDERS[sort.removeprefix("-")])
    direction = "DESC" if sort.startswith("-") else "ASC"
    return f"ORDER BY {column} IS NULL, {column} {direction}, position"


def _conditions(snapshot: Snapshot, asked: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the WHERE clause of a query, and its values by name."""
    values = {name: asked[name] for name in (*COLUMN_OF, METHOD.name) if name in asked}
    conditions = [
        f"{_known(COLUMN_OF[name])} {'>=' if name.startswith('min_') else '<='} :{name}"
        for name in values
        if name in COLUMN_OF
    ]
    if METHOD.name in asked:
        _check_method(snapshot, asked[METHOD.name])
        conditions.append(f"discoverymethod = :{METHOD.name} COLLATE NOCASE")
    if HOST_NAME.name in asked:
        hosts = {f"host{i}": host for i, host in enumerate(_hosts(snapshot, asked[HOST_NAME.name]))}
        conditions.append(f"{HOST} IN ({', '.join(f':{key}' for key in hosts)})")
        values |= hosts
    return f"WHERE {' AND '.join(conditions)}" if conditions else "", values


def _check_method(snapshot: Snapshot, text: str) -> None:
    """Raise InvalidInput for a method of discovery that no planet has."""
    found = snapshot.select("SELECT DISTINCT discoverymethod FROM planets ORDER BY 1")
    methods = [str(method) for (method,) in found if method is not None]
    if text.lower() not in map(str.lower, methods):
        expected = f"one of {', '.join(methods)}"
        received = repr_short(text)
        message = f"{METHOD.name} is {received}; expected {expected}"
        problem = Problem("wrong_type", message, None, None, None, METHOD.name, expected, received)
        raise InvalidInput.of([problem])


def _hosts(snapshot: Snapshot, text: str) -> list[str]:
    """Return the host stars that a text may mean, by any of their names.

    Raises:
        InvalidInput: no known star or planet has this name.
    """
    found = snapshot.look_up(text)
    if not isinstance(found, Unresolved):
        return [str(found[HOST])]
    if found.code != AMBIGUOUS:
        raise InvalidInput.of([found.problem(what="star or planet", parameter=HOST_NAME.name)])
    planets = [snapshot.look_up(name) for name in found.choices()]
    return sorted({str(each[HOST]) for each in planets if not isinstance(each, Unresolved)})


def _hash_of(asked: Mapping[str, Any]) -> str:
    """Return a hash of what decides which planets a query lists, and in which order."""
    deciding = {k: v for k, v in asked.items() if k not in (CURSOR.name, LIMIT.name, "fields")}
    return hashlib.sha256(msgspec.json.encode(deciding, order="sorted")).hexdigest()[:8]


def _write_cursor(cursor: _Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode()


def _read_cursor(text: str, expected: _Cursor) -> int:
    """Return the position that a cursor stands for.

    Raises:
        InvalidInput: it is not one of this query.
        StaleCursor: it is of another catalogue.
    """
    try:
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(text), type=_Cursor)
    except ValueError:  # not base64, not JSON, or of other types
        cursor = None
    if cursor is not None and cursor.digest != expected.digest:
        raise StaleCursor("The catalogue has changed since this cursor was made: start again.")
    if cursor is None or cursor.query != expected.query or not 0 <= cursor.offset < 2**31:
        message = "cursor is not a next_cursor of this query"
        raise InvalidInput.of([Problem("invalid_cursor", message, parameter=CURSOR.name)])
    return cursor.offset
