"""Keys over real processes: never readable anywhere, and accepted or refused within seconds."""

from __future__ import annotations

import base64
import http.client
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from redis import Redis

from bench.servers import ROOT, Answer
from exohabit.service.api_keys import new_key
from tests.bad_requests import BAD_REQUESTS, EARTH
from tests.live.clients import Client, Request, send_all
from tests.live.proxy import nginx_before
from tests.live.services import PYTHON, Service, environment, is_ready_to_score, running
from tests.live.sizes import report, size
from tests.redis_server import redis_server

pytestmark = pytest.mark.slow

LARGE = {"planets": [EARTH] * 100_000}


def encoded(key: str) -> str:
    return base64.b64encode(f"somebody:{key}".encode()).decode()


def presented(key: str) -> list[dict[str, str]]:
    """Return the ways to present a key, and common mistakes."""
    return [
        {"X-API-Key": key},
        {"x-api-key": key},
        {"X-API-KEY": f" {key} "},
        {"Authorization": f"Bearer {key}"},
        {"authorization": f"bearer  {key}"},
        {"AUTHORIZATION": f"BEARER {key}"},
        {"Authorization": f"Basic {encoded(key)}"},
        {"Authorization": f"Token {key}"},
        {"Authorization": f'Digest username="{key}"'},
        {"Authorization": key},
        {"X-API-Key": key, "Authorization": f"Bearer {key}", "Accept": "application/problem+json"},
        {"X_API_Key": key},
    ]


def provoked(keys: list[str]) -> list[Request]:
    """Return every bad request and some good ones, with every key in every way."""
    bad = [each for each in BAD_REQUESTS if len(each.content or b"") < 2**16]
    bad = bad[:: max(len(bad) // size(12, len(bad)), 1)]
    found = []
    for headers in (way for key in keys for way in presented(key)):
        found += [Request(b.method, b.path, b.content, b.headers | headers) for b in bad]
        found += [
            Request("GET", "/model", None, headers),
            Request("GET", "/nothing", None, headers),
            Request("DELETE", "/predict", None, headers),
            Request("POST", "/predict", b"x", headers | {"Content-Type": "image/png"}),
            Request("POST", "/predict", EARTH, headers),
            Request("POST", "/rank?top=2", {"planets": [EARTH] * 3}, headers),
            Request("GET", "/ready", None, headers),
        ]
    return found


def refused_by_size(port: int, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/rank", None, headers | {"Content-Length": str(2**30)})
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


def crash_a_ranking(service: Service, headers: dict[str, str]) -> Answer:
    """Kill the batch process of a ranking, and the next one, so that the service has to give up."""

    def rank() -> Answer:
        with Client(service.port) as client:
            return client.post("/rank?top=1", LARGE, headers)

    with ThreadPoolExecutor() as pool:
        ranking = pool.submit(rank)
        while not ranking.done():
            for pid in filter(is_ready_to_score, service.batch_processes()):
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        return ranking.result()


def break_metrics(service: Service, headers: dict[str, str]) -> Answer:
    """Read the metrics while one of their files is damaged, which causes an unexpected error."""
    damaged = service.shared() / "counter_99.db"
    number = partial(int.to_bytes, length=4, byteorder="little")
    damaged.write_bytes(number(64) + number(0) + number(8) + b"no JSON!" + bytes(100))
    answer = service.get("/metrics", **headers)
    damaged.unlink()
    return answer


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_key_can_be_read_nowhere(tmp_path):
    file = tmp_path / "keys.json"
    right, wrong = new_key(file, "somebody"), "exohabit_" + "Wrong-Canary" * 4
    in_body = "Canary-in-a-body"
    secrets = [right, wrong, encoded(right), encoded(wrong), in_body]
    with redis_server() as redis:
        settings = {"keys_file": file, "redis": redis.url, "proxies": 1, "workers": 2}
        requests = provoked([right, wrong])
        requests += [Request("POST", "/predict", {"name": in_body, **EARTH}, {"X-API-Key": right})]
        allowed = f"{len(requests)}/hour"
        with (
            running(tmp_path / "service", **settings, rate_limit=allowed) as service,
            nginx_before(service.port) as nginx,
        ):
            known = {"X-API-Key": right}
            contents = {"metrics": service.get("/metrics", **known).body}
            answers = [refused_by_size(service.port, known)]
            answers += [crash_a_ranking(service, known), break_metrics(service, known)]
            answers += [
                answer for _, answer in send_all([service.port, nginx.port], requests, threads=8)
            ]
            for _ in range(2):
                answers += [
                    answer for _, answer in send_all([nginx.port], [requests[-1]] * len(requests))
                ]
            new_key(file, "operator")
            operator = {"X-API-Key": new_key(file, "operator-2")}
            time.sleep(2.5)
            for path in ("/metrics", "/stats"):
                answer = service.get(path, **operator)
                assert answer.status == 200
                contents[path] = answer.body
            contents |= content(service.temporary) | content(nginx.folder)
            client = Redis.from_url(redis.url)
            contents["redis"] = b"".join(key + client.get(key) for key in client.scan_iter())
        contents |= {"keys": file.read_bytes()} | content(tmp_path / "service")
    for number, answer in enumerate(answers):
        if answer.status != 200:
            contents[f"answer {number}"] = str(answer.headers).encode() + answer.body
    statuses = {answer.status for answer in answers}
    report(
        f"{len(answers)} answers ({sorted(statuses)}), {len(contents)} contents, "
        f"{sum(map(len, contents.values()))} bytes"
    )

    assert statuses == {200, 400, 401, 404, 405, 413, 415, 429, 500, 503}
    for place, content_there in contents.items():
        for secret in secrets:
            assert secret.encode() not in content_there, place
            assert secret.lower().encode() not in content_there.lower(), place
    assert service.out.read_bytes().count(b'"key":"somebody"') > 100
    assert b"key:somebody" in contents["redis"]


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """A service of four workers and its keys file."""
    folder = tmp_path_factory.mktemp("keyed")
    file = folder / "keys.json"
    new_key(file, "first")
    with running(folder / "service", workers=4, keys_file=file, large_kib=0) as service:
        yield service, file


def keys_command(file: Path, *arguments: str) -> str:
    done = subprocess.run(
        [PYTHON, "-m", "flask", "--app", "app", "keys", *arguments],
        cwd=ROOT,
        env=environment({"keys_file": file}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def seconds_until_all_answer(service: Service, key: str, status: int) -> float:
    """Send requests until all workers have answered the same fifty times; return the time."""
    began = last_other = time.monotonic()
    same = 0
    before = service.requests_by_worker()
    while same < 50 or len(service.requests_by_worker() - before) < 4:
        given = service.get("/model", **{"X-API-Key": key}).status
        same = same + 1 if given == status else 0
        if given != status:
            before = service.requests_by_worker()
            last_other = time.monotonic()
            assert last_other < began + 10, "not within 10 s"
    return last_other - began


def test_all_workers_know_a_key_that_is_added_and_forget_one_that_is_revoked(keyed):
    service, file = keyed
    for turn in range(size(1, 5)):
        key = keys_command(file, "new", f"late-{turn}")
        added = seconds_until_all_answer(service, key, 200)
        keys_command(file, "revoke", f"late-{turn}")
        revoked = seconds_until_all_answer(service, key, 401)
        report(f"a key was known after {added:.1f} s and forgotten after {revoked:.1f} s")

        assert max(added, revoked) <= 10
        answered = send_all(
            [service.port], [Request("GET", "/model", None, {"X-API-Key": key})] * 100, kept_for=1
        )
        assert {answer.status for _, answer in answered} == {401}
