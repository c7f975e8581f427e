"""The service over a real socket, as `make run` starts it."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.servers import SERVE, free_port, start
from tests.archive_data import CATALOG, needs_archive
from tests.bad_requests import BAD_REQUESTS, EARTH, LIMIT, Bad
from tests.conftest import ROOT
from tests.running import needs_make_run, python

EXAMPLES = ROOT / "examples"


def test_the_serving_environment_has_neither_pandas_nor_scikit_learn():
    needs_make_run()
    find = "from importlib.util import find_spec as f; print(f('pandas'), f('sklearn'), f('flask'))"

    done = subprocess.run(
        [SERVE / "bin" / "python", "-I", "-c", find], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("None None ModuleSpec")


def test_a_planet_is_scored(server):
    answer = server.post("/predict", EARTH)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json["prediction"] == 1
    assert answer.json["score"] > 0.8
    assert answer.json["status"] == "success"


def test_every_worker_gives_a_planet_the_same_score(server, bundle):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: server.post("/predict", EARTH).body, range(200)))

    assert len(set(answers)) == 1
    assert json.loads(answers[0])["model_version"] == bundle.version


def send_patiently(server, bad: Bad):
    """Send a request, again if a busy service was still reading the rest of the last large body.

    It then closes the connection without reading the body.
    """
    try:
        return server.request(bad.method, bad.path, bad.content, **bad.headers)
    except ConnectionError:
        time.sleep(1)
        return server.request(bad.method, bad.path, bad.content, **bad.headers)


def test_every_bad_request_gets_the_same_error_as_in_process(server):
    for bad in BAD_REQUESTS:
        answer = send_patiently(server, bad)

        assert (bad.why, answer.status, answer.json["code"]) == (bad.why, bad.status, bad.code)
        assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert server.post("/predict", EARTH).status == 200


def chunks(total: int, start: bytes = b'{"planets": ['):
    yield start
    for _ in range(total // 2**20):
        yield b" " * 2**20


def test_a_chunked_body_over_the_limit_is_refused(server):
    answer = server.post("/rank", chunks(LIMIT + 2**20))

    assert answer.status == 413
    assert answer.json["code"] == "body_too_large"


def test_a_chunked_body_under_the_limit_is_read_whole(server):
    planets = json.dumps({"planets": [EARTH] * 20_000}).encode()

    answer = server.post("/rank", (planets[i : i + 65536] for i in range(0, len(planets), 65536)))

    assert answer.status == 200
    assert len(answer.json["ranked_planets"]) == 20_000


@pytest.mark.parametrize("path", ["/nothing", "/health", "/predict"])
def test_the_sender_of_a_large_body_gets_the_error(server, path):
    answer = server.post(path, b" " * (LIMIT + 2**20))

    assert answer.status in (404, 405, 413)
    assert answer.json["status"] == "error"


def test_an_unknown_path_does_not_affect_the_next_request_on_the_connection(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    statuses = []
    for path in ("/nothing", "/predict", "/nothing", "/predict"):
        connection.request("POST", path, json.dumps(EARTH))
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()

    assert statuses == [404, 200, 404, 200]


def test_a_hundred_thousand_planets_are_ranked_in_one_request(server):
    planets = [{**EARTH, "name": f"p{i}", "pl_eqt": 100 + i / 100} for i in range(100_000)]

    answer = server.post("/rank?top=3", {"planets": planets})

    assert answer.status == 200
    scores = [each["score"] for each in answer.json["ranked_planets"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3


def test_a_truncated_body_is_refused(server):
    table = b"name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\na,1,1,365,288,G\n"
    head = (
        b"POST /rank HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 5000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head + table)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"after %d of 5,000 bytes" % len(table) in answer


def test_the_request_id_is_returned(server):
    assert server.get("/health", X_Request_ID="mine-1").headers["X-Request-ID"] == "mine-1"


def test_python_app_py_serves_for_development():
    port = free_port()

    with start([sys.executable, "app.py"], port, PORT=str(port)) as development:
        assert development.post("/predict", EARTH).json["prediction"] == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["PORT=abc"], 'PORT is "abc"'), (["HOST=nowhere.invalid"], "(HOST, EXOHABIT_PORT)")],
)
def test_make_run_names_a_bad_variable_in_one_line(arguments, named):
    needs_make_run()

    done = subprocess.run(
        ["make", "run", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )

    line, *others = done.stderr.splitlines()
    assert line.startswith("ExoHabit does not start. ")
    assert named in line
    assert all(re.match(r"make(\[\d+\])?: ", other) for other in others)


def test_flask_run_debug_serves_for_development():
    port = free_port()
    command = [sys.executable, "-m", "flask", "run", "--debug", f"--port={port}"]

    with start(command, port) as development:
        assert development.post("/predict", EARTH).json["prediction"] == 1
        assert development.post("/predict", {}).json["code"] == "invalid_input"


def run_example(name: str, *arguments: str) -> str:
    return python(EXAMPLES / name, *arguments).stdout


def test_the_example_scores_ten_planets_one_by_one(server):
    lines = run_example("score_ten.py", server.url).splitlines()

    assert len(lines) == 12
    assert lines[1].startswith("Earth")
    assert lines[1].endswith(" potentially habitable")
    assert "not potentially" in next(line for line in lines if line.startswith("51 Peg b"))


def test_all_known_planets_are_ranked_except_the_one_of_a_pulsar(server):
    planets = json.loads((EXAMPLES / "known_planets.json").read_bytes())["planets"]

    answer = server.post("/rank", {"planets": planets}).json

    assert len(planets) >= 30
    assert all(planet["source"] for planet in planets)
    assert [each["name"] for each in answer["unscored"]] == ["PSR B1257+12 c"]
    names = [each["name"] for each in answer["ranked_planets"] if each["prediction"]]
    assert {"Earth", "TRAPPIST-1 e", "Kepler-186 f", "Proxima Cen b"} <= set(names)
    assert not {"Venus", "Jupiter", "51 Peg b", "TRAPPIST-1 b"} & set(names)


@pytest.fixture(scope="session")
def archive() -> list[dict]:
    """The whole archive as the example script turns it into a request."""
    return json.loads(run_example("csv_to_rank.py", str(CATALOG)))["planets"]


@needs_archive
def test_the_whole_archive_is_ranked_in_one_request(server, archive):
    answer = server.post("/rank", {"planets": archive})

    assert answer.status == 200
    scored, unscored = answer.json["ranked_planets"], answer.json["unscored"]
    assert len(archive) == len(scored) + len(unscored) == 6065
    assert sorted(each["index"] for each in scored + unscored) == list(range(6065))
    limits = [w for each in scored + unscored for w in each["warnings"] if w["code"] == "limit"]
    assert len(limits) >= 228


@needs_archive
def test_at_least_955_of_1000_planets_of_the_archive_are_scored(server, archive):
    values = [{k: v for k, v in planet.items() if not k.endswith("lim")} for planet in archive]

    answer = server.post("/rank", {"planets": values}).json

    assert len(answer["ranked_planets"]) >= 0.955 * 6065
