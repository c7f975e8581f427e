"""Futures: pieces of work on real workers that die, refuse and join late."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from functools import partial

import pytest

pytest.importorskip("distributed", reason="needs requirements-bulk.txt")

from distributed import Client

from exohabit.bulk.cluster import futures as cluster_futures
from exohabit.bulk.cluster.errors import ClusterError
from exohabit.bulk.cluster.futures import Call, Futures
from tests.bulk import pieces
from tests.bulk.dask_processes import Cluster, run_cluster

pytestmark = pytest.mark.slow

ONE_DEATH_IS_TOO_MANY = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with run_cluster(tmp_path_factory.mktemp("dask") / "cluster", 2, **ONE_DEATH_IS_TOO_MANY) as it:
        yield it


@pytest.fixture
def client(cluster: Cluster) -> Iterator[Client]:
    cluster.wait_for_workers(2)
    with cluster.client() as client:
        yield client


def run(client: Client, function, work, say=print):
    return list(Futures(client, partial(Call, function), work, set(), say).results())


def test_every_piece_gives_its_result(client):
    assert sorted(run(client, pieces.double, range(50))) == [2 * i for i in range(50)]


def test_nothing_to_do_gives_nothing(client):
    assert run(client, pieces.double, []) == []


def test_an_error_of_the_work_arrives_as_it_is(client):
    with pytest.raises(ValueError, match="3 cannot be done"):
        run(client, pieces.fail, [3])


def test_work_is_done_although_its_workers_are_killed(client, cluster, tmp_path):
    work = range(12)
    futures = Futures(client, partial(Call, pieces.write_slowly, str(tmp_path)), work, set(), print)
    done = []
    for result in futures.results():
        done.append(result)
        if len(done) in (2, 5, 8):
            os.kill(cluster.workers()[0], signal.SIGKILL)

    assert sorted(done) == list(work)
    # Killed pieces were started again; finished ones were not, although their workers died.
    started = [path.name.partition("-")[0] for path in tmp_path.iterdir()]
    assert len(work) < len(started) <= len(work) + 3 * 2


def test_a_piece_that_kills_every_worker_ends_the_run(client, monkeypatch):
    monkeypatch.setattr(cluster_futures, "FAILURES", 2)

    with pytest.raises(ClusterError, match=r"^7 failed on every worker"):
        run(client, pieces.die, [7])


def test_a_worker_that_refuses_is_named_once_and_avoided(client, cluster, tmp_path):
    allowed = cluster.workers()[0]
    said: list[str] = []

    work = partial(pieces.refuse_unless, allowed, str(tmp_path))
    results = run(client, work, range(30), said.append)

    assert sorted(results) == list(range(30))
    assert len(said) == 1
    assert "it is another process" in said[0]
    # Only pieces that were submitted before the refusal was known, some of them twice.
    assert len(list(tmp_path.iterdir())) <= 2 * 2 * cluster_futures.PER_THREAD


def test_work_ends_if_all_workers_refuse(client, tmp_path):
    with pytest.raises(ClusterError, match="it is another process"):
        run(client, partial(pieces.refuse_unless, 0, str(tmp_path)), [1])


def test_a_worker_that_lacks_the_package_is_told_so(tmp_path):
    with run_cluster(tmp_path / "cluster", 0) as cluster, cluster.client() as client:
        cluster.add_worker("-I")

        with pytest.raises(ClusterError, match="lacks a package: No module named 'tests'"):
            run(client, pieces.double, [1])


def test_workers_that_join_late_get_work(tmp_path):
    with run_cluster(tmp_path / "cluster", 1) as cluster, cluster.client() as client:
        (tmp_path / "out").mkdir()
        late = threading.Timer(0.5, cluster.add_worker)
        late.start()
        run(client, partial(pieces.write_slowly, str(tmp_path / "out")), range(20))
        late.join()

    processes = {path.name.split("-")[1] for path in (tmp_path / "out").iterdir()}
    assert len(processes) == 2


def test_no_more_futures_exist_than_the_workers_need(client, tmp_path):
    futures = Futures(
        client, partial(Call, pieces.write_slowly, str(tmp_path)), range(12), set(), print
    )
    held = [len(client.futures) for _ in futures.results()]

    assert max(held) <= 2 * cluster_futures.PER_THREAD


def test_a_lost_scheduler_ends_the_run(tmp_path):
    with run_cluster(tmp_path / "cluster", 1) as cluster, cluster.client() as client:
        (tmp_path / "out").mkdir()
        threading.Timer(1, cluster.scheduler.kill).start()

        with pytest.raises(ClusterError, match="--resume"):
            run(client, partial(pieces.write_slowly, str(tmp_path / "out")), range(20))
