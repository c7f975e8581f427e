"""Request bodies: formats, charsets, compression and limits."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import tracemalloc

import pytest
from werkzeug.test import EnvironBuilder

from exohabit.service import request_body
from exohabit.service.app_state import app_state
from exohabit.service.slots import Slots
from tests.bad_requests import EARTH
from tests.service.callers import call

pytestmark = pytest.mark.usefixtures("every_way")

BODY = json.dumps(EARTH).encode()
GZIP = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(BODY),
        gzip.compress(b"\xef\xbb\xbf" + BODY),
        gzip.compress(BODY[:20]) + gzip.compress(BODY[20:]),
        gzip.compress(b"") + gzip.compress(BODY),
        gzip.compress(BODY) + bytes(512),
    ],
    ids=["plain", "with a BOM", "in two members", "after an empty member", "padded"],
)
@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", " gzip "])
def test_a_compressed_body_is_read(client, body, coding):
    headers = {**GZIP, "Content-Encoding": coding}

    answer = client.post("/predict", data=body, headers=headers)

    assert answer.json == client.post("/predict", json=EARTH).json


def test_a_compressed_body_below_the_limit_is_read_whole(stub_client):
    body = b'{"x": "' + os.urandom(260_000).hex().encode() + b'", ' + BODY[1:]

    answer = stub_client.post("/predict", data=gzip.compress(body), headers=GZIP)

    assert answer.status_code == 200


@pytest.mark.parametrize("planets", [b" " * (2**20 + 1), os.urandom(530_000).hex().encode()])
def test_the_limit_applies_to_the_decompressed_size(stub_client, planets):
    answer = stub_client.post("/rank", data=gzip.compress(planets), headers=GZIP)

    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")


def compressed(ratio: int, size: int) -> bytes:
    """Compress a planet and so much white space that it is about `ratio` times smaller."""
    noise = os.urandom(size // ratio).hex().encode()
    return gzip.compress(BODY[:-1] + b', "x": "' + noise + b'"}' + b" " * (size - 2 * len(noise)))


@pytest.mark.parametrize(
    ("ratio", "size", "status"),
    [(80, 20 * 2**20, 200), (200, 20 * 2**20, 413), (500, 900_000, 200)],
)
def test_a_large_body_may_be_compressed_a_hundred_times_and_a_small_one_more(
    client, ratio, size, status
):
    answer = client.post("/predict", data=compressed(ratio, size), headers=GZIP)

    assert answer.status_code == status


def test_a_gzip_bomb_is_not_decompressed_beyond_the_limit(stub_client):
    bomb = gzip.compress(bytes(200 * 2**20), 9)
    tracemalloc.start()

    answer = stub_client.post("/predict", data=bomb, headers=GZIP)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert peak < 20 * 2**20


@pytest.mark.parametrize("coding", ["", "identity"])
def test_a_body_that_is_declared_as_not_compressed_is_read(stub_client, coding):
    answer = stub_client.post("/predict", data=BODY, headers={"Content-Encoding": coding})

    assert answer.status_code == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(
    "header", ["Content-Type: text/plain", "Content-Type: application/json; charset=latin-1"]
)
@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_the_command_in_the_message_works(server, path, header):
    name, value = header.split(": ")
    message = server.post(path, b"x", **{name.replace("-", "_"): value}).json["message"]

    command = message.partition("Example: curl ")[2].partition(" — ")[0]
    done = subprocess.run(
        ["bash", "-c", f"curl -s {command}"], capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout)["status"] == "success"


def test_a_body_of_a_thousand_members_is_read_and_of_more_is_refused(stub_client):
    empty = gzip.compress(b"")

    most = stub_client.post("/predict", data=empty * 999 + gzip.compress(BODY), headers=GZIP)
    more = stub_client.post("/predict", data=empty * 1000 + gzip.compress(BODY), headers=GZIP)

    assert most.status_code == 200
    assert (more.status_code, more.json["code"]) == (400, "bad_request")
    assert "1,000 gzip members" in more.json["message"]


def test_another_compression_is_refused_with_the_supported_one(stub_client):
    answer = stub_client.post("/predict", data=BODY, headers={"Content-Encoding": "br"})

    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "us-ascii", "ascii"])
@pytest.mark.parametrize("media_type", ["application/json", "text/json", "application/geo+json"])
def test_json_is_read_under_any_of_its_names(stub_client, media_type, charset):
    declared = f"{media_type}; charset={charset}"

    assert stub_client.post("/predict", data=BODY, content_type=declared).status_code == 200


@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_a_415_shows_commands_that_work(stub_client, path):
    message = stub_client.post(path, data="a=1", content_type="text/plain").json["message"]

    assert f"curl http://localhost{path} -H 'Content-Type: application/json' -d '" in message
    assert f"Invoke-RestMethod http://localhost{path} -Method Post" in message
    assert "-H 'Content-Type: text/csv' --data-binary @planets.csv" in message


def connection_after(client, slots: Slots, **sent):
    """Send a request to an unknown path; return the answer's Connection header."""
    app_state(client.application).admission.slots = slots
    answer = client.post("/nothing", **sent)
    answer.close()
    return answer.headers.get("Connection")


def test_a_refused_body_is_read_to_its_end(stub_client):
    slots, body = Slots(threads=2, large_requests=1), io.BytesIO(b" " * (3 * 2**20))

    connection = connection_after(stub_client, slots, input_stream=body, content_length=3 * 2**20)

    assert connection is None
    assert body.read() == b""
    assert slots.take_drain(0)


def test_without_a_free_slot_the_connection_is_closed(stub_client):
    body = io.BytesIO(b" " * 1000)

    connection = connection_after(
        stub_client, Slots(threads=1, large_requests=1), input_stream=body, content_length=1000
    )

    assert connection == "close"
    assert len(body.read()) == 1000


def test_without_a_body_no_slot_is_needed(stub_client):
    assert connection_after(stub_client, Slots(threads=1, large_requests=1)) is None


def test_a_refused_body_is_read_only_up_to_a_limit(stub_client, monkeypatch):
    monkeypatch.setattr(request_body, "_MAX_DRAINED", 2**20)
    body = io.BytesIO(b" " * (3 * 2**20))

    connection_after(
        stub_client, Slots(threads=2, large_requests=1), input_stream=body, content_length=3 * 2**20
    )

    assert len(body.read()) == 2 * 2**20


TABLES = {
    "text/csv": b"name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\na,1,1,365,288,G\n",
    "application/x-ndjson": BODY + b"\n",
}
TABLE_NAMES = [*TABLES, "application/csv", "application/jsonl", "Text/CSV; charset=utf-8"]


def send_chunked(app, body: bytes, headers: dict[str, str]):
    """Send a body without a length; return the status, the answer, and how much was not read."""
    stream = io.BytesIO(body)
    builder = EnvironBuilder("/predict", method="POST", input_stream=stream, headers=headers)
    environ = builder.get_environ()
    environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return *call(app, environ), len(stream.read())


@pytest.mark.parametrize("coding", [{}, {"Content-Encoding": "gzip"}])
@pytest.mark.parametrize("media_type", TABLE_NAMES)
def test_a_table_sent_in_chunks_is_refused_before_any_of_it_is_read(stub_app, media_type, coding):
    body = TABLES["text/csv" if "csv" in media_type.lower() else "application/x-ndjson"]
    body = gzip.compress(body) if coding else body

    status, answer, unread = send_chunked(stub_app, body, {"Content-Type": media_type, **coding})

    assert (status, answer["code"]) == (411, "length_required")
    assert "--data-binary @file" in answer["message"]
    assert unread == len(body)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {"Content-Type": "application/json"}),
        (BODY, {}),
        (gzip.compress(BODY), {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
    ],
    ids=["declared as JSON", "not declared", "compressed"],
)
def test_chunked_json_is_read_and_refused_if_truncated(stub_app, body, headers):
    status, answer, _ = send_chunked(stub_app, body, headers)
    cut_status, _, _ = send_chunked(stub_app, body[:-1], headers)

    assert (status, answer["status"]) == (200, "success")
    assert cut_status == 400
