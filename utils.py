"""Validate JSON input and order it: request -> planets -> what the model reads.

The way in is short: one typed decode, one array a column, one range check a column. Only a request
that fails is read again, by `problems`, to say everything that is wrong with it.

The trap: a permuted matrix cannot be noticed by a model, so columns are only ever addressed by
name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, NoReturn

import msgspec
import numpy as np

import problems
from parameters import Parameters, parameter_problems
from problems import InvalidInput, InvalidJSON, Problem, TooManyPlanets
from science import caveats
from science.arrays import FloatArray
from science.caveats import Caveat, Caveats
from science.columns import COLUMNS, NUMERIC
from science.features import Table, lacks_light, lacks_size, spectral_columns

MAX_PLANETS = 100_000
"""Planets in one request."""

_BOM = b"\xef\xbb\xbf"


def _fields() -> list[Any]:
    """Fields of a planet, from the table of columns: required ones have no default."""
    types = [(c.name, (float if c.range else str) | None, c.required) for c in COLUMNS]
    fields: list[Any] = [(name, kind) for name, kind, required in types if required]
    fields += [(name, kind, None) for name, kind, required in types if not required]
    return fields + [(key, str | None, None) for key in problems.NAME_KEYS]


# The quick type refuses unknown keys; the tolerant one ignores them, and reads limit flags.
_QuickPlanet = msgspec.defstruct("_QuickPlanet", _fields(), forbid_unknown_fields=True, gc=False)
_Planet = msgspec.defstruct(
    "_Planet", [*_fields(), *((c.limit_flag, float | None, None) for c in NUMERIC)], gc=False
)


def _decoder(planet: Any, *, bare: bool) -> msgspec.json.Decoder[Any]:
    """Decode a list of planets, or else one bare planet or the envelope {"planets": …}."""
    envelope = msgspec.defstruct("_Envelope", [("planets", list[planet] | planet)])
    return msgspec.json.Decoder(list[planet] | (planet if bare else envelope))


_QUICK = [(_decoder(_QuickPlanet, bare=bare), True) for bare in (True, False)]
_TOLERANT = [(_decoder(_Planet, bare=bare), False) for bare in (True, False)]
# What to try in turn where one bare planet is allowed, and where it is not.
_DECODERS = {True: _QUICK + _TOLERANT, False: _QUICK[1:] + _TOLERANT[1:]}
_NUMBERS = attrgetter(*(column.name for column in NUMERIC))


@dataclass(frozen=True, slots=True)
class Planets:
    """Planets of a request, in its order: names, and what is known as columns."""

    names: list[str | None]
    table: Table
    caveats: Caveats
    is_one: bool
    """Whether the request was one bare planet rather than a list."""

    def reasons(self) -> dict[int, str]:
        """Say, by index, why planets cannot be judged; those that can are absent."""
        no_size, no_light = lacks_size(self.table), lacks_light(self.table)
        return {
            i: " and ".join(
                reason
                for lacks, reason in ((no_size[i], _NO_SIZE), (no_light[i], _NO_LIGHT))
                if lacks
            )
            for i in np.flatnonzero(no_size | no_light).tolist()
        }


_NO_SIZE = "neither radius nor mass is known"
_NO_LIGHT = (
    "nothing tells its irradiation (pl_eqt, pl_insol, or an orbit and a star: pl_orbper or "
    "pl_orbsmax with st_spectype or st_teff)"
)


def parse_planets(
    body: bytes, sent: Parameters = (), *, allowed: Sequence[str] = (), one_allowed: bool
) -> Planets:
    """Read planets from JSON: a list, {"planets": …}, or one bare planet where that is allowed.

    Query parameters are checked in the same pass, so that all faults are listed at once.

    Raises:
        InvalidJSON: the body is no JSON.
        InvalidInput: it is, and it or the parameters hold faults; all are listed.
        TooManyPlanets: more than `MAX_PLANETS`.
    """
    beside = parameter_problems(sent, allowed)
    body = body.removeprefix(_BOM)
    try:
        decoded, is_quick = _decode(body, one_allowed)
    except msgspec.ValidationError:
        _refuse(body, one_allowed, beside)
    document = getattr(decoded, "planets", decoded)
    planets = _listed(document)
    table = _table(planets)
    if not planets or table is None or _has_long_name(planets) or beside:
        _refuse(body, one_allowed, beside)
    types = [planet.st_spectype for planet in planets]
    found = caveats.of_stars(types, table)
    if not is_quick:
        limits = _drop_limits(planets, table)
        misses = _near_misses(body, in_envelope=decoded is not document)
        found = caveats.merge(found, limits, misses)
    names = [planet.pl_name if planet.name is None else planet.name for planet in planets]
    return Planets(names, table, found, is_one=one_allowed and decoded is planets[0])


def _decode(body: bytes, one_allowed: bool) -> tuple[Any, bool]:
    """Decode by the first type that fits; also say whether it was a quick one.

    Raises:
        msgspec.ValidationError: none fits.
        InvalidJSON: it is no JSON.
    """
    for decoder, is_quick in _DECODERS[one_allowed]:
        try:
            return decoder.decode(body), is_quick
        except msgspec.ValidationError:
            continue
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _invalid_json(body, error) from error
    raise msgspec.ValidationError("no shape fits")


def _listed(document: Any) -> list[Any]:
    """Take one planet as a list of one.

    Raises:
        TooManyPlanets: the list is longer than one request may carry.
    """
    planets = document if isinstance(document, list) else [document]
    if len(planets) > MAX_PLANETS:
        raise TooManyPlanets(
            f"{len(planets):,} planets in one request; at most {MAX_PLANETS:,}: send several"
        )
    return planets


def _table(planets: Sequence[Any]) -> dict[str, FloatArray] | None:
    """Order planets into columns; None if a value is out of range or no spectral type."""
    block = np.array([_NUMBERS(planet) for planet in planets], dtype=np.float64)
    block = block.reshape(len(planets), len(NUMERIC)).T.copy()
    table: dict[str, FloatArray] = {}
    for column, values in zip(NUMERIC, block, strict=True):
        low, high = column.bounds
        if ((values < low) | (values > high)).any():
            return None
        table[column.name] = values
    try:
        return table | spectral_columns(planet.st_spectype for planet in planets)
    except ValueError:
        return None


def _has_long_name(planets: Sequence[Any]) -> bool:
    longest = problems.MAX_NAME
    return any(
        (planet.name is not None and len(planet.name) > longest)
        or (planet.pl_name is not None and len(planet.pl_name) > longest)
        for planet in planets
    )


def _drop_limits(planets: Sequence[Any], table: dict[str, FloatArray]) -> Caveats:
    """Blank the values that their limit flag calls a limit, and say so."""
    found: Caveats = {}
    for column in NUMERIC:
        flags = np.array([getattr(planet, column.limit_flag) for planet in planets], dtype=float)
        is_limit = ~np.isnan(flags) & (flags != 0.0) & ~np.isnan(table[column.name])
        table[column.name][is_limit] = np.nan
        flagged = ((i, flags[i]) for i in np.flatnonzero(is_limit).tolist())
        found = caveats.merge(found, caveats.of_limit(flagged, column.name))
    return found


_OWN_KEYS = frozenset(_Planet.__struct_fields__)
_MEANT = (*(column.name for column in COLUMNS), "name")
_MOST_UNKNOWN_KEYS = 200


def _near_misses(body: bytes, *, in_envelope: bool) -> Caveats:
    """Warn of unknown keys that were probably meant to be known ones."""
    document = _read_loosely(body)
    planets = _listed(document["planets"] if in_envelope else document)
    unknown = sorted(set().union(*planets) - _OWN_KEYS)[:_MOST_UNKNOWN_KEYS]
    meant = {key: near for key in unknown if (near := problems.near_miss(key, _MEANT))}
    if not meant:
        return {}
    return {
        i: [_near_miss(key, meant[key]) for key in meant if key in planet]
        for i, planet in enumerate(planets)
        if not meant.keys().isdisjoint(planet)
    }


def _near_miss(key: str, near: str) -> Caveat:
    message = f"unknown key {problems.shown(key)} was ignored: did you mean {near}?"
    return Caveat("near_miss", near, message)


def _refuse(body: bytes, one_allowed: bool, beside: Sequence[Problem]) -> NoReturn:
    document = _read_loosely(body)
    _listed(document.get("planets") if isinstance(document, dict) else document)
    raise InvalidInput.of(chain(beside, problems.in_document(document, one_allowed=one_allowed)))


def _read_loosely(body: bytes) -> Any:
    """Read JSON into plain objects, numbers too large for a float as infinity."""
    try:
        return json.loads(
            body.decode("utf-8"), parse_int=_read_integer, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise _invalid_json(body, error) from error


def _read_integer(digits: str) -> float:
    return int(digits) if len(digits) < 19 else float(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _invalid_json(body: bytes, error: Exception) -> InvalidJSON:
    if not body.strip():
        return InvalidJSON("The body is empty; send JSON.")
    if isinstance(error, RecursionError):
        return InvalidJSON("The body is nested too deeply.")
    if isinstance(error, UnicodeDecodeError):
        return InvalidJSON("The body is not UTF-8 text.")
    return InvalidJSON(f"The body is not valid JSON: {error}")
