"""Memory per byte: a worker keeps nothing that clients send, and inflates little in advance."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from exohabit.inputs.limits import MAX_HEADER
from exohabit.service.admission import Busy
from exohabit.service.request_body import read_body
from exohabit.service.request_state import _PARSED_WITHOUT_BODY, RequestState
from tests.bad_requests import EARTH
from tests.live.clients import Client
from tests.live.services import command_of, running
from tests.live.sizes import LONG, report, size

pytestmark = pytest.mark.slow

Parts = tuple[str, dict[str, str], bytes]
"""Path, headers and body of a request."""
UNIQUE = size(1_000, 9_000)
MOST_GROWTH_MIB = 20 * size(1, 2)
LONG_KEY = 240_000
"""Characters of a key; the body is still one that a worker handles itself."""
LONG_HEADER = 50_000
_PLANET = json.dumps(EARTH)[1:]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    settings = {"workers": 1, "threads": 1, "log": "off", "trusted_hosts": "localhost,127.0.0.1"}
    with running(folder, **settings) as running_service:
        yield running_service


def resident_mib(service) -> float:
    """Return the memory of the service's workers, MiB."""
    children = [pid for pid in service.family()[1:] if b"resource_tracker" not in command_of(pid)]
    pages = (Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in children)
    return sum(map(int, pages)) * 4096 / 2**20


def as_key(number: int) -> Parts:
    key = f"{number:07d}" + "x" * LONG_KEY
    return ("/predict", {}, f'{{"{key}": 1, {_PLANET}'.encode())


def as_key_of_an_incomplete_planet(number: int) -> Parts:
    key = f"{number:07d}" + "x" * LONG_KEY
    return ("/predict", {}, f'{{"{key}": 1}}'.encode())


def as_short_key(number: int) -> Parts:
    return ("/predict", {}, f'{{"pl_rad{number:07d}": 1, {_PLANET}'.encode())


def as_name(number: int) -> Parts:
    planet = {**EARTH, "name": f"{number:07d}" + "x" * LONG_KEY}
    return ("/predict", {}, json.dumps(planet).encode())


def as_type(number: int) -> Parts:
    planet = {**EARTH, "st_spectype": f"G2{number:07d}" + "n" * LONG_KEY}
    return ("/predict", {}, json.dumps(planet).encode())


def as_column(number: int) -> Parts:
    head = f"{number:07d}" + "x" * 60_000
    table = f"{','.join(EARTH)},{head}\n1,1,365,255,G,1\n"
    return ("/predict", {"Content-Type": "text/csv"}, table.encode())


def as_parameter(number: int) -> Parts:
    return (f"/predict?{number:07d}{'x' * LONG_HEADER}=1", {}, json.dumps(EARTH).encode())


def as_parameters_value(number: int) -> Parts:
    return (f"/rank?top={number:07d}{'x' * LONG_HEADER}", {}, json.dumps([EARTH]).encode())


def as_path(number: int) -> Parts:
    return (f"/{quote('é' * 8_000)}{number:07d}", {}, b"{}")


def as_headers(names: list[str], length: int) -> Callable[[int], Parts]:
    def make(number: int) -> Parts:
        text = f"{number:07d}" + "x" * length
        return "/predict", dict.fromkeys(names, text), json.dumps(EARTH).encode()

    return make


HEADERS = sorted(
    {*_PARSED_WITHOUT_BODY.values(), "Authorization", "X-API-Key", "X-Request-ID"}
    - {"Transfer-Encoding", "Content-Encoding"}  # the server itself reads the first
)
SINGLE_HEADERS = HEADERS if LONG else ["Accept", "Content-Type"]
UNIQUE_REQUESTS = {
    "key": as_key,
    "key of an incomplete planet": as_key_of_an_incomplete_planet,
    "short key": as_short_key,
    "name": as_name,
    "spectral type": as_type,
    "column": as_column,
    "parameter": as_parameter,
    "parameter's value": as_parameters_value,
    "path": as_path,
    **{f"{name}, long": as_headers([name], LONG_HEADER) for name in SINGLE_HEADERS},
    "all headers, long": as_headers(HEADERS, 16_000),
    "all headers, as long as is read": as_headers(HEADERS, MAX_HEADER - 7),
}


@pytest.mark.parametrize("name", UNIQUE_REQUESTS)
def test_unique_long_texts_are_not_kept(service, name):
    make = UNIQUE_REQUESTS[name]
    with Client(service.port) as client:
        for number in range(50):
            path, headers, body = make(number)
            client.post(path, body, headers)
        before = resident_mib(service)
        for number in range(50, UNIQUE):
            path, headers, body = make(number)
            client.post(path, body, headers)
    grown = resident_mib(service) - before
    report(f"{UNIQUE:,} × {name}: {grown:.1f} MiB more")

    assert grown < MOST_GROWTH_MIB


LIMIT = 32 * 2**20


def compressed(content: bytes) -> RequestState:
    """Return a request with a body compressed by gzip."""
    body = gzip.compress(content, 9)
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": "gzip",
        "wsgi.input_terminated": True,
        "wsgi.input": Stream(body),
        "wsgi.url_scheme": "http",
        "PATH_INFO": "/rank",
    }
    return RequestState(environ, "/rank", None)


class Stream:
    """A body that is read once."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, most: int) -> bytes:
        taken, self._content = self._content[:most], self._content[most:]
        return taken


def peak_of_refusal(state: RequestState, refusal: type[Exception], admit) -> int:
    """Return the peak of allocated bytes until a body is refused."""
    tracemalloc.start()
    try:
        with pytest.raises(refusal):
            read_body(state, LIMIT, admit, is_compressed=True)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("members", [1, 10])
def test_a_body_that_is_compressed_too_far_inflates_to_at_most_four_mebibytes(members):
    state = compressed(b" " * (31 * 2**20))
    if members > 1:
        member = gzip.compress(b" " * (31 * 2**20 // members))
        state.environ["wsgi.input"] = Stream(member * members)

    peak = peak_of_refusal(state, RequestEntityTooLarge, lambda *_: None)
    report(f"31 MiB of blanks in {members} gzip members: {peak / 2**20:.2f} MiB allocated")

    assert peak < 4 * 2**20


def test_without_a_free_slot_a_large_body_is_refused_before_it_is_inflated():
    state = compressed(json.dumps([EARTH] * 20_000).encode())
    seen = []

    def admit(size: int) -> None:
        seen.append(size)
        if size > 256 * 1024:
            raise Busy

    peak = peak_of_refusal(state, Busy, admit)

    assert peak < 4 * 2**20
    assert max(seen) <= 2 * 2**20
