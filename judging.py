"""Judging: the whole way of planets, from what was sent to what is sent back; knows no HTTP.

Each function is whole in itself, so that a large request can be judged in another process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from alone import judge_alone, read_alone
from messages import answers
from messages.judgement import Judged, judge
from messages.parameters import Query
from messages.readers import JSON
from messages.tally import Tally, tally
from messages.writers import WRITERS
from scoring import Bundle
from utils import parse_pairs, parse_planets

Work = Callable[["Bundle", "Asked"], "Written"]
"""What judges: one of the functions here."""


class Written(NamedTuple):
    """An answer as it goes out, and what it adds to the statistics."""

    content: bytes | bytearray
    media_type: str
    tally: Tally


class Asked(NamedTuple):
    """What came: a body and its media type, a query, and the media type of the answer."""

    content: bytes
    media_type: str
    query: Query
    wanted: str


def predict(bundle: Bundle, asked: Asked) -> Written:
    """Judge one bare planet, or each of a list."""
    query = asked.query
    if asked.media_type == JSON and query.is_plain:
        alone = read_alone(asked.content)
        if alone:
            answer, counted = judge_alone(bundle, alone)
            content = WRITERS[asked.wanted](answer, query.fields)
            return Written(content, asked.wanted, counted)
    planets = parse_planets(
        asked.content,
        asked.media_type,
        query.problems,
        one_allowed=True,
        shape=query.shape,
        begin=bundle.begin,
    )
    judged = judge(bundle, planets, query)
    return _write(judged, answers.predict(judged), asked)


def predict_from_query(bundle: Bundle, asked: Asked) -> Written:
    """Judge the planet of a query, and say what was understood."""
    query = asked.query
    planets = parse_pairs(query.planet, query.problems, query.shape)
    judged = judge(bundle, planets, query)
    return _write(judged, answers.predict(judged, echo=True), asked)


def rank(bundle: Bundle, asked: Asked) -> Written:
    """Order planets by score."""
    query = asked.query
    planets = parse_planets(
        asked.content,
        asked.media_type,
        query.problems,
        shape=query.shape,
        begin=bundle.begin,
    )
    judged = judge(bundle, planets, query)
    return _write(judged, answers.rank(judged, query.top, query.order_by), asked)


def _write(judged: Judged, answer: answers.Answer, asked: Asked) -> Written:
    content = WRITERS[asked.wanted](answer, asked.query.fields)
    return Written(content, asked.wanted, tally(judged))
