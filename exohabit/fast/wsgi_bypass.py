"""WSGI bypass: answers most POST requests without Flask's routing, contexts and responses.

Flask takes about three times as long for these as scoring one planet does. The bypass calls the
same hooks and the same dispatch as Flask's routes. It handles requests without a query string and
passes requests that raise an error to Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import Flask
from werkzeug.exceptions import BadHost

from exohabit.inputs.limits import MAX_HEADER
from exohabit.service.app_state import app_state
from exohabit.service.dispatch import infer
from exohabit.service.operation import Operation
from exohabit.service.request_state import Headers, RequestState, hand_over


class WsgiBypass:
    """A WSGI app that answers some requests itself and passes all others to Flask."""

    def __init__(self, app: Flask, operations: Mapping[str, Operation]) -> None:
        """Take POST requests to the paths of `operations`."""
        self._flask = app.wsgi_app
        self._url_map = app.url_map
        self._state = app_state(app)
        self._operations = operations
        self._is_host = lru_cache(maxsize=256)(self._check_host)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request as a WSGI app."""
        if not self._handles(environ):
            return self._flask(environ, start_response)
        path = environ["PATH_INFO"]
        state = RequestState(environ, path, self._operations[path])
        try:
            content, headers = self._answer(state)
        except Exception as error:
            hand_over(state, error)
        else:
            start_response("200 OK", headers)
            return [content]
        # Outside `except`, because there every later error would refer to this one.
        return self._flask(environ, start_response)

    def _handles(self, environ: Mapping[str, Any]) -> bool:
        return (
            environ["REQUEST_METHOD"] == "POST"
            and not environ.get("QUERY_STRING")
            and environ["PATH_INFO"] in self._operations
            and 0 < len(host := environ.get("HTTP_HOST", "")) <= MAX_HEADER
            and self._is_host(host)
        )

    def _check_host(self, text: str) -> bool:
        """Whether Flask accepts a Host header. A comma means that there are two."""
        if "," in text:
            return False
        try:
            self._url_map.bind(text)
        except BadHost:
            return False
        return True

    def _answer(self, state: RequestState) -> tuple[bytes, Headers]:
        hooks = self._state.hooks
        for before in hooks.before:
            before(state)
        content, headers = infer(self._state, state)
        headers.append(("Content-Length", str(len(content))))
        for after in hooks.after:
            headers += after(state, 200)
        return content, headers
