"""Listing: the known planets that match a query, in its order, page by page.

A catalogue never changes (a new one is another file), so a page is a position in it: a walk by
cursor gives every planet once, and a cursor of another catalogue is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from exohabit.catalog import computed_sizes
from exohabit.catalog.cursors import Cursor, StaleCursor, read_cursor, write_cursor
from exohabit.catalog.list_parameters import (
    COLUMN_OF,
    COMPUTED_FIELD,
    CURSOR,
    DEFAULT_LIMIT,
    DEFAULT_SORT,
    HOST_NAME,
    LIMIT,
    METHOD,
    METHOD_WORDS,
    ORDERS,
    SORT,
    bound_problems,
)
from exohabit.catalog.responses import KnownPlanetList, ListedPlanet, provenance_of
from exohabit.catalog.rows import HOST, NAME
from exohabit.catalog.snapshot import Snapshot
from exohabit.inputs.named_planets import AMBIGUOUS, Unresolved
from exohabit.inputs.near_misses import near_miss_of_client
from exohabit.inputs.problems import InvalidInput, Problem, repr_short
from exohabit.inputs.synonyms import fold
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.scoring.bundle import Bundle


def list_planets(
    snapshot: Snapshot, bundle: Bundle, asked: Mapping[str, Any], fields: Sequence[str]
) -> KnownPlanetList:
    """Return a page of the planets that match a query, with some of their fields.

    Raises:
        InvalidInput: the cursor is not one of this query, a host or method is unknown, or a
            lowest value is above the highest one; all problems are listed.
        StaleCursor: the cursor is of an older catalogue.
    """
    cursor = Cursor(snapshot.stored.digest, _hash_of(asked), 0)
    start = _check(snapshot, asked, cursor)
    where, values = _conditions(snapshot, asked)
    ((count,),) = snapshot.select(f"SELECT count(*) FROM planets {where}", values)  # noqa: S608
    known = [name for name in fields if name != COMPUTED_FIELD]
    needed = computed_sizes.COLUMNS if COMPUTED_FIELD in fields else ()
    columns = ", ".join(_EXPRESSIONS.get(name) or _known(name) for name in (*known, *needed))
    found = snapshot.select(
        f"SELECT {columns} FROM planets {where} {_order(asked)} LIMIT :limit OFFSET :start",  # noqa: S608
        values | {"threshold": bundle.threshold, "limit": _limit(asked), "start": start},
    )
    end = start + len(found)
    return KnownPlanetList(
        planets=_planets(found, known, is_with_computed=COMPUTED_FIELD in fields),
        count=count,
        next_cursor=write_cursor(replace(cursor, offset=end)) if end < count else None,
        provenance=provenance_of(snapshot.stored.info),
        threshold=bundle.threshold,
        model_version=bundle.version,
    )


def _planets(
    rows: list[tuple[Any, ...]], known: Sequence[str], *, is_with_computed: bool
) -> list[ListedPlanet]:  # type: ignore[valid-type]
    """Return planets of rows, which hold the known fields, then `computed_sizes.COLUMNS`."""
    end = len(known)
    planets = [dict(zip(known, row[:end], strict=True)) for row in rows]
    if is_with_computed:
        computed = computed_sizes.name_computed_sizes([row[end:] for row in rows])
        for planet, names in zip(planets, computed, strict=True):
            planet[COMPUTED_FIELD] = names
    return [ListedPlanet(**planet) for planet in planets]


_EXPRESSIONS = {"name": NAME, "prediction": "score >= :threshold"}
"""SQL of the fields that are not columns."""


def _known(column: str) -> str:
    """Return the SQL of a column's value; a value that is only a limit counts as not known."""
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
        conditions.append(f"discoverymethod = :{METHOD.name} COLLATE NOCASE")
    if HOST_NAME.name in asked:
        hosts = {f"host{i}": host for i, host in enumerate(_hosts(snapshot, asked[HOST_NAME.name]))}
        conditions.append(f"{HOST} IN ({', '.join(f':{key}' for key in hosts)})")
        values |= hosts
    return f"WHERE {' AND '.join(conditions)}" if conditions else "", values


def _check(snapshot: Snapshot, asked: Mapping[str, Any], beginning: Cursor) -> int:
    """Check a query and return the position where its page starts.

    Raises:
        InvalidInput: it has problems; all are listed.
        StaleCursor: its only problem is a cursor of another catalogue.
    """
    cursor = read_cursor(asked[CURSOR.name]) if CURSOR.name in asked else beginning
    is_stale = cursor is not None and cursor.digest != beginning.digest
    problems = [*bound_problems(asked), *_problems(snapshot, asked)]
    if cursor is None or not (is_stale or cursor.is_like(beginning)):
        message = "cursor is not a next_cursor of this query"
        problems.append(Problem("invalid_cursor", message, parameter=CURSOR.name))
    if problems or cursor is None:
        raise InvalidInput.of(problems)
    if is_stale:
        raise StaleCursor
    return cursor.offset


def _problems(snapshot: Snapshot, asked: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the method and the host of a query."""
    if METHOD.name in asked:
        found = snapshot.select("SELECT DISTINCT discoverymethod FROM planets ORDER BY 1")
        methods = [str(method) for (method,) in found if method is not None]
        if asked[METHOD.name].lower() not in map(str.lower, methods):
            yield _unknown_method(asked[METHOD.name], methods)
    if HOST_NAME.name in asked:
        host = snapshot.look_up(asked[HOST_NAME.name])
        if isinstance(host, Unresolved) and host.code != AMBIGUOUS:
            yield host.problem(what="star or planet", parameter=HOST_NAME.name)


def _unknown_method(text: str, methods: Sequence[str]) -> Problem:
    expected = f"one of {', '.join(methods)}"
    received = repr_short(text)
    by_word = METHOD_WORDS | {fold(method): method for method in methods}
    near = by_word.get(fold(text)) or by_word.get(near_miss_of_client(fold(text), by_word) or "")
    hint = f" (did you mean {near}?)" if near in methods else ""
    message = f"{METHOD.name} is {received}{hint}; expected {expected}"
    return Problem("wrong_type", message, None, None, None, METHOD.name, expected, received)


def _hosts(snapshot: Snapshot, text: str) -> list[str]:
    """Return the host stars that the name of a star or a planet may mean."""
    found = snapshot.look_up(text)
    if not isinstance(found, Unresolved):
        return [str(found[HOST])]
    planets = [snapshot.look_up(name) for name in found.choices()]
    return sorted({str(each[HOST]) for each in planets if not isinstance(each, Unresolved)})


def _hash_of(asked: Mapping[str, Any]) -> str:
    """Return a hash of the parameters that decide which planets are listed, and in which order."""
    deciding = {k: v for k, v in asked.items() if k not in (CURSOR.name, LIMIT.name, "fields")}
    return hashlib.sha256(msgspec.json.encode(deciding, order="sorted")).hexdigest()[:8]
