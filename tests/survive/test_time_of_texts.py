"""Time of texts: no text makes a regular expression or a header parser take too long.

A time that grows faster than the text is found by doubling the text until it shows.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest

from app import create_app
from exohabit import catalog, fast, inputs, outputs, science, scoring, service, web
from exohabit.science.spectral_types import read_spectral_type
from exohabit.service import http_response
from exohabit.service.api_keys import new_key
from exohabit.service.request_body import _declared
from exohabit.service.settings import Settings
from tests.live.sizes import LONG, report, size
from tests.survive.cpu_time import growth_beyond, repeated, seconds_of

LONGEST = size(2**14, 2**16)
"""Characters of the longest text that is tried."""
PIECES = [
    *("n", "nn", "0", "9", "a", "A", "x.", "V", "III", "G2", "Fe", "+", "-", "/", "(+M)", "e"),
    *(" ", "\t", "\n", ",", ";", ";q", "; q=1", "=", '"', "\\", "[", "{", "[{}", ":", "%", "@"),
    *("é", "\0", "\u2028", " ,", ",\t", ";\t", '""', "=,", "*/*,", "x/y;", "gzip;", "\u200b"),
]
PREFIXES = ["", "G2", '"', "{", "[", ";", "00-", "redis://", "http://", "x/y", "=", " "]
SUFFIXES = ["", "!", "\n", "\x00;"]
PACKAGES = (catalog, fast, inputs, outputs, science, scoring, service, web)


def our_modules() -> Iterator[ModuleType]:
    """Import every module that may read a request."""
    for package in PACKAGES:
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if info.name != "exohabit.service.server":  # needs granian, and reads no request
                yield importlib.import_module(info.name)


def our_patterns() -> dict[str, re.Pattern]:
    """Return every regular expression at the top of our modules, by its name."""
    found = {}
    for module in MODULES:
        for name, value in vars(module).items():
            several = value if isinstance(value, list | tuple) else (value,)
            if isinstance(value, dict):
                several = value.values()
            flat = itertools.chain.from_iterable(
                each if isinstance(each, tuple) else (each,) for each in several
            )
            patterns = [each for each in flat if isinstance(each, re.Pattern)]
            found |= {f"{module.__name__}.{name}[{i}]": each for i, each in enumerate(patterns)}
    return found


def searched_patterns() -> set[str]:
    """Return the names of the patterns that are searched for, not only matched at the start."""
    # Searched under another name: in a loop, and imported.
    found = {"exohabit.inputs.decoding._JSON_HINTS", "exohabit.science.spectral_patterns.COMPANION"}
    for module in MODULES:
        uses = re.findall(
            r"(_[A-Z_]+)\.(?:search|sub|finditer|findall|split)\(",
            Path(module.__file__).read_text(),
        )
        found |= {f"{module.__name__}.{name}" for name in uses}
    return found


MODULES = [*our_modules()]
PATTERNS = our_patterns()
SEARCHED = searched_patterns()


def test_the_patterns_of_all_modules_are_found():
    folders = [Path(package.__path__[0]) for package in PACKAGES]
    files = {path for folder in folders for path in folder.rglob("*.py")}
    compiling = {path for path in files if re.search(r"^\S.*re\.compile", path.read_text(), re.M)}
    found = {module.__file__ for module in MODULES if f"{module.__name__}." in " ".join(PATTERNS)}

    assert len(compiling) > 10
    assert {str(path) for path in compiling} <= found
    assert "exohabit.service.http_response._PARAMETER" in SEARCHED
    assert "exohabit.inputs.decoding._NUMBER" not in SEARCHED


@pytest.mark.parametrize("name", PATTERNS)
def test_a_regular_expression_takes_time_linear_in_its_text(name):
    pattern = PATTERNS[name]
    is_bytes = isinstance(pattern.pattern, bytes)

    def search(text: str) -> None:
        subject = text.encode() if is_bytes else text
        pattern.fullmatch(subject)
        pattern.match(subject)
        if name.partition("[")[0] in SEARCHED:
            pattern.search(subject)

    prefixes = PREFIXES if LONG else PREFIXES[:6]
    slow = [
        found
        for parts in itertools.product(prefixes, PIECES, SUFFIXES[: size(2, 4)])
        if (found := growth_beyond(search, repeated(*parts), LONGEST))
    ]

    assert slow == []


PARSERS = {
    "Accept": http_response.accepted_types,
    "Accept, preferred": http_response._preferred.__wrapped__,
    "Accept-Encoding": http_response._accepts_gzip.__wrapped__,
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
def guarded(bundle, tmp_path_factory):
    """A client of an app with every setting that reads headers, and the header with its key."""
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    key = new_key(file, "somebody")
    settings = Settings(
        log="off",
        keys_file=file,
        proxies=1,
        trusted_hosts=("localhost",),
        origins=("https://example.org",),
        rate_limit="1000000/second",
    )
    return create_app(settings, bundle).test_client(), {"X-API-Key": key}


PARSED = {
    "Accept": "POST",
    "Accept-Encoding": "POST",
    "Content-Type": "POST",
    "Content-Encoding": "POST",
    "Host": "POST",
    "Transfer-Encoding": "POST",
    "If-Match": "GET",
    "If-None-Match": "GET",
    "If-Modified-Since": "GET",
    "If-Unmodified-Since": "GET",
    "Range": "GET",
    "If-Range": "GET",
    "Origin": "GET",
    "Access-Control-Request-Method": "OPTIONS",
    "Access-Control-Request-Headers": "OPTIONS",
}
"""Headers that are parsed, with a method for which they are. The names are written out here, so
that the tests notice a name that the service forgot."""
READ_TOO = ["Authorization", "X-API-Key", "X-Forwarded-For", "X-Forwarded-Proto", "traceparent"]


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/predict", "/metrics", "/nothing"])
@pytest.mark.parametrize("name", [*PARSED, *READ_TOO])
def test_a_request_with_a_long_header_takes_time_linear_in_it(guarded, name, path, method):
    client, key = guarded

    def send(text: str) -> None:
        value = text.replace("\n", " ").replace("\0", " ")
        client.open(path, method=method, headers={**key, name: value})

    slow = [
        found
        for prefix, piece in (("x/y", "\t"), ("", ";\t"), ("", " ,"), ('"', '\\"'), ("a:", "1"))
        if (found := growth_beyond(send, repeated(prefix, piece, "!"), 2**16, 2**9))
    ]

    assert slow == []


@pytest.mark.parametrize(("name", "method"), PARSED.items())
def test_a_header_that_is_parsed_is_refused_when_it_is_long(client, name, method):
    answer = client.open("/predict", method=method, headers={name: "x" * 1_001})

    assert answer.status_code == 400
    if name != "Host":  # Werkzeug itself refuses a long host
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
    def read(text: str) -> None:
        with suppress(ValueError):
            read_spectral_type.__wrapped__(text)

    seconds = seconds_of(read, text)
    return seconds if seconds < 0.0005 else seconds_of(read, text, 5)
