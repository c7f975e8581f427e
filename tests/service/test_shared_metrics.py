"""Metrics of several processes are summed up."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from exohabit.science.columns import COLUMNS
from tests.bad_requests import EARTH
from tests.conftest import ROOT

START = """
import json
import os
import sys
from types import SimpleNamespace
from app import create_app
from exohabit.catalog.embedded import embedded_scores
from exohabit.service.settings import Settings

def start(bundle=None):
    return create_app(Settings(log="off", large_kib=0), bundle).test_client()
"""
SHARE = """
client = start()
for _ in range(int(sys.argv[1])):
    client.get("/health")
    client.post("/predict", json=json.loads(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
print(client.get("/stats").text)
print(client.get("/metrics").text)
"""
FORK = """
client = start(SimpleNamespace(version=embedded_scores().model_version))
child = os.fork()
for _ in range(4 if child else 3):
    client.get("/health")
if child:
    os.waitpid(child, 0)
    print(client.get("/stats").text)
"""
COUNT = """
client = start(
    SimpleNamespace(version=embedded_scores().model_version, check_golden=lambda: None)
)
for _ in range(3):
    client.get("/health")
deaths = client.get("/metrics").text.rpartition("exohabit_worker_deaths_total ")[2][:3]
print(client.get("/stats").json["by_route"]["GET /health"], deaths, flush=True)
sys.stdin.readline()
"""
GONE = """
client = start(SimpleNamespace(version=embedded_scores().model_version))
os.rename(os.environ["PROMETHEUS_MULTIPROC_DIR"], sys.argv[1])
print(*(client.get(path).status_code for path in ("/health", "/metrics", "/stats")))
"""


def start(folder, program: str, *arguments: str) -> subprocess.Popen:
    """Start a process whose counts are in a folder."""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    command = [sys.executable, "-c", START + program, *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environ, **pipes)


@pytest.mark.skipif(os.name != "posix", reason="needs locks that end with their process")
def test_a_process_that_replaces_a_killed_one_continues_its_counts(tmp_path):
    sums, deaths = [], []
    for attempt in range(3):
        with start(tmp_path, COUNT) as process:
            requests, died = process.stdout.readline().split()
            sums.append(int(requests))
            deaths.append(float(died))
            left = tmp_path / "large-0-left"
            assert not left.exists()
            left.mkdir()
            (left / "request").write_bytes(b"a body")
            if attempt == 0:
                files = sorted(each.name for each in tmp_path.iterdir())
            process.kill()

    assert sums == [3, 6, 9]
    assert deaths == [0, 1, 2]
    files_of_worker = ["counter_0.db", "gauge_livesum_0.db", "histogram_0.db"]
    expected = ["catalog.sqlite", *files_of_worker, "large-0-left", "slot_0.lock"]
    assert files == expected
    assert sorted(each.name for each in tmp_path.iterdir()) == files


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
def test_a_forked_process_has_its_own_counts(tmp_path):
    printed, _ = start(tmp_path, FORK).communicate(timeout=60)

    assert json.loads(printed)["by_route"] == {"GET /health": 7}


def test_a_process_whose_folder_is_gone_before_its_first_request_answers(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()

    printed, _ = start(folder, GONE, str(tmp_path / "gone")).communicate(timeout=60)

    assert printed.splitlines()[-1] == "200 200 200"


def test_processes_that_share_a_folder_add_up(tmp_path):
    workers = [start(tmp_path, SHARE, str(requests), json.dumps(EARTH)) for requests in (3, 4)]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 2

    first, second = (worker.communicate("\n", timeout=60)[0] for worker in workers)

    requests = {"GET /health": 7, "POST /predict": 7}
    lacking = [column.name for column in COLUMNS if EARTH.get(column.name) is None]
    stats = json.loads(first.splitlines()[0])
    assert stats["by_route"] == requests
    assert stats["missing_share"] == {c.name: float(c.name in lacking) for c in COLUMNS}
    assert json.loads(second.splitlines()[0])["by_route"] == {
        **requests,
        "GET /stats": 1,
        "GET /metrics": 1,
    }
    assert f'exohabit_model{{version="{stats["model_version"]}"}} 1.0\n' in first
    assert 'route="/health",status="200"} 7.0\n' in second
    assert all(f'exohabit_missing_total{{column="{name}"}} 7.0\n' in second for name in lacking)
