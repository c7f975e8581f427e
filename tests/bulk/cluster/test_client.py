"""Clusters: `exohabit score --cluster` on workers that are killed, differ or see other files."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("distributed", reason="needs requirements-bulk.txt")

from exohabit.bulk.cluster import checks
from exohabit.bulk.cluster.checks import wait_for_files
from exohabit.bulk.cluster.client import check_address, connect, score_on_cluster
from exohabit.bulk.cluster.errors import ClusterError
from tests.bulk.dask_processes import Cluster, run_cluster
from tests.bulk.made_up import as_csv, make_planets
from tests.bulk.running import sha256
from tests.conftest import ROOT
from tests.live.sizes import report, size

pytestmark = pytest.mark.slow

THOUSANDS = size(60, 1_500)
KILLS = size(3, 20)
SECONDS_BETWEEN = 0.05, 1.0


def score(source: Path, target: Path, *options: str) -> subprocess.Popen[str]:
    """Start `exohabit score` with parts of one MiB."""
    command = [sys.executable, "-m", "exohabit", "score", source, target, "--part-mib", "1"]
    return subprocess.Popen(
        [*command, *options], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for the end of a run that works; return what it says."""
    _, said = process.communicate()
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def table(folder: Path) -> Path:
    path = folder / "planets.csv"
    header, _, rows = as_csv(make_planets(1_000)).partition(b"\n")
    path.write_bytes(header + b"\n" + rows * THOUSANDS)
    return path


@pytest.fixture(scope="module")
def expected(folder: Path, table: Path) -> str:
    """The hash of what one process writes."""
    finish(score(table, folder / "expected.csv", "--jobs", "1"))
    return sha256(folder / "expected.csv")


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[Cluster]:
    with run_cluster(folder / "cluster", 2) as cluster:
        yield cluster


def test_the_bytes_are_those_of_one_process(cluster, table, expected, tmp_path):
    finish(score(table, tmp_path / "out.csv", "--cluster", cluster.address))

    assert sha256(tmp_path / "out.csv") == expected
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_parquet_has_the_same_bytes_as_well(cluster, table, tmp_path):
    finish(score(table, tmp_path / "one.parquet", "--jobs", "1"))
    finish(score(table, tmp_path / "cluster.parquet", "--cluster", cluster.address))

    assert sha256(tmp_path / "one.parquet") == sha256(tmp_path / "cluster.parquet")


def test_killed_workers_change_no_byte_and_leave_nothing(table, expected, tmp_path):
    with run_cluster(tmp_path / "cluster", 2) as cluster:
        out = tmp_path / "out"
        out.mkdir()
        ended = threading.Event()
        killed: list[int] = []
        killer = threading.Thread(target=kill_workers, args=(cluster, ended, killed))
        process = score(table, out / "out.csv", "--cluster", cluster.address)
        wait_for_a_receipt(process, out / "out.csv.parts")
        killer.start()
        try:
            finish(process)
        finally:
            ended.set()
            killer.join()

    report(f"{len(killed)} workers killed")
    assert killed
    assert sha256(out / "out.csv") == expected
    assert [path.name for path in out.iterdir()] == ["out.csv"]


def wait_for_a_receipt(process: subprocess.Popen[str], parts: Path) -> None:
    while not any(parts.glob("part-*.json")):
        assert process.poll() is None
        time.sleep(0.01)


def kill_workers(cluster: Cluster, ended: threading.Event, killed: list[int]) -> None:
    """Kill random workers at random moments, until there were enough or the run has ended."""
    rng = np.random.default_rng(26)
    while len(killed) < KILLS and not ended.wait(rng.uniform(*SECONDS_BETWEEN)):
        workers = cluster.workers()
        if workers:
            killed.append(int(rng.choice(workers)))
            os.kill(killed[-1], signal.SIGKILL)


def test_a_run_that_is_interrupted_writes_nothing_and_is_continued(
    cluster, table, expected, tmp_path
):
    process = score(table, tmp_path / "out.csv", "--cluster", cluster.address)
    wait_for_a_receipt(process, tmp_path / "out.csv.parts")
    process.send_signal(signal.SIGINT)
    process.communicate()
    interrupted = not (tmp_path / "out.csv").exists()
    with cluster.client() as client:
        tasks = client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
    finish(score(table, tmp_path / "out.csv", "--cluster", cluster.address, "--resume"))

    assert interrupted
    assert process.returncode == 128 + signal.SIGINT
    assert tasks <= 2  # those that run cannot be stopped
    assert sha256(tmp_path / "out.csv") == expected


OTHER_VERSION = "import exohabit\nexohabit.__version__ = '0.0.1'\n"
OTHER_MODEL = """
from pathlib import Path
from exohabit.scoring import bundle
bundle.find_root = lambda: Path({root!r})
"""


def preload(folder: Path, script: str) -> dict[str, str]:
    """Return the setting that makes a worker run a script before anything else."""
    path = folder / "preload.py"
    path.write_text(script, encoding="utf-8")
    return {"DASK_DISTRIBUTED__WORKER__PRELOAD": str(path)}


def copy_of_the_model(folder: Path) -> Path:
    """Return a folder with the same model under a manifest with another hash."""
    shutil.copytree(ROOT / "models", folder / "models")
    shutil.copy(ROOT / "feature_columns.pkl", folder)
    with (folder / "models" / "manifest.json").open("a") as manifest:
        manifest.write("\n")
    return folder


def test_a_worker_of_another_version_refuses_and_the_others_do_the_work(table, expected, tmp_path):
    with run_cluster(tmp_path / "cluster", 1) as cluster:
        cluster.add_worker(**preload(tmp_path, OTHER_VERSION))
        cluster.wait_for_workers(2)
        said = finish(score(table, tmp_path / "out.csv", "--cluster", cluster.address))

    assert re.search(r"Warning: worker tcp://\S+ refuses: .*exohabit 0\.0\.1", said)
    assert sha256(tmp_path / "out.csv") == expected


def test_a_run_ends_if_the_only_worker_has_another_model(table, tmp_path):
    root = copy_of_the_model(tmp_path / "other")
    with run_cluster(tmp_path / "cluster", 0) as cluster:
        cluster.add_worker(**preload(tmp_path, OTHER_MODEL.format(root=str(root))))
        cluster.wait_for_workers(1)
        process = score(table, tmp_path / "out.csv", "--cluster", cluster.address)
        _, said = process.communicate()

    assert process.returncode == 1
    assert re.search(r"worker tcp://\S+ refuses: .*SHA-256 of models/manifest.json", said)
    assert "Traceback" not in said


def test_a_run_ends_if_its_worker_lacks_the_package(table, tmp_path):
    with run_cluster(tmp_path / "cluster", 0) as cluster:
        cluster.add_worker("-I")
        cluster.wait_for_workers(1)
        process = score(table, tmp_path / "out.csv", "--cluster", cluster.address)
        _, said = process.communicate()

    assert process.returncode == 1
    assert re.search(
        r"refuses: No module named .exohabit.: install ExoHabit with its extra `bulk`", said
    )


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="needs root and unshare, to give a worker another view of a folder",
)
def test_a_run_ends_if_its_worker_does_not_see_the_folder(table, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    hide = f'mount -t tmpfs none "{out}" && exec "$@"'
    with run_cluster(tmp_path / "cluster", 0) as cluster:
        cluster.add_worker(prefix=("unshare", "--mount", "sh", "-c", hide, "sh"))
        cluster.wait_for_workers(1)
        process = score(table, out / "out.csv", "--cluster", cluster.address)
        _, said = process.communicate()

    assert process.returncode == 1
    assert re.search(r"refuses: it does not see the files of \S+out\.csv\.parts", said)


def test_files_of_workers_must_be_seen_by_the_client(tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "VISIBLE", 0.3)

    with pytest.raises(ClusterError, match="storage that all machines share"):
        wait_for_files([tmp_path / "part-0000001.json"])


def test_a_file_that_is_seen_late_is_waited_for(tmp_path):
    path = tmp_path / "part-0000001.json"
    threading.Timer(0.3, path.touch).start()

    wait_for_files([path])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1:one", "smoke://127.0.0.1:1"])
def test_an_address_without_a_scheduler_is_named(address, monkeypatch):
    monkeypatch.setattr("exohabit.bulk.cluster.client.CONNECT", 0.5)

    said: list[str] = []

    with pytest.raises(ClusterError, match=re.escape(address)), connect(address, said.append):
        pass

    assert said == [f"Connecting to the scheduler at {address} (up to 0.5 s)."]


@pytest.mark.parametrize(
    "address",
    ["foo", "tcp://foo", "127.0.0.1:one", "smoke://127.0.0.1:1", "http://x:80", "", "a:1:2"],
)
def test_a_text_that_is_not_an_address_is_refused_without_connecting(address):
    with pytest.raises(ClusterError, match=re.escape(f"{address} is not the address")):
        score_on_cluster(address, print)


def test_a_host_that_is_not_known_is_refused_without_connecting():
    with pytest.raises(ClusterError, match=r"No Dask scheduler can be at tcp://no\.invalid:8786"):
        score_on_cluster("tcp://no.invalid:8786", print)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "localhost:1", "tls://[::1]:8786"])
def test_an_address_of_a_scheduler_is_accepted(address):
    check_address(address)


def test_a_wrong_address_ends_the_command_at_once_in_one_line(table, tmp_path):
    process = score(table, tmp_path / "out.csv", "--cluster", "foo")
    _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said == (
        "Error: foo is not the address of a Dask scheduler, such as tcp://scheduler:8786\n"
    )


def test_standard_output_is_not_shared(table):
    process = score(table, Path("-"), "--cluster", "tcp://127.0.0.1:1")
    _, said = process.communicate()

    assert process.returncode == 1
    assert "--cluster needs a file" in said
