"""Every input format: how planets are written in it, and its headers."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Planet = dict[str, Any]
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Format:
    """An input format; with GET, the address has the planet."""

    name: str
    write: Callable[[Sequence[Planet]], bytes]
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    empty_code: str = "invalid_input"
    """Code of the error if there is no planet."""

    @property
    def is_compressed(self) -> bool:
        """Whether bodies are compressed."""
        return self.headers == GZIP

    def send(
        self, client: Any, path: str, planets: Sequence[Planet], more: str = "", **headers: str
    ) -> Any:
        """Send planets, with `more` in the query."""
        all_headers = {"Content-Type": self.media_type, **dict(self.headers), **headers}
        if self.method == "GET":
            query = f"{more}&{self.write(planets).decode()}".strip("&")
            return client.get(f"{path}?{query}", headers=headers)
        return client.post(
            f"{path}?{more}".strip("?"), data=self.write(planets), headers=all_headers
        )


def as_json(document: Any) -> bytes:
    return json.dumps(document).encode()


def as_csv(planets: Sequence[Planet]) -> bytes:
    table = io.StringIO()
    rows = csv.DictWriter(table, list(planets[0]) if planets else ["pl_rade"])
    if planets:
        rows.writeheader()
    rows.writerows(planets)
    return table.getvalue().encode()


def as_archive_csv(planets: Sequence[Planet]) -> bytes:
    return b"# This file was produced by\n#\n# COLUMN pl_name:  Planet Name\n" + as_csv(planets)


def as_ndjson(planets: Sequence[Planet]) -> bytes:
    return b"".join(as_json(planet) + b"\n" for planet in planets)


def as_frame(planets: Sequence[Planet]) -> bytes:
    """Write what pandas' to_json() writes; a test compares it with pandas."""
    names = list(planets[0]) if planets else ["pl_rade"]
    return as_json({n: {str(i): p[n] for i, p in enumerate(planets)} for n in names})


def as_query(planets: Sequence[Planet]) -> bytes:
    (planet,) = planets
    texts = {key: "" if value is None else str(value) for key, value in planet.items()}
    return urlencode(texts).encode()


def _gzipped(write: Callable[[Sequence[Planet]], bytes]) -> Callable[[Sequence[Planet]], bytes]:
    return lambda planets: gzip.compress(write(planets))


GZIP = (("Content-Encoding", "gzip"),)
LISTS = [
    Format("a list", lambda planets: as_json(list(planets))),
    Format("an envelope", lambda planets: as_json({"planets": list(planets)})),
    Format("a list after a BOM", lambda planets: BOM + as_json(list(planets))),
    Format("a DataFrame", as_frame),
    Format("CSV", as_csv, "text/csv", empty_code="invalid_csv"),
    Format("CSV of the archive", as_archive_csv, "text/csv", empty_code="invalid_csv"),
    Format(
        "CSV after a BOM",
        lambda planets: BOM + as_csv(planets),
        "application/csv",
        (),
        "POST",
        "invalid_csv",
    ),
    Format("NDJSON", as_ndjson, "application/x-ndjson"),
    Format("a gzipped list", _gzipped(lambda planets: as_json(list(planets))), headers=GZIP),
    Format("gzipped CSV", _gzipped(as_csv), "text/csv", GZIP, "POST", "invalid_csv"),
]
"""Formats for many planets, on /predict and on /rank."""
ONE = [
    Format("a bare planet", lambda planets: as_json(*planets)),
    Format("the address", as_query, method="GET"),
]
"""Formats for one planet, on /predict."""
