"""Bad requests of every kind, with the answer that each must get."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from exohabit.inputs.schemas import EXAMPLE
from exohabit.science.columns import COLUMNS, NUMERIC

EARTH: dict[str, Any] = dict(EXAMPLE)
JSON = {"Content-Type": "application/json"}
LIMIT = 32 * 2**20


@dataclass(frozen=True)
class Bad:
    """A request, and the status, code and places (pointers or parameters) of its answer."""

    why: str
    body: Any
    status: int = 400
    code: str = "invalid_input"
    places: tuple[str, ...] = ()
    path: str = "/predict"
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    says: str = ""

    @property
    def content(self) -> bytes | None:
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


def without(name: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in EARTH.items() if key != name} | more


def raw(name: str, text: str) -> bytes:
    """Return the Earth as JSON, with this text for one value."""
    return json.dumps({**EARTH, name: "@"}).replace('"@"', text).encode()


def _keys() -> Iterator[Bad]:
    for column in COLUMNS:
        if column.required:
            place = (f"/{column.name}",)
            yield Bad(f"no {column.name}", without(column.name), places=place, says="null")
    near = without("pl_rade", pl_radee=1.1)
    yield Bad("a near miss", near, places=("/pl_rade",), says="did you mean pl_rade?")
    yield Bad("no key at all", {}, places=tuple(f"/{c.name}" for c in COLUMNS if c.required))


def _values() -> Iterator[Bad]:
    for column in NUMERIC:
        place = (f"/{column.name}",)
        low, high = column.bounds
        beyond = {"high": high * 1.01, "minus": -1}
        if low > 0:
            beyond |= {"low": low * 0.99, "zero": 0}
        for why, value in beyond.items():
            body = {**EARTH, column.name: value}
            yield Bad(f"{column.name} {why}", body, places=place, says=column.unit)
    for why, value in (
        ("a string", "1.1"),
        ("true", True),
        ("an empty string", ""),
        ("a list", [1.1]),
        ("an object", {"value": 1.1}),
    ):
        yield Bad(f"{why} for a number", {**EARTH, "pl_rade": value}, places=("/pl_rade",))
    for text in ("1e400", "-1e400", "1e39", "9" * 400, "1e-400", "1" + "0" * 5000):
        yield Bad(f"{text[:8]} for a number", raw("pl_rade", text), places=("/pl_rade",))
    for text in ("NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "0x1", "1_0", "١"):
        yield Bad(f"{text} for a number", raw("pl_rade", text), code="invalid_json")
    for value in (5, True, [], {}):
        body = {**EARTH, "st_spectype": value}
        yield Bad(f"{value!r} for a type", body, places=("/st_spectype",))
    for value in ("", " ", "Mars", "G22", "\u212a2", "G2\n", "\uff27", "G2 V; DROP", "M" * 1000):
        body = {**EARTH, "st_spectype": value}
        yield Bad(f"{value[:9]!a} for a type", body, places=("/st_spectype",), says="G2 V")
    yield Bad("a number for a name", {**EARTH, "name": 1e16}, places=("/name",))
    yield Bad("a list for a name", {**EARTH, "pl_name": ["b"]}, places=("/pl_name",))
    yield Bad("a long name", {**EARTH, "name": "x" * 201}, places=("/name",), says="200")
    yield Bad("text for a flag", {**EARTH, "pl_radelim": "1"}, places=("/pl_radelim",))
    yield Bad("2 for a flag", {**EARTH, "pl_radelim": 2}, places=("/pl_radelim",))
    yield Bad(
        "several problems",
        {**EARTH, "pl_rade": -1, "pl_eqt": "hot", "st_spectype": "Q"},
        places=("/pl_rade", "/pl_eqt", "/st_spectype"),
        says="3 problems",
    )
    nothing = dict.fromkeys(EARTH)
    too_little = {"code": "not_enough_data", "places": ("",)}
    yield Bad("no size", {**EARTH, "pl_rade": None, "pl_bmasse": None}, **too_little)
    yield Bad("no light", {**nothing, "pl_rade": 1.0, "pl_orbper": 365}, **too_little)
    yield Bad("nothing known", nothing, **too_little)


def _documents() -> Iterator[Bad]:
    for value in (None, 5, "x", True):
        body = json.dumps(value).encode()
        yield Bad(f"{value!r} for a planet", body, places=("",))
        yield Bad(f"{value!r} for a ranking", body, path="/rank", places=("",))
        envelope = {"planets": value}
        yield Bad(f"planets: {value!r}", envelope, path="/rank", places=("/planets",))
    yield Bad("an empty list", {"planets": []}, path="/rank", places=("/planets",))
    yield Bad("a bare empty list", [], path="/rank", places=("",))
    yield Bad("an empty list to predict", [], places=("",))
    yield Bad("no envelope", EARTH, path="/rank", places=("/planets",), says='{"planets"')
    yield Bad("a misspelt envelope", {"planet": [EARTH]}, path="/rank", places=("/planets",))
    mixed = {"planets": [EARTH, 5, [EARTH], None, {**EARTH, "pl_rade": "x"}]}
    places = ("/planets/1", "/planets/2", "/planets/3", "/planets/4/pl_rade")
    yield Bad("other values among planets", mixed, path="/rank", places=places)
    yield Bad(
        "other values among bare planets", mixed["planets"], places=tuple(p[8:] for p in places)
    )
    one = {"planets": without("pl_eqt")}
    yield Bad("one invalid object for a list", one, path="/rank", places=("/planets/pl_eqt",))


def _bytes() -> Iterator[Bad]:
    invalid = {"code": "invalid_json", "places": ("",)}
    yield Bad("no body", b"", says="empty", **invalid)
    yield Bad("white space", b" \r\n", says="empty", **invalid)
    yield Bad("a cut body", json.dumps(EARTH).encode()[:-5], **invalid)
    yield Bad("two documents", b"{} {}", **invalid)
    yield Bad("single quotes", b"{'pl_rade': 1}", says="double quotes", **invalid)
    yield Bad("a decimal comma", b'{"pl_rade": 1,1}', says="decimals with a point", **invalid)
    yield Bad("a trailing comma", b'{"pl_rade": 1,}', **invalid)
    yield Bad("a comment", b'{"pl_rade": 1 /* Earth */}', **invalid)
    yield Bad("UTF-16", json.dumps(EARTH).encode("utf-16"), **invalid)
    yield Bad("Latin-1", json.dumps(EARTH)[:-1].encode() + b', "name": "\xe4"}', **invalid)
    yield Bad("a lone surrogate", json.dumps({**EARTH, "name": "\ud800"}).encode(), **invalid)
    yield Bad("a null byte", b"\0" + json.dumps(EARTH).encode(), **invalid)
    yield Bad("a form", b"pl_rade=1.1&pl_eqt=288", **invalid)
    yield Bad("deep lists", b"[" * 100_000, says="nested", **invalid)
    yield Bad("deep objects", b'{"a":' * 100_000, says="nested", **invalid)
    deep = json.dumps(EARTH)[:-1].encode() + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    yield Bad("a deep unknown value", deep, says="nested", **invalid)


def _limits() -> Iterator[Bad]:
    one = json.dumps(EARTH).encode()
    many = b"[" + b",".join([one] * 100_001) + b"]"
    yield Bad("100,001 planets", many, 413, "too_many_planets", ("",), "/rank", says="100,000")
    for kind in ("application/json", "text/csv", "application/x-ndjson"):
        large = Bad(f"32 MiB and a byte of {kind}", b" " * (LIMIT + 1), 413, "body_too_large")
        yield replace(large, path="/rank", headers={"Content-Type": kind}, says="32 MiB")
    bomb = gzip.compress(b" " * (LIMIT - 1))
    too_far = Bad("gzip of 1000 to 1", bomb, 413, "body_too_large", path="/rank", says="100 times")
    yield replace(too_far, headers={**JSON, "Content-Encoding": "gzip"})


def _http() -> Iterator[Bad]:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        for path in ("/predict", "/rank")[method == "GET" :]:
            yield Bad(f"{method} {path}", None, 405, "method_not_allowed", (), path, method)
    yield Bad("POST /", b"{}", 405, "method_not_allowed", (), "/")
    yield Bad("POST /health", b"{}", 405, "method_not_allowed", (), "/health")
    for path in ("/nothing", "/predict/", "/Predict", "/predict/1", "/%00", "/../etc/passwd"):
        yield Bad(f"POST {path}", EARTH, 404, "not_found", (), path)
    for kind in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/html",
        "multipart/form-data; boundary=x",
        "application/xml",
    ):
        header = {"Content-Type": kind}
        unsupported = Bad(kind, EARTH, 415, "unsupported_media_type", headers=header, says="curl")
        yield unsupported
    for charset in ("utf-16", "latin-1"):
        header = {"Content-Type": f"application/json; charset={charset}"}
        yield Bad(charset, EARTH, 415, "unsupported_media_type", headers=header, says="UTF-8")
    for coding in ("br", "deflate", "zstd", "gzip, gzip", "*"):
        header = {**JSON, "Content-Encoding": coding}
        yield Bad(coding, EARTH, 415, "unsupported_media_type", headers=header, says="gzip")
    gzipped = {
        "status": 400,
        "code": "bad_request",
        "headers": {**JSON, "Content-Encoding": "gzip"},
    }
    whole = gzip.compress(json.dumps(EARTH).encode())
    yield Bad("a body that is not gzip", EARTH, says="gzip", **gzipped)
    yield Bad("gzip cut short", whole[:-9], says="too early", **gzipped)
    yield Bad("gzip of nothing", b"", says="too early", **gzipped)
    yield Bad("gzip with a broken sum", whole[:-8] + bytes(8), says="gzip", **gzipped)
    yield Bad("gzip and more", whole + b"more", says="gzip", **gzipped)
    of_ranking = "top, min_score, unscored, on_invalid, fields, keep"
    for path, allowed in (("/predict", "fields"), ("/rank", of_ranking)):
        body = EARTH if path == "/predict" else [EARTH]
        address = f"{path}?explian=true"
        yield Bad(address, body, places=("explian",), path=address, says=allowed)
    for text in ("0", "-1", "1.5", "ten", "", "1_0", "%D9%A3", "nan", "99999999999"):
        yield Bad(f"top={text}", [EARTH], places=("top",), path=f"/rank?top={text}", says="integer")
    yield Bad("top twice", [EARTH], places=("top",), path="/rank?top=1&top=2", says="twice")
    both = Bad("body and query", {}, places=("x", "/planets"), path="/rank?x=1", says="2 problems")
    yield both
    yield Bad("GET /health?x", None, places=("x",), path="/health?x=1", method="GET")
    yield Bad("GET /?x", None, places=("x",), path="/?x=1", method="GET")


def _queries() -> Iterator[Bad]:
    def in_query(why: str, *places: str, says: str = "", **values: str) -> Bad:
        pairs = {key: str(value) for key, value in EARTH.items()} | values
        path = "/predict?" + urlencode(pairs)
        return Bad(why, None, places=places, path=path, method="GET", headers={}, says=says)

    empty = Bad("GET /predict", None, path="/predict", method="GET", headers={})
    yield replace(empty, places=tuple(EARTH), says="an empty value")
    texts = ("inf", "1_0", "+1", " 1", "1 ", "01", "1.", ".5", "0x1", "1,1", "١", "true")
    for text in texts:
        yield in_query(f"{text!r} in the query", "pl_rade", says="Earth radii", pl_rade=text)
    yield in_query("out of range in the query", "pl_eqt", says="or an empty value", pl_eqt="-5")
    yield in_query("1e400 in the query", "pl_eqt", pl_eqt="1e400")
    yield in_query("a type in the query", "st_spectype", st_spectype="Mars")
    yield in_query("a long name in the query", "name", name="x" * 201)
    yield in_query("a key unknown in the query", "pl_radee", says="did you mean", pl_radee="1")
    yield in_query("text for a flag in the query", "pl_radelim", pl_radelim="yes")
    twice = in_query("twice in the query", "pl_rade", says="twice")
    yield replace(twice, path=f"{twice.path}&pl_rade=1")
    none = in_query("no size in the query", pl_rade="", pl_bmasse="")
    yield replace(none, code="not_enough_data", places=("",))
    yield in_query("fields unknown", "fields", says="model_version", fields="score,mass")


BAD_REQUESTS = [
    *(*_keys(), *_values(), *_documents(), *_bytes()),
    *(*_limits(), *_http(), *_queries()),
]
