"""Judging: the whole way of planets, from what was sent to what is sent back; knows no HTTP.

Each function is whole in itself, so that a large request can be judged in another process.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from exohabit.fast.single_planet import judge_alone, read_alone
from exohabit.inputs.planet_table import Planets
from exohabit.inputs.query_parameters import Query
from exohabit.inputs.readers import JSON
from exohabit.outputs import responses
from exohabit.outputs.scored_planets import Judged, judge
from exohabit.outputs.usage_counts import Tally, tally
from exohabit.outputs.writers import WRITERS
from exohabit.scoring.bundle import Bundle
from utils import parse_pairs, parse_planets

Work = Callable[["Bundle", "Asked"], "Written"]
"""What judges: one of the functions here."""


class Written(Struct, frozen=True):
    """An answer as it goes out, and what it adds to the statistics."""

    content: bytes | bytearray
    media_type: str
    tally: Tally


class Asked(Struct, frozen=True):
    """What came: a body and its media type, a query, and the media type of the answer."""

    content: bytes
    media_type: str
    query: Query
    wanted: str


def predict(bundle: Bundle, asked: Asked) -> Written:
    """Judge one bare planet, or each of a list."""
    query, wanted = asked.query, asked.wanted
    if asked.media_type == JSON and query.is_plain:
        alone = read_alone(asked.content)
        if alone:
            answer, counted = judge_alone(bundle, alone)
            return Written(WRITERS[wanted](answer, query.fields), wanted, counted)
    planets = _read(bundle, asked, one_allowed=True)
    del asked  # with its body, unless who asks keeps it: a large answer takes as much memory
    judged = judge(bundle, planets, query)
    return _write(judged, responses.predict(judged), query, wanted)


def predict_from_query(bundle: Bundle, asked: Asked) -> Written:
    """Judge the planet of a query, and say what was understood."""
    query = asked.query
    planets = parse_pairs(query.planet, query.problems, query.shape)
    judged = judge(bundle, planets, query)
    return _write(judged, responses.predict(judged, echo=True), query, asked.wanted)


def rank(bundle: Bundle, asked: Asked) -> Written:
    """Order planets by score."""
    query, wanted = asked.query, asked.wanted
    planets = _read(bundle, asked)
    del asked  # as above
    judged = judge(bundle, planets, query)
    return _write(judged, responses.rank(judged, query.top, query.order_by), query, wanted)


def _read(bundle: Bundle, asked: Asked, *, one_allowed: bool = False) -> Planets:
    query = asked.query
    return parse_planets(
        asked.content,
        asked.media_type,
        query.problems,
        one_allowed=one_allowed,
        shape=query.shape,
        begin=bundle.begin,
    )


def _write(judged: Judged, answer: responses.Answer, query: Query, wanted: str) -> Written:
    return Written(WRITERS[wanted](answer, query.fields), wanted, tally(judged))
