"""Validate input of every format, and order it into columns.

Most bodies are valid JSON lists, which are decoded into types chunk by chunk. Any other body is
read by the reader of its format (`exohabit.inputs.readers`) and checked value by value, so that all
its problems are found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from exohabit.inputs.absent_keys import add_absent_keys
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.named_planets import LookUp, insert_known_planets
from exohabit.inputs.planet_table import Planets, StartScoring, from_rows, order_rows
from exohabit.inputs.problems import Problem
from exohabit.inputs.query import Pairs
from exohabit.inputs.readers import JSON, READERS, read_pairs
from exohabit.inputs.schemas import PLAIN, BarePlanet, PlanetSchema, envelope_of, list_of

_BOM = b"\xef\xbb\xbf"
_CHUNK = 5_000
"""Planets that are decoded, ordered and scored at a time: so few that a large request needs little
memory, and that scoring begins early."""
_LIST_DECODER = msgspec.json.Decoder(list_of(msgspec.Raw) | envelope_of(msgspec.Raw, strict=True))
"""Splits a list into planets without decoding them."""
_CHUNK_DECODER = msgspec.json.Decoder(list[BarePlanet])  # type: ignore[valid-type]
"""Decodes planets that have known keys only and no limit flags."""
_MAX_COMMAS = len(BarePlanet.__struct_fields__)
"""Commas within a planet with all known keys, and the one behind it."""


def parse_planets(  # noqa: PLR0913 - what may be asked for, each by its name
    body: bytes,
    media_type: str = JSON,
    problems: Sequence[Problem] = (),
    *,
    one_allowed: bool = False,
    schema: PlanetSchema = PLAIN,
    start_scoring: StartScoring | None = None,
    look_up: LookUp | None = None,
    keep: Sequence[str] | None = None,
    optional_keys: Collection[str] = (),
) -> Planets:
    """Read planets from a body: a list in any format, or one planet where that is allowed.

    Args:
        body: the request's body, decompressed.
        media_type: a key of `READERS`.
        problems: problems found in the query, to be listed with those of the planets. They are
            not reported if the body cannot be read.
        one_allowed: whether a JSON body may be one planet.
        schema: which keys of a planet are read.
        start_scoring: starts to score a chunk; used for plain valid JSON lists only.
        look_up: finds known planets, so that a planet may be given by its name.
        keep: columns of the input that the answer repeats.
        optional_keys: required keys that may be absent, because the model does not need them.

    Raises:
        InvalidJSON, InvalidCSV: the body is not of its format.
        InvalidInput: it has problems; they are listed.
        TooManyPlanets: it has more than `MAX_PLANETS`.
    """
    body = body.removeprefix(_BOM)
    if media_type == JSON and schema is PLAIN and not problems and not keep:
        planets = _parse_valid_list(body, start_scoring)
        if planets:
            return planets
    raw = READERS[media_type].read(body, schema, one_allowed=one_allowed)
    raw = add_absent_keys(insert_known_planets(raw, look_up), optional_keys)
    return from_rows(raw, problems, schema, keep)


def parse_pairs(
    pairs: Pairs,
    problems: Sequence[Problem] = (),
    schema: PlanetSchema = PLAIN,
    look_up: LookUp | None = None,
    *,
    optional_keys: Collection[str] = (),
) -> Planets:
    """Read one planet from query parameters, or find it if only its name is given.

    Raises:
        InvalidInput: they have problems; they are listed.
    """
    raw = add_absent_keys(insert_known_planets(read_pairs(pairs, schema), look_up), optional_keys)
    return from_rows(raw, problems, schema)


def _parse_valid_list(body: bytes, start_scoring: StartScoring | None) -> Planets | None:
    """Read a valid JSON list of planets; None if it is anything else."""
    # A list of millions of numbers would become as many objects before its length is checked.
    objects = body.count(b"{")
    if objects > MAX_PLANETS + 1 or body.count(b",") > objects * _MAX_COMMAS:
        return None
    try:
        decoded = _LIST_DECODER.decode(body)
        chunks = _decode_chunks(getattr(decoded, "planets", decoded))
        return order_rows(chunks, start_scoring=start_scoring)
    except (ValueError, RecursionError):  # the reader finds out what is wrong
        return None


def _decode_chunks(planets: list[msgspec.Raw]) -> Iterator[list[Any]]:
    for start in range(0, len(planets), _CHUNK):
        yield _CHUNK_DECODER.decode(b"[" + b",".join(planets[start : start + _CHUNK]) + b"]")
