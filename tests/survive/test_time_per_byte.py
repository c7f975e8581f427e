"""Time per byte: no text makes a regular expression, a header parser or a body take too long.

A time that grows faster than the text is found by doubling the text until it shows. All times are
processor times of this process, because other programs run on the same machine.
"""

from __future__ import annotations

import importlib
import itertools
import json
import pkgutil
import random
import re
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

import messages
import science
import service
from app import create_app
from science.stars import read_spectral_type
from service import replies
from service.apart import Apart, Died
from service.bodies import _declared
from service.config import Settings
from service.exchanges import _PARSED, _PARSED_WITHOUT_BODY, MAX_HEADER
from tests.bad_requests import EARTH
from tests.live.sizes import LONG, report, size

LONGEST = size(2**14, 2**16)
"""Characters of the longest text that is tried."""
VISIBLE_SECONDS = 0.004
"""A shorter time is too short to compare."""
MOST_GROWTH = 2.5
"""How many times longer twice the text may take."""
PIECES = [
    *("n", "nn", "0", "9", "a", "A", "x.", "V", "III", "G2", "Fe", "+", "-", "/", "(+M)", "e"),
    *(" ", "\t", "\n", ",", ";", ";q", "; q=1", "=", '"', "\\", "[", "{", "[{}", ":", "%", "@"),
    *("é", "\0", "\u2028", " ,", ",\t", ";\t", '""', "=,", "*/*,", "x/y;", "gzip;", "\u200b"),
]
PREFIXES = ["", "G2", '"', "{", "[", ";", "00-", "redis://", "http://", "x/y", "=", " "]
SUFFIXES = ["", "!", "\n", "\x00;"]


def seconds_of(call: Callable[[str], object], text: str, repeats: int = 1) -> float:
    """Return the shortest of several times that a call takes."""
    times = []
    for _ in range(repeats):
        began = time.process_time()
        call(text)
        times.append(time.process_time() - began)
    return min(times)


def growth_beyond(call: Callable[[str], object], make: Callable[[int], str], longest: int) -> str:
    """Say for which text a call takes more than `MOST_GROWTH` times as long as for half of it."""
    length = 16
    before = seconds_of(call, make(length))
    while length < longest:
        length *= 2
        now = seconds_of(call, make(length))
        if now > VISIBLE_SECONDS:
            if now > MOST_GROWTH * before:  # measured again: something else may have run
                before = seconds_of(call, make(length // 2), 3)
                now = seconds_of(call, make(length), 3)
            if now > VISIBLE_SECONDS and now > MOST_GROWTH * before:
                text = f"{make(20)!r}…"
                return f"{text}: {before * 1e3:.2f} ms, twice as long {now * 1e3:.2f} ms"
        before = now
    return ""


def repeated(prefix: str, piece: str, suffix: str) -> Callable[[int], str]:
    return lambda length: prefix + piece * (length // len(piece)) + suffix


def our_patterns() -> dict[str, re.Pattern]:
    """Return every regular expression that a module of ours holds, by its name."""
    found = {}
    for package in (messages, science, service):
        for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            if info.name == "service.server":  # needs granian, and reads no request
                continue
            for name, value in vars(importlib.import_module(info.name)).items():
                several = value if isinstance(value, list | tuple) else (value,)
                if isinstance(value, dict):
                    several = value.values()
                flat = itertools.chain.from_iterable(
                    each if isinstance(each, tuple) else (each,) for each in several
                )
                patterns = [each for each in flat if isinstance(each, re.Pattern)]
                found |= {f"{info.name}.{name}[{i}]": each for i, each in enumerate(patterns)}
    return found


PATTERNS = our_patterns()


def test_the_patterns_of_all_modules_are_found():
    names = " ".join(PATTERNS)

    for known in ("stars._TYPE", "decoding._NUMBER", "monitoring._TRACE", "replies._PARAMETER"):
        assert known in names


@pytest.mark.parametrize("name", PATTERNS)
def test_a_regular_expression_takes_time_linear_in_its_text(name):
    pattern = PATTERNS[name]
    is_bytes = isinstance(pattern.pattern, bytes)

    def search(text: str) -> None:
        given = text.encode() if is_bytes else text
        pattern.fullmatch(given)
        pattern.match(given)

    prefixes = PREFIXES if LONG else PREFIXES[:6]
    slow = [
        found
        for parts in itertools.product(prefixes, PIECES, SUFFIXES[: size(2, 4)])
        if (found := growth_beyond(search, repeated(*parts), LONGEST))
    ]

    assert slow == []


PARSERS = {
    "Accept": replies.accepted_types,
    "Accept, preferred": replies._preferred.__wrapped__,
    "Accept-Encoding": replies._takes_gzip.__wrapped__,
    "Content-Type": _declared.__wrapped__,
}


@pytest.mark.parametrize("name", PARSERS)
def test_a_header_parser_takes_time_linear_in_its_text(name):
    slow = [
        found
        for parts in itertools.product(("", "x/y", "gzip;"), PIECES, SUFFIXES[:2])
        if (found := growth_beyond(PARSERS[name], repeated(*parts), LONGEST // 8))
    ]

    assert slow == []


@pytest.fixture(scope="module")
def client(bundle):
    """A client of the app whose large requests are refused: what is left, a worker does itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Apart, "judge", refuse)
        yield create_app(Settings(log="off"), bundle).test_client()


def refuse(*_: object) -> None:
    raise Died


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/predict", "/metrics", "/nothing"])
@pytest.mark.parametrize(
    "name", [*_PARSED_WITHOUT_BODY.values(), "Authorization", "X-Forwarded-For"]
)
def test_a_request_with_a_long_header_takes_time_linear_in_it(client, name, path, method):
    def ask(text: str) -> None:
        value = (
            text.replace("\n", " ").replace("\0", " ").encode("latin-1", "ignore").decode("latin-1")
        )
        client.open(path, method=method, headers={name: value})

    slow = [
        found
        for prefix, piece in (("x/y", "\t"), ("", ";\t"), ("", " ,"), ('"', '\\"'), ("a:", "1"))
        if (found := growth_beyond(ask, repeated(prefix, piece, "!"), 2**16))
    ]

    assert slow == []


@pytest.mark.parametrize("name", _PARSED_WITHOUT_BODY.values())
def test_a_header_that_is_parsed_is_refused_when_it_is_long(client, name):
    method = "POST" if name in _PARSED.values() else "GET"
    answer = client.open("/predict", method=method, headers={name: "x" * (MAX_HEADER + 1)})

    assert answer.status_code == 400
    if name != "Host":  # Werkzeug refuses that as no host name
        assert answer.json["code"] == "header_too_long"


def test_a_spectral_type_is_read_within_a_millisecond():
    rng = random.Random(20)  # noqa: S311 - nothing secret
    tokens = [*"OBAFGKMLTYDW0123456789/- e+:?()IVnskmpw", "nn", "var", "(P)", "(+M)", "Fe-1", "CH"]
    texts = [
        (prefix + piece * 40)[:39] + end
        for prefix in ("", "G2", "M0V", "K1III(")
        for piece in tokens
        for end in ("", "!")
    ]
    texts += ["".join(rng.choices(tokens, k=20))[:40] for _ in range(size(20_000, 1_000_000))]

    slowest = max(map(seconds_to_read, texts))
    report(f"slowest of {len(texts):,} spectral types: {slowest * 1e6:.0f} µs")

    assert slowest < 0.001


def seconds_to_read(text: str) -> float:
    took = _seconds_to_read(text, 1)
    return took if took < 0.0005 else _seconds_to_read(text, 5)


def _seconds_to_read(text: str, repeats: int) -> float:
    def read(text: str) -> None:
        with suppress(ValueError):
            read_spectral_type.__wrapped__(text)

    return seconds_of(read, text, repeats)


ROOM = 256 * 1024
"""Bytes of the largest body that a worker reads itself."""
_EARTH = json.dumps(EARTH)
_HEADER = ",".join(EARTH) + "\n"


def filled(piece: str, before: str = "", after: str = "", between: str = "") -> str:
    """Repeat a piece until the body is as large as a worker takes."""
    count = (ROOM - len(before) - len(after)) // (len(piece) + len(between))
    return before + between.join([piece] * count) + after


def listed(piece: str) -> str:
    return filled(piece, "[", "]", ",")


def with_keys(key: str, count: int) -> str:
    """Write a planet with keys of its own beside; `N` in a key becomes a number."""
    return _EARTH[:-1] + "".join(f',"{key.replace("N", str(i))}":1' for i in range(count)) + "}"


def cut(text: str) -> str:
    return text[:ROOM]


JSON_BODIES = {
    "planets": listed(_EARTH),
    "2,000 planets": "[" + ",".join([_EARTH] * 2_000) + "]",
    "2,000 empty objects": "[" + ",".join(["{}"] * 2_000) + "]",
    "10,000 numbers": "[" + ",".join(["1"] * 10_000) + "]",
    "10,000 texts": "[" + ",".join(['""'] * 10_000) + "]",
    "10,000 lists": "[" + ",".join(["[]"] * 10_000) + "]",
    "empty objects": listed("{}"),
    "nulls": listed("null"),
    "wrong keys": "[" + ",".join(['{"pl_rade":""}'] * 2_000) + "]",
    "wrong types": "[" + ",".join([_EARTH.replace('"G"', '"Q"')] * 2_000) + "]",
    "many misspelt keys": with_keys("pleqxN", 9_000),
    "misspelt keys of planets": "["
    + ",".join(with_keys(f"pl_eqx{k}N", 100).replace("pl_eqt", f"x{k}") for k in range(90))
    + "]",
    "missing keys with many to compare": "["
    + ",".join("{" + with_keys(f"pl_rad{k}N", 45)[len(_EARTH) :] for k in range(180))
    + "]",
    "a wide table": "{" + ",".join(f'"k{i}":{{}}' for i in range(1_900)) + ',"pl_rade":{}}',
    "a long table": '{"pl_rade":{' + ",".join(f'"{i}":1' for i in range(9_900)) + "}}",
    "digits": '{"pl_rade":' + "9" * 250_000 + "}",
    "numbers of many digits": "[" + ",".join(['{"pl_rade":' + "9" * 300 + "}"] * 800) + "]",
    "escapes": '{"name":"' + "\\u00e9" * 40_000 + '"}',
    "a long type": '{"st_spectype":"' + "n" * 250_000 + '"}',
    "long names": listed(_EARTH[:-1] + ',"name":"' + "x" * 201 + '"}'),
    "nested": "[" * 900 + "]" * 900,
    **{f"only {piece!r}": cut(piece * ROOM) for piece in ('"', "\\", ":", ",", "[ ", '","', " ")},
}
TABLES = {
    "rows": _HEADER + "1.1,0.9,365,288,G\n" * 1_990,
    "short rows": _HEADER + "1\n" * 1_990,
    "one column": "pl_rade\n" + "1\n" * 1_990,
    "wide": (",".join(f"c{i}" for i in range(9_000)) + "\n") * 4,
    "misspelt columns": ",".join(f"pl_rad{i}" for i in range(6_000)) + "\n1\n",
    "one column many times": (",".join(["pl_rade"] * 7_000) + "\n") * 4,
    "quotes": '"' * ROOM,
    "a quoted text": _HEADER + '"' + "x" * (ROOM - 60),
}
LINES = {
    "planets": (_EARTH + "\n") * 1_990,
    "empty objects": "{}\n" * 1_990,
    "letters": "x\n" * 1_990,
    "a wide planet": with_keys("pleqxN", 9_000),
}
BODIES = [
    *(("application/json", name, body) for name, body in JSON_BODIES.items()),
    *(("text/csv", name, body) for name, body in TABLES.items()),
    *(("application/x-ndjson", name, body) for name, body in LINES.items()),
]
MOST_SECONDS = 0.05
"""What a worker may take for a body, holding Python's lock: other requests wait meanwhile."""


def slowest_answer(ask: Callable[[], object]) -> float:
    """Return how long an answer takes, measured more often if it seems to be too long."""
    took = seconds_of(lambda _: ask(), "", 2)
    return took if took < MOST_SECONDS else seconds_of(lambda _: ask(), "", 8)


@pytest.mark.parametrize(
    ("content_type", "name", "body"), BODIES, ids=[f"{way} {name}" for way, name, _ in BODIES]
)
@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_a_body_that_a_worker_reads_itself_takes_fifty_milliseconds_at_most(
    client, path, content_type, name, body
):
    numbers = itertools.count()

    def ask() -> None:
        """Ask with keys that no cache knows."""
        fresh = body.replace("pl_rad", f"pl_ra{next(numbers)}d") if "misspelt" in name else body
        client.post(path, data=fresh.encode()[:ROOM], content_type=content_type)

    assert slowest_answer(ask) < MOST_SECONDS


@pytest.mark.parametrize(
    "query", ["explain=true", "uncertainty=true", "context=true", "explain=true&uncertainty=true"]
)
def test_extras_that_a_worker_computes_itself_take_fifty_milliseconds_at_most(client, query):
    planet = {**EARTH, "pl_radeerr1": 0.1, "pl_radeerr2": -0.1}
    counts = [1, 5, 10, 18, 30, 40, 100, 200]

    for count in counts:
        assert (
            slowest_answer(lambda n=count: client.post(f"/rank?{query}", json=[planet] * n))
            < MOST_SECONDS
        )


@pytest.mark.parametrize("count", [199, 7_000])
def test_query_parameters_take_fifty_milliseconds_at_most(client, count):
    numbers = itertools.count()

    def ask() -> object:
        salt = next(numbers)
        query = "&".join(f"pl_eqx{salt}{i}=1" for i in range(count))
        return client.get(f"/predict?{query}")

    assert slowest_answer(ask) < MOST_SECONDS
    assert len(ask().data) < 20 * count + 30_000


def test_more_than_two_hundred_query_parameters_are_refused(client):
    answer = client.get("/predict?" + "&".join(f"x{i}=1" for i in range(201)))

    assert answer.status_code == 400
    assert answer.json["problems"][0]["code"] == "too_many_parameters"
