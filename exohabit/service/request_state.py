"""Exchange: a request as it came, and what is found out about it on the way to its answer.

What surrounds an answer (keys, limits, origins, ids, metrics) works on this and not on Flask's
request, so that the express lane goes through the very same steps as a route of Flask's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter
from typing import IO, Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.sansio.utils import get_content_length
from werkzeug.wsgi import get_input_stream

Headers = list[tuple[str, str]]
Check = Callable[["Exchange"], None]
"""A step on the way in; raises what refuses the request."""
Remark = Callable[["Exchange", int], Headers]
"""A step on the way out: what headers tell of an exchange whose answer has this status."""

Charge = Callable[["Exchange", int], None]
"""A step in between, once it is known as how many planets a request counts."""

MAX_HEADER = 1_000
"""Characters of a header that is parsed. Some parsers take time that is quadratic in the length,
and their cached results would keep as many bytes as clients send."""
_PARSED = {
    "CONTENT_TYPE": "Content-Type",
    **{
        f"HTTP_{name.upper().replace('-', '_')}": name
        for name in ("Accept", "Accept-Encoding", "Content-Encoding", "Host", "Transfer-Encoding")
    },
}
"""Headers that are parsed in every request: their WSGI variables and their names."""
_PARSED_WITHOUT_BODY = _PARSED | {
    f"HTTP_{name.upper().replace('-', '_')}": name
    for name in (
        *("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Range"),
        *("If-Range", "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"),
    )
}
"""Headers that are parsed in requests other than POST."""
_KEY = "exohabit.exchange"
_LONGEST_NUMBER = 20
_declared_size = lru_cache(maxsize=1024)(get_content_length)


class HeaderTooLong(BadRequest):
    """A header that would be parsed has more characters than allowed."""

    failure = "header_too_long"

    def __init__(self, name: str, length: int) -> None:
        super().__init__(
            f"The header {name} has {length:,} characters; at most {MAX_HEADER:,} are read."
        )


class Exchange:
    """One request, and what is known of it so far."""

    def __init__(self, environ: dict[str, Any], route: str, view: Any) -> None:
        self.environ = environ
        """As WSGI has it."""
        self.began = perf_counter()
        self.route = route
        """The template of its address, or "unmatched"."""
        self.view = view
        """The function that answers it; None if there is none."""
        self.method: str = environ["REQUEST_METHOD"]
        self.declared_size = _size_of_body(environ)
        """Of the body, bytes; None if it is not declared."""
        self.request_id: str | None = None
        self.key_name: str | None = None
        self.counts: list[Any] = []
        """What is left of its client's limits."""
        self.planets: int | None = None
        self.failure = ""
        """The code of the failure that it is answered with."""
        self.error: Exception | None = None
        """What ended it on the express lane."""
        self.body_is_read = False
        self._stream: IO[bytes] | None = None

    def header(self, name: str, default: str = "") -> str:
        """Return a header of the request, by its name in capitals with underscores.

        One that is longer than `MAX_HEADER` counts as absent.
        """
        text: str = self.environ.get(f"HTTP_{name}", default)
        return text if len(text) <= MAX_HEADER else default

    @property
    def path(self) -> str:
        """The path as it was sent, decoded; Flask's own drops extra slashes at its start."""
        path: str = self.environ["PATH_INFO"]
        return path.encode("latin-1").decode("utf-8", "replace")

    @property
    def is_secure(self) -> bool:
        """Whether it came by HTTPS."""
        return bool(self.environ["wsgi.url_scheme"] == "https")

    def stream(self) -> IO[bytes]:
        """Return the body, to be read; from a server that ends it, as it is."""
        if self._stream is None:
            is_ended = self.environ.get("wsgi.input_terminated")
            self._stream = (
                self.environ["wsgi.input"] if is_ended else get_input_stream(self.environ)
            )
        return self._stream


class Steps:
    """The steps that surround an answer, each registered once, for Flask and for the lane."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.checks: list[Check] = []
        """In the order in which a request meets them."""
        self.charges: list[Charge] = []
        self.remarks: list[Remark] = []
        """In the order in which an answer meets them: the opposite one."""

    def check(self, step: Check) -> None:
        """Have every request checked."""
        self.checks.append(step)
        self._app.before_request(lambda: step(exchange()))

    def charge(self, step: Charge) -> None:
        """Have every judgement charged for."""
        self.charges.append(step)

    def remark(self, step: Remark) -> None:
        """Have something said of every answer; what a route itself says goes first.

        Of what the express lane sends (`exohabit.service.http_response.reply`), no remark may say anything else.
        """

        def add(response: Response) -> Response:
            for name, value in step(exchange(), response.status_code):
                if name == "Vary":
                    response.vary.add(value)
                elif name not in response.headers:
                    response.headers[name] = value
            return response

        self.remarks.insert(0, step)
        self._app.after_request(add)


def init_app(app: Flask) -> None:
    """Begin every exchange, or go on with one that the express lane hands over."""
    app.extensions["exohabit-steps"] = Steps(app)
    app.before_request(_begin)
    steps(app).check(_check_headers)


def steps(app: Flask) -> Steps:
    """Return the steps of an app."""
    found: Steps = app.extensions["exohabit-steps"]
    return found


def exchange() -> Exchange:
    """Return the exchange of the current request."""
    found: Exchange = g.exchange
    return found


def hand_over(begun: Exchange, error: Exception) -> None:
    """Leave to Flask what the express lane cannot answer."""
    begun.error = error
    begun.environ[_KEY] = begun


def _check_headers(exchange: Exchange) -> None:
    """Refuse a request with a long header before anything parses it."""
    environ = exchange.environ
    names = _PARSED if exchange.method == "POST" else _PARSED_WITHOUT_BODY
    for variable in names:
        if variable in environ and len(environ[variable]) > MAX_HEADER:
            raise HeaderTooLong(names[variable], len(environ[variable]))


def _size_of_body(environ: dict[str, Any]) -> int | None:
    length, coding = environ.get("CONTENT_LENGTH"), environ.get("HTTP_TRANSFER_ENCODING")
    is_short = len(length or "") <= _LONGEST_NUMBER and len(coding or "") <= _LONGEST_NUMBER
    return _declared_size(length, coding) if is_short else get_content_length(length, coding)


def _begin() -> None:
    begun: Exchange | None = request.environ.pop(_KEY, None)
    if begun is not None and begun.error is not None:
        g.exchange = begun
        # Let go of here: an error knows the frames that it came by, and they the request's body.
        error, begun.error = begun.error, None
        try:
            raise error
        finally:
            del error
    if not _is_path(request.environ["PATH_INFO"]):
        request.url_rule, request.routing_exception = None, NotFound()
    view = current_app.view_functions.get(request.endpoint or "")
    g.exchange = Exchange(request.environ, _route(), view)


def _is_path(text: str) -> bool:
    """Whether a text is a path that a route may match.

    Werkzeug's router ignores extra slashes at the start, so that //predict would match /predict,
    and redirects an empty path, which is what granian makes of `GET predict HTTP/1.1`.
    """
    return text.startswith("/") and not text.startswith("//")


def _route() -> str:
    """Return the route of the current request, even if it was asked with a wrong method."""
    if rule := request.url_rule:
        return rule.rule
    path = request.environ["PATH_INFO"]
    known = {each.rule for each in current_app.url_map.iter_rules() if not each.arguments}
    return path if path in known else "unmatched"
