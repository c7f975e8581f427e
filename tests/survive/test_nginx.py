"""Slow, broken and hostile clients in front of the shipped nginx: others are still answered."""

from __future__ import annotations

import json
import time

import pytest

from tests.bad_requests import EARTH
from tests.live.clients import Client, failures, load
from tests.live.proxy import nginx_before
from tests.live.services import running, wait_until
from tests.live.sizes import percentile, report, size
from tests.survive.half_sent import half_sent_headers
from tests.survive.streams import Stream, exchange, send

pytestmark = pytest.mark.slow

HALF_SENT = 6_000
ROWS = 500
HEADER = "name," + ",".join(EARTH) + "\n"
TABLE = HEADER + "".join(f"p{i},{','.join(map(str, EARTH.values()))}\n" for i in range(ROWS))
LINES = "".join(json.dumps({**EARTH, "name": f"p{i}"}) + "\n" for i in range(ROWS))


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """A service and the shipped nginx in front of it."""
    folder = tmp_path_factory.mktemp("proxied")
    with running(folder, workers=2, proxies=1) as service, nginx_before(service.port) as nginx:
        yield service, nginx


def test_6000_half_sent_headers_from_one_address_do_not_keep_others_out(proxied):
    _, nginx = proxied

    def predict(client: Client, turn: int):
        client.close()  # a new connection each time: the attack does not affect an open one
        return client.post("/predict", EARTH)

    with half_sent_headers(nginx.port, HALF_SENT) as attack:
        wait_until(lambda: attack.opened >= HALF_SENT, 20)
        time.sleep(1)  # until they have been accepted
        with load(nginx.port, predict, threads=4, pause=0.1) as outcomes:
            time.sleep(size(7, 60))
        still_open = attack.open
    p99 = percentile((each.seconds for each in outcomes), 99) * 1000
    report(
        f"{attack.opened} half-sent headers, {attack.closed} were closed; "
        f"{len(outcomes)} predictions beside them, p99 {p99:.0f} ms"
    )

    assert not failures(outcomes)
    assert {each.status for each in outcomes} == {200}
    assert len(outcomes) >= size(40, 400)
    assert still_open > HALF_SENT * 0.9
    assert attack.closed > 0


def chunked(body: bytes, size: int = 1000, end: bytes = b"0\r\n\r\n") -> bytes:
    parts = (body[i : i + size] for i in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + end


def post(media_type: str, rest: bytes) -> bytes:
    head = "POST /rank HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
    return f"{head}Content-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + rest


@pytest.mark.parametrize(
    ("media_type", "body"), [("text/csv", TABLE), ("application/x-ndjson", LINES)]
)
def test_behind_nginx_a_table_in_chunks_is_answered_whole_and_a_broken_one_is_refused(
    proxied, media_type, body
):
    service, nginx = proxied
    whole = chunked(body.encode())
    half = len(whole) // 2
    breaks = {
        "the end is missing": whole[: -len("0\r\n\r\n")],
        "half is missing": whole[:half],
        "a chunk size is not a number": chunked(body.encode()[:5000], end=b"xyz\r\n"),
        "a chunk is longer than it says": chunked(
            body.encode()[:5000], end=b"1\r\nabc\r\n0\r\n\r\n"
        ),
        "a chunk size is negative": chunked(body.encode()[:5000], end=b"-1\r\n\r\n"),
        "a chunk size is huge": chunked(body.encode()[:5000], end=b"fffffffffffffffff\r\nab\r\n"),
    }

    answered = exchange(nginx.port, post(media_type, whole))
    directly = exchange(service.port, post(media_type, whole))

    assert answered.status == 200
    assert len(answered.json["ranked_planets"]) == ROWS
    assert (directly.status, directly.json["code"]) == (411, "length_required")
    for why, sent in breaks.items():
        for each in (nginx, service):
            received = send(each.port, Stream(post(media_type, sent), ends=True))
            assert (why, str(received)) in [
                (why, text) for text in ("closed", "400 bad_request", "411 length_required")
            ]


def test_a_client_of_http_1_0_need_not_name_a_host(proxied):
    for port in (each.port for each in proxied):
        for head in (
            b"GET /health HTTP/1.0\r\n\r\n",
            b"GET /health HTTP/1.0\r\nHost: here\r\n\r\n",
        ):
            assert exchange(port, head).status == 200
