"""Request state: one request, and what is known about it so far.

Keys, rate limits, CORS, request ids and metrics work on this instead of Flask's request, so that
the shortcuts in `exohabit.fast` call the same hooks as Flask's routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import IO, Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.sansio.utils import get_content_length
from werkzeug.wsgi import get_input_stream

from exohabit.inputs.limits import MAX_HEADER
from exohabit.inputs.query import NO_QUERY, check_count, check_text, read_query
from exohabit.inputs.tracking import is_tracking
from exohabit.service.operation import Operation

Headers = list[tuple[str, str]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Before = Callable[["RequestState"], None]
"""Called before an answer; raises an HTTPException to refuse the request."""
Charge = Callable[["RequestState", int], None]
"""Called after scoring, with the request's cost in planets."""
After = Callable[["RequestState", int], Headers]
"""Called with the status of an answer; returns headers to add."""

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
_KEY = "exohabit.request_state"


class HeaderTooLong(BadRequest):
    """A header that would be parsed has more characters than allowed."""

    error_code = "header_too_long"

    def __init__(self, name: str, length: int) -> None:
        super().__init__(
            f"The header {name} has {length:,} characters; at most {MAX_HEADER:,} are read."
        )


class RequestState:
    """One request, and what is known of it so far."""

    def __init__(self, environ: dict[str, Any], route: str, operation: Operation | None) -> None:
        self.environ = environ
        """The WSGI environment."""
        self.began = perf_counter()
        self.route = route
        """The template of its path, or "unmatched"."""
        self.operation = operation
        """What its route takes and returns; None if no route matches."""
        self.query = NO_QUERY
        self.method: str = environ["REQUEST_METHOD"]
        self.declared_size = get_content_length(
            environ.get("CONTENT_LENGTH"), environ.get("HTTP_TRANSFER_ENCODING")
        )
        """Bytes of the body; None if not declared."""
        self.request_id: str | None = None
        self.key_name: str | None = None
        self.counts: list[Any] = []
        """The counts of its client's rate limits."""
        self.planets: int | None = None
        self.error_code = ""
        self.error: Exception | None = None
        """The error raised in `exohabit.fast`, if any."""
        self.body_is_read = False
        self.has_slot = False
        """Whether it has one of the slots for large requests."""
        self._stream: IO[bytes] | None = None

    def header(self, name: str, default: str = "") -> str:
        """Return a header, by its name in capitals with underscores.

        A header longer than `MAX_HEADER` counts as absent.
        """
        text: str = self.environ.get(f"HTTP_{name}", default)
        return text if len(text) <= MAX_HEADER else default

    @property
    def path(self) -> str:
        """The path as it was sent, decoded; Flask's own loses extra slashes at its start."""
        path: str = self.environ["PATH_INFO"]
        return path.encode("latin-1").decode("utf-8", "replace")

    @property
    def prefix(self) -> str:
        """The path under which a proxy serves the service, without a slash at its end."""
        path: str = self.environ.get("SCRIPT_NAME", "")
        return path.encode("latin-1").decode("utf-8", "replace").rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether it came over HTTPS."""
        return bool(self.environ["wsgi.url_scheme"] == "https")

    def stream(self) -> IO[bytes]:
        """Return the body as a stream that ends where the body ends."""
        if self._stream is None:
            is_ended = self.environ.get("wsgi.input_terminated")
            self._stream = (
                self.environ["wsgi.input"] if is_ended else get_input_stream(self.environ)
            )
        return self._stream


class Hooks:
    """Functions called around every answer, registered once for Flask and for `exohabit.fast`."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.before: list[Before] = []
        """In the order in which they are called."""
        self.charge: list[Charge] = []
        self.after: list[After] = []
        """In the order in which they are called, the reverse of their registration."""

    def register_before(self, hook: Before) -> None:
        """Call a hook before every answer; it raises to refuse the request."""
        self.before.append(hook)
        self._app.before_request(lambda: hook(current_state()))

    def register_charge(self, hook: Charge) -> None:
        """Call a hook after every inference, with its cost in planets."""
        self.charge.append(hook)

    def register_after(self, hook: After) -> None:
        """Add a hook's headers to every answer; headers that the route has set are kept.

        A hook must not raise an error or return a header that `http_response.reply` sets.
        """

        def add(response: Response) -> Response:
            for name, value in hook(current_state(), response.status_code):
                if name == "Vary":
                    response.vary.add(value)
                elif name not in response.headers:
                    response.headers[name] = value
            return response

        self.after.insert(0, hook)
        self._app.after_request(add)


def init_app(app: Flask, hooks: Hooks) -> None:
    """Create the state of every request, or take over one that `exohabit.fast` could not answer."""
    app.before_request(_begin)
    hooks.register_before(_check_headers)


def current_state() -> RequestState:
    """Return the state of the current request."""
    found: RequestState = g.state
    return found


def read_current_query() -> None:
    """Read the current request's query; without a handler to report its problems, refuse them.

    Raises:
        InvalidInput: the query has too many parameters, or problems that no handler reports.
    """
    state = current_state()
    operation = state.operation
    if operation is None or state.method == "OPTIONS":
        return
    check_count(request.query_string)
    check_text(request.query_string)
    pairs = list(request.args.items(multi=True)) if request.query_string else []
    if operation.is_page:
        pairs = [pair for pair in pairs if not is_tracking(pair[0])]
    state.query = read_query(pairs, operation.query, planet=operation.planet_in_query)
    if operation.handler is None:
        state.query.check()


def hand_over(state: RequestState, error: Exception) -> None:
    """Let Flask answer a request that raised an error outside it."""
    state.error = error
    state.environ[_KEY] = state


def _check_headers(state: RequestState) -> None:
    """Refuse a request with a long header before anything parses it."""
    environ = state.environ
    names = _PARSED if state.method == "POST" else _PARSED_WITHOUT_BODY
    for variable in names:
        if variable in environ and len(environ[variable]) > MAX_HEADER:
            raise HeaderTooLong(names[variable], len(environ[variable]))


def _begin() -> None:
    state: RequestState | None = request.environ.pop(_KEY, None)
    if state is not None and state.error is not None:
        g.state = state
        # An error refers to its stack frames and so to the request's body; do not keep it.
        error, state.error = state.error, None
        try:
            raise error
        finally:
            del error
    if not _is_path(request.environ["PATH_INFO"]):
        request.url_rule, request.routing_exception = None, NotFound()
    view = current_app.view_functions.get(request.endpoint or "")
    g.state = RequestState(request.environ, _route(), getattr(view, "operation", None))


def _is_path(text: str) -> bool:
    """Whether a text is a path that a route may match.

    Werkzeug's router ignores extra slashes at the start, so that //predict would match /predict,
    and redirects an empty path, which is what granian makes of `GET predict HTTP/1.1`.
    """
    return text.startswith("/") and not text.startswith("//")


def _route() -> str:
    """Return the route of the current request, even if its method is not allowed."""
    if rule := request.url_rule:
        return rule.rule
    path = request.environ["PATH_INFO"]
    known = {each.rule for each in current_app.url_map.iter_rules() if not each.arguments}
    return path if path in known else "unmatched"
