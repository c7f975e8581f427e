"""A service with keys, and clients that call it."""

from __future__ import annotations

import json
from datetime import timedelta

from app import create_app
from exohabit.service.api_keys import new_key
from tests.bad_requests import EARTH
from tests.ways import new_settings

PAGE = "http://localhost:3000"
"""Origin of a calling page."""
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}
"""Headers that a browser sends before a page may send a request."""

EXPECTED = {
    "GET /": "open",
    "GET /health": "open",
    "GET /ready": "open",
    "GET /docs": "open",
    "GET /docs/<name>": "open",
    "GET /static/<name>": "open",
    "GET /answer": "key",
    "GET /static/echarts/<name>": "open",
    "GET /table": "open",
    "GET /map": "open",
    "GET /map/planets": "key",
    "GET /map/planet": "key",
    "GET /openapi.json": "open",
    "GET /model": "key",
    "GET /model/card": "key",
    "GET /model/card/<name>": "key",
    "GET /stats": "key",
    "GET /metrics": "key",
    "GET /planets": "key",
    "GET /planets/suggest": "key",
    "GET /planets/<name>": "key",
    "GET /planets/<name>/predict": "key",
    "GET /predict": "key",
    "POST /predict": "key",
    "POST /rank": "key",
}
"""Whether each route needs a key, and counts for the rate limit. A new route needs a row here."""


class App:
    """A service with keys: valid ones, and one that has expired."""

    def __init__(self, folder, bundle, **settings) -> None:
        path = folder / "keys.json"
        self.key = new_key(path, "team")
        self.other = new_key(path, "other")
        expired = new_key(path, "former", timedelta(seconds=-1))
        self.app = create_app(new_settings(keys_file=path, log="off", **settings), bundle)
        self.client = self.app.test_client()
        wrong = self.key[:-1] + ("A" if self.key[-1] != "A" else "B")
        self.headers = {
            "none": {},
            "wrong": {"X-API-Key": wrong},
            "wrong bearer": {"Authorization": f"Bearer {wrong}"},
            "expired": {"X-API-Key": expired},
            "expired bearer": {"Authorization": f"Bearer {expired}"},
            "right": {"X-API-Key": self.key},
            "right bearer": {"Authorization": f"Bearer {self.key}"},
        }


class Unread:
    """A body that records whether it was read."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, _size: int = -1) -> bytes:
        self.reads += 1
        return b""

    readline = read


def call(app, environ: dict) -> tuple[int, dict]:
    """Call a WSGI app; return the status and the JSON of its answer."""
    statuses: list[str] = []
    answer = b"".join(app(environ, lambda status, *_: statuses.append(status)))
    (status,) = statuses
    return int(status[:3]), json.loads(answer)


def routes(app) -> set[str]:
    rules = app.url_map.iter_rules()
    return {f"{method} {rule}" for rule in rules for method in rule.methods - {"OPTIONS", "HEAD"}}


def fill(path: str) -> str:
    """Put an example in the place of a path's variable."""
    examples = {
        "/static/echarts": "index.js",
        "/static": "pages.css",
        "/docs": "docs.js",
        "/model/card": "sizes.svg",
        "/planets": "Earth",
    }
    return path.replace("<name>", next((v for k, v in examples.items() if path.startswith(k)), ""))


def send(client, route: str, **more):
    """Send a request to a route, with a planet where a body is expected."""
    method, path = route.split()
    body = {"json": [EARTH]} if method == "POST" else {}
    return client.open(
        fill(path),
        method=method,
        **body,
        **more,
    )
