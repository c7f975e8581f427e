"""Validate input of every format, and order it into columns.

Most bodies are valid JSON and pass one typed decode. Any other body is read by the reader of its
format (`exohabit.inputs.readers`) and checked value by value, so that all its problems are found.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exohabit.inputs.decoding import invalid_json
from exohabit.inputs.planet_table import Planets, StartScoring, from_rows, order_rows
from exohabit.inputs.problems import Problem
from exohabit.inputs.query import Pairs
from exohabit.inputs.readers import JSON, READERS, read_pairs
from exohabit.inputs.schemas import PLAIN, BarePlanet, PlanetSchema, envelope_of, list_of

_BOM = b"\xef\xbb\xbf"
_DECODER = msgspec.json.Decoder(list_of(BarePlanet) | envelope_of(BarePlanet, strict=True))
"""Decodes lists of planets that have known keys only and no limit flags."""


def parse_planets(
    body: bytes,
    media_type: str = JSON,
    problems: Sequence[Problem] = (),
    *,
    one_allowed: bool = False,
    schema: PlanetSchema = PLAIN,
    start_scoring: StartScoring | None = None,
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

    Raises:
        InvalidJSON, InvalidCSV: the body is not of its format.
        InvalidInput: it has problems; they are listed.
        TooManyPlanets: it has more than `MAX_PLANETS`.
    """
    body = body.removeprefix(_BOM)
    if media_type == JSON and schema is PLAIN and not problems:
        planets = _parse_valid_list(body, start_scoring)
        if planets:
            return planets
    raw = READERS[media_type].read(body, schema, one_allowed=one_allowed)
    return from_rows(raw, problems, schema)


def parse_pairs(
    pairs: Pairs, problems: Sequence[Problem] = (), schema: PlanetSchema = PLAIN
) -> Planets:
    """Read one planet from query parameters.

    Raises:
        InvalidInput: they have problems; they are listed.
    """
    return from_rows(read_pairs(pairs, schema), problems, schema)


def _parse_valid_list(body: bytes, start_scoring: StartScoring | None) -> Planets | None:
    """Read a valid JSON list of planets; None if it is anything else.

    Raises:
        InvalidJSON: the body is not JSON.
    """
    try:
        decoded = _DECODER.decode(body)
        listed = getattr(decoded, "planets", decoded)
        rows = listed if isinstance(listed, list) else [listed]
        return order_rows(rows, start_scoring=start_scoring)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid_json(body, error) from error
    except ValueError:  # a spectral type cannot be read
        return None
