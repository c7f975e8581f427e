"""Validate JSON input, and input of every other format, and order it: what was sent -> columns.

The way in is short: one typed decode, an array for each column, one look at the spectral types.
Only what does not pass is gone through again, by `exohabit.inputs.validation`, to say everything that is
wrong with it.

The trap: a permuted matrix cannot be noticed by a model, so columns are only ever addressed by
name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from exohabit.inputs.columnar import Values
from exohabit.inputs.decoding import invalid_json
from exohabit.inputs.measurement_errors import read_details
from exohabit.inputs.parts import parts
from exohabit.inputs.planet_table import Begin, Begun, Planets
from exohabit.inputs.problems import InvalidInput, Problem, TooManyPlanets, near_miss, shown
from exohabit.inputs.query_parameters import Pairs
from exohabit.inputs.raw_planets import Sent
from exohabit.inputs.readers import JSON, READERS, read_pairs
from exohabit.inputs.schemas import (
    DETAILED,
    MAX_PLANETS,
    PLAIN,
    BarePlanet,
    Shape,
    envelope_of,
    kept_keys,
    list_of,
)
from exohabit.inputs.validation import problems_of
from exohabit.science import domain_warnings
from exohabit.science.columns import COLUMNS, NUMERIC
from exohabit.science.domain_warnings import Caveat, Caveats
from exohabit.science.features import Table
from exohabit.science.spectral_columns import Types


def parse_planets(
    body: bytes,
    media_type: str = JSON,
    beside: Sequence[Problem] = (),
    *,
    one_allowed: bool = False,
    shape: Shape = PLAIN,
    begin: Begin | None = None,
) -> Planets:
    """Read planets from a body: a list in any format, or one bare planet where that is allowed.

    Problems found beside the body, in its address, are listed with those of the planets; a body
    that cannot be read hides them. `begin` may be called with parts of the table before all of it
    is read; what it returns is kept with the planets.

    Raises:
        InvalidJSON, InvalidCSV: the body is not of its format.
        InvalidInput: it is, and it holds faults; all are listed.
        TooManyPlanets: more than `MAX_PLANETS`.
    """
    body = body.removeprefix(_BOM)
    if media_type == JSON and shape is PLAIN and not beside:
        quick = _read_quickly(body, begin)
        if quick:
            return quick
    sent = READERS[media_type].read(body, shape, one_allowed=one_allowed)
    return _checked(sent, beside, shape)


def parse_pairs(pairs: Pairs, beside: Sequence[Problem] = (), shape: Shape = PLAIN) -> Planets:
    """Read one planet from the query parameters that tell of it.

    Raises:
        InvalidInput: they hold faults; all are listed.
    """
    return _checked(read_pairs(pairs, shape), beside, shape)


_BOM = b"\xef\xbb\xbf"
_BARE = list_of(BarePlanet)
_QUICK = msgspec.json.Decoder(_BARE | envelope_of(BarePlanet, alone=True))
_LOT = msgspec.json.Decoder(_BARE)
_AT_A_TIME = 1_000
"""Planets whose values are taken out together: few enough for the processor's nearer caches."""
_TOGETHER = 5
"""Lots of so many planets that are gone on with together: enough for numpy and the model."""


def _read_quickly(body: bytes, begin: Begin | None) -> Planets | None:
    """Read JSON that holds a list and nothing out of the ordinary; None if it does not."""
    lots = parts(body)
    if lots is not None:
        try:
            return _ordered(map(_LOT.decode, lots), is_one=False, begin=begin)
        except (ValueError, RecursionError) as error:
            if not _is_to_be_read_whole(error):
                return None
    try:
        decoded = _QUICK.decode(body)
        document = getattr(decoded, "planets", decoded)
        planets = document if isinstance(document, list) else [document]
        return _ordered(_in_lots(planets), is_one=False, begin=begin)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid_json(body, error) from error
    except ValueError:
        return None


def _is_to_be_read_whole(error: Exception) -> bool:
    """Whether a list was perhaps cut within a text, or is no JSON."""
    is_invalid = isinstance(error, msgspec.DecodeError | RecursionError)
    return is_invalid and not isinstance(error, msgspec.ValidationError)


def _checked(sent: Sent, beside: Sequence[Problem], shape: Shape) -> Planets:
    """Check planets that were read into plain objects, and see to their limit flags."""
    if len(sent.planets) > MAX_PLANETS:
        raise TooManyPlanets(
            f"more than {MAX_PLANETS:,} planets in one request, the most it may carry: send several"
        )
    if beside or sent.faults:
        raise InvalidInput.of(chain(beside, problems_of(sent, shape)))
    try:
        planets = msgspec.convert(sent.planets, list_of(shape.planet))
        ordered = _ordered(_in_lots(planets), is_one=sent.is_one, labels=sent.labels)
    except ValueError as error:  # as msgspec's is
        raise InvalidInput.of(problems_of(sent, shape)) from error
    limits = _drop_limits(planets, ordered.table)
    # Anew: a star's temperature may have been a limit.
    outside = domain_warnings.of_stars(ordered.types, ordered.table)
    return replace(
        ordered,
        caveats=domain_warnings.merge(outside, limits, _near_misses(sent.planets, shape)),
        given_details=read_details(planets, ordered.table) if shape is DETAILED else None,
    )


def _in_lots(planets: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (planets[i : i + _AT_A_TIME] for i in range(0, len(planets), _AT_A_TIME))


def _ordered(
    lots: Iterable[Sequence[Any]],
    *,
    is_one: bool,
    labels: Sequence[str] | None = None,
    begin: Begin | None = None,
) -> Planets:
    """Order planets, which come in lots, into columns.

    Raises:
        ValueError: a spectral type is none, or there are too many planets.
    """
    names: list[str | None] = []
    types: list[Types] = []
    tables: list[Table] = []
    begun: list[Begun] = []
    try:
        lots = iter(lots)  # a lot is read when the values of the one before are taken
        while taken := [*map(Values.of, islice(lots, _TOGETHER))]:
            known = Values.joined(taken)
            types.append(Types.of(known.types))
            tables.append(known.numbers | types[-1].columns())
            names += known.names
            if len(names) > MAX_PLANETS:
                raise ValueError("too many planets")
            if begin:
                begun.append(begin(tables[-1]))
    except ValueError:
        for scores in begun:
            scores.cancel()
        raise
    table = tables[0]
    if len(tables) > 1:
        table = {name: np.concatenate([each[name] for each in tables]) for name in table}
    all_types = Types.joined(types)
    found = domain_warnings.of_stars(all_types, table)
    return Planets(names, all_types, table, found, is_one, labels, begun=begun)


def _drop_limits(planets: Sequence[Any], table: Table) -> Caveats:
    """Blank the values that their limit flag calls a limit, and say so."""
    found: Caveats = {}
    for column in NUMERIC:
        flags = np.array([*map(attrgetter(column.limit_flag), planets)], dtype=float)
        is_limit = ~np.isnan(flags) & (flags != 0.0) & ~np.isnan(table[column.name])
        table[column.name][is_limit] = np.nan
        flagged = ((i, flags[i]) for i in np.flatnonzero(is_limit).tolist())
        found = domain_warnings.merge(found, domain_warnings.of_limit(flagged, column.name))
    return found


_COLUMNS_OR_NAME = (*(column.name for column in COLUMNS), "name")
_MEANT = {
    PLAIN: _COLUMNS_OR_NAME,
    DETAILED: (*_COLUMNS_OR_NAME, *sorted(DETAILED.numbers - PLAIN.numbers)),
}
"""What an unknown key may have been meant to be."""


_MOST_NEAR_MISSES = 10
"""Most misspelt keys to warn of. A warning is longer than the key that causes it."""


def _near_misses(planets: Sequence[dict[str, Any]], shape: Shape) -> Caveats:
    """Warn of unknown keys that were probably meant to be known ones."""
    kept = kept_keys(chain.from_iterable(planets), shape)
    unknown = sorted(set(kept).difference(shape.keys))
    near = ((key, near_miss(key, _MEANT[shape])) for key in unknown)
    warnings = dict(
        islice(((k, _near_miss(k, name)) for k, name in near if name), _MOST_NEAR_MISSES)
    )
    if not warnings:
        return {}
    return {
        i: [warnings[key] for key in warnings if key in planet]
        for i, planet in enumerate(planets)
        if not warnings.keys().isdisjoint(planet)
    }


def _near_miss(key: str, near: str) -> Caveat:
    message = f"unknown key {shown(key)} was ignored: did you mean {near}?"
    return Caveat("near_miss", near, message)
