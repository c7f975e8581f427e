"""Assets: files that pages load, compressed once, from a fixed list of names."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

from exohabit.service.operation import PAGE, declare

STATIC = Path(__file__).resolve().parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_OWN_FILES = {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES}

assets = Blueprint("assets", __name__)


@assets.get("/static/<name>")
@declare(PAGE)
def static(name: str) -> Response:
    """Return a file of a page."""
    return send_asset(_OWN_FILES, name)


def send_asset(files: Mapping[str, Path], name: str) -> Response:
    """Return a file by its name, compressed if the client accepts that; 404 for other names."""
    if name not in files:
        abort(404)
    path = files[name]
    is_compressed = path.suffix != ".png" and request.accept_encodings["gzip"] > 0
    response = Response(_content(path, is_compressed), content_type=_TYPES[path.suffix])
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _content(path: Path, is_compressed: bool) -> bytes:
    """Return a file; cached, because compressing it for each request would invite attacks."""
    content = path.read_bytes()
    return gzip.compress(content) if is_compressed else content
