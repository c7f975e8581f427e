"""Validate input of every format, and order it into columns.

Most bodies are valid lists, which are read chunk by chunk (`exohabit.inputs.valid_lists`). Any
other body is read by the reader of its format (`exohabit.inputs.readers`) and checked value by
value, so that all its problems are found.
"""

from __future__ import annotations

from collections.abc import Sequence

from exohabit.inputs.absent_keys import add_absent_keys
from exohabit.inputs.known_planet_hint import add_known_planet_hint
from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.named_planets import LookUp, insert_known_planets
from exohabit.inputs.planet_table import Planets, StartScoring, from_rows
from exohabit.inputs.problems import InvalidInput, Problem
from exohabit.inputs.query import Pairs
from exohabit.inputs.readers import JSON, READERS, read_pairs
from exohabit.inputs.schemas import PLAIN_SCHEMA, PlanetSchema
from exohabit.inputs.valid_lists import VALID_LISTS

_BOM = b"\xef\xbb\xbf"
_EMPTY = " (the body is empty: a planet in the address needs GET /predict, not POST)"


def parse_planets(  # noqa: PLR0913 - each says one thing about the request
    body: bytes,
    media_type: str = JSON,
    problems: Sequence[Problem] = (),
    *,
    one_allowed: bool = False,
    schema: PlanetSchema = PLAIN_SCHEMA,
    start_scoring: StartScoring | None = None,
    look_up: LookUp | None = None,
    skip_invalid: bool = False,
    keep: Sequence[str] | None = None,
    needs: ModelNeeds = OWN_NEEDS,
) -> Planets:
    """Read planets from a body: a list in any format, or one planet where that is allowed.

    Args:
        body: the request's body, decompressed.
        media_type: a key of `READERS`.
        problems: problems found in the query, to be listed with those of the planets. They are
            not reported if the body cannot be read.
        one_allowed: whether a JSON body may be one planet.
        schema: which keys of a planet are read.
        start_scoring: starts to score a chunk; used for valid lists only.
        look_up: finds known planets, so that a planet may be given by its name.
        skip_invalid: whether planets with problems are skipped, if others have none.
        keep: columns of the input that the answer repeats; "*" stands for all.
        needs: what the model needs of the input.

    Raises:
        InvalidJSON, InvalidCSV: the body is not of its format.
        InvalidInput: it has problems; they are listed.
        TooManyPlanets: it has more than `MAX_PLANETS`.
    """
    body, reader = body.removeprefix(_BOM), READERS[media_type]
    if problems and not body.strip():
        raise InvalidInput.of(problems, _EMPTY)
    read_valid = None if problems else VALID_LISTS.get(reader.media_type)
    if read_valid:
        planets = read_valid(body, schema, keep=keep, start_scoring=start_scoring, needs=needs)
        if planets:
            return planets
    raw = reader.read(body, schema, one_allowed=one_allowed, keep=keep, needs=needs)
    raw = add_absent_keys(insert_known_planets(raw, look_up), needs.optional_keys)
    try:
        return from_rows(raw, problems, schema, skip_invalid=skip_invalid, keep=keep, needs=needs)
    except InvalidInput as error:
        raise add_known_planet_hint(error, raw, look_up) from None


def parse_pairs(
    pairs: Pairs,
    problems: Sequence[Problem] = (),
    schema: PlanetSchema = PLAIN_SCHEMA,
    look_up: LookUp | None = None,
    *,
    needs: ModelNeeds = OWN_NEEDS,
) -> Planets:
    """Read one planet from query parameters, or find it if only its name is given.

    Raises:
        InvalidInput: they have problems; they are listed.
    """
    raw = insert_known_planets(read_pairs(pairs, schema), look_up)
    raw = add_absent_keys(raw, needs.optional_keys)
    try:
        return from_rows(raw, problems, schema, needs=needs)
    except InvalidInput as error:
        raise add_known_planet_hint(error, raw, look_up) from None
