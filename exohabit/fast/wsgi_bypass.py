"""Lane: the way of most requests, past Flask: planets are posted, and nothing is behind the ?.

A route of Flask's takes three times as long for finding the route, keeping contexts and building an
answer as planets take to be judged. What the lane does is what the routes do, by the same functions
in the same order; what it cannot answer, an error above all, it hands over to Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

from flask import Flask
from werkzeug.exceptions import BadHost

from exohabit.inputs.query_parameters import ASKS_NOTHING, Query
from exohabit.inputs.readers import JSON
from exohabit.service.admission import admission
from exohabit.service.http_response import preferred_type, reply
from exohabit.service.monitoring import bundle_of, metrics
from exohabit.service.request_body import check_body_headers, read_body
from exohabit.service.request_state import MAX_HEADER, Exchange, Headers, hand_over, steps
from exohabit.service.turns import Turn, Turns
from inference import Asked, Work

View = Callable[..., Any]

_SMALL = 2**16
"""Size of a body, bytes, up to which a request takes its turn."""
_SENDS_BY_ITSELF = ("Granian", "HTTP/1.1")
"""The server, and the protocol, of which an answer that says how long it is has been sent when its
iterable is closed, whatever the thread does next. HTTP/2 would wait for the end of the stream."""


class Lane:
    """The lane of an app, for some of its addresses."""

    def __init__(self, app: Flask, works: Mapping[str, tuple[Work, View]]) -> None:
        """Open the lane; `works` says by address what judges there, and which route does it."""
        self._app = app
        self._works = works
        self._turns = Turns()
        # Else one thread would wait for Redis while the others rest.
        self._may_rest = app.config["EXOHABIT"].redis is None
        self._is_sound = lru_cache(maxsize=256)(self._is_host)
        self._steps = steps(app)

    def take(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes] | None:
        """Answer a request as a WSGI application does; None leaves it to Flask."""
        if not self._is_open_to(environ):
            self._turns.relieve()  # Flask takes no turns
            return None
        path = environ["PATH_INFO"]
        work, view = self._works[path]
        exchange = Exchange(environ, path, view)
        turn = Turn(self._turns) if (exchange.declared_size or _SMALL) < _SMALL else None
        if turn is None:
            self._turns.relieve()
        try:
            for check in self._steps.checks:  # not in turn: one may wait for Redis
                check(exchange)
            with turn or nullcontext():
                content, headers = self._answer(exchange, work)
        except Exception as error:
            if turn:
                self._turns.relieve()
            hand_over(exchange, error)
            return None
        start_response("200 OK", headers)
        if turn and turn.is_handed_over and self._may_rest and _sends_by_itself(environ):
            return _ThenRest(content, self._turns)
        return [content]

    def _is_open_to(self, environ: Mapping[str, Any]) -> bool:
        """Whether a request is one of those that need nothing of Flask."""
        return (
            environ["REQUEST_METHOD"] == "POST"
            and not environ.get("QUERY_STRING")
            and environ["PATH_INFO"] in self._works
            and 0 < len(host := environ.get("HTTP_HOST", "")) <= MAX_HEADER
            and self._is_sound(host)
        )

    def _is_host(self, text: str) -> bool:
        """Whether Flask takes a text for a host, and it is not two of them."""
        if "," in text:
            return False
        try:
            self._app.url_map.bind(text)
        except BadHost:
            return False
        return True

    def _answer(self, exchange: Exchange, work: Work) -> tuple[bytes, Headers]:
        content, headers = judge(self._app, exchange, work, ASKS_NOTHING)
        headers.append(("Content-Length", str(len(content))))
        for remark in self._steps.remarks:
            headers += remark(exchange, 200)
        return content, headers


class _ThenRest:
    """An answer, behind which its thread rests."""

    def __init__(self, content: bytes, turns: Turns) -> None:
        self._content = content
        self._turns = turns

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    def close(self) -> None:
        """Rest, now that the answer is sent."""
        self._turns.rest()


def _sends_by_itself(environ: Mapping[str, Any]) -> bool:
    return (environ.get("SERVER_SOFTWARE"), environ["SERVER_PROTOCOL"]) == _SENDS_BY_ITSELF


def judge(
    app: Flask, exchange: Exchange, work: Work, query: Query, *, has_body: bool = True
) -> tuple[bytes, Headers]:
    """Judge what a request asks, where there is room for it; return an answer with its headers."""
    bundle, settings = bundle_of(app), app.config["EXOHABIT"]
    content, media_type = b"", JSON
    with admission(app, query.weight) as place:
        if has_body:
            limit = settings.max_body
            media_type, is_compressed = check_body_headers(exchange, limit)
            place.weigh(exchange.declared_size)
            content = read_body(exchange, limit, place.weigh, is_compressed=is_compressed)
        asked = Asked(content, media_type, query, preferred_type(exchange))
        written = place.judge(bundle, work, asked)
    exchange.planets = written.tally.planets
    for charge in steps(app).charges:
        charge(exchange, query.worth(exchange.planets))
    metrics(app).count_planets(written.tally)
    return reply(exchange, written)
