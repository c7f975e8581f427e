"""A service with keys, and those who call it."""

from __future__ import annotations

from datetime import timedelta

from app import create_app
from exohabit.service.api_keys import new_key
from exohabit.service.settings import Settings
from tests.bad_requests import EARTH

PAGE = "http://localhost:3000"
"""Origin of a page that calls."""
ASKING = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}
"""What a browser asks before the page may send."""


class App:
    """A service with keys: one that is good, one that has expired."""

    def __init__(self, folder, bundle, **settings) -> None:
        path = folder / "keys.json"
        self.right = new_key(path, "team")
        self.other = new_key(path, "other")
        expired = new_key(path, "former", timedelta(seconds=-1))
        self.app = create_app(Settings(keys_file=path, log="off", **settings), bundle)
        self.client = self.app.test_client()
        wrong = self.right[:-1] + ("A" if self.right[-1] != "A" else "B")
        self.shown = {
            "none": {},
            "wrong": {"X-API-Key": wrong},
            "wrong bearer": {"Authorization": f"Bearer {wrong}"},
            "expired": {"X-API-Key": expired},
            "expired bearer": {"Authorization": f"Bearer {expired}"},
            "right": {"X-API-Key": self.right},
            "right bearer": {"Authorization": f"Bearer {self.right}"},
        }


class Unread:
    """A body that says whether it was read."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, _size: int = -1) -> bytes:
        self.reads += 1
        return b""

    readline = read


def routes(app) -> set[str]:
    rules = app.url_map.iter_rules()
    return {f"{method} {rule}" for rule in rules for method in rule.methods - {"OPTIONS", "HEAD"}}


def ask(client, asked: str, **more):
    """Ask for a route, with a planet where a body is expected."""
    method, path = asked.split()
    body = {"json": [EARTH]} if method == "POST" else {}
    return client.open(
        path.replace("docs/<name>", "docs/docs.js").replace("<name>", "sizes.svg"),
        method=method,
        **body,
        **more,
    )
