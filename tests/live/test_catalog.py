"""The catalogue of a running service: made before the workers start, replaced while they answer."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from bench.servers import ROOT
from exohabit.catalog.embedded import embedded_rows, embedded_scores
from exohabit.catalog.reader import open_catalog
from exohabit.catalog.scored_catalog import FILE
from exohabit.catalog.store import CatalogInfo, Scores, write_catalog
from exohabit.scoring.manifest import MANIFEST, MODEL, new_version
from tests.live.clients import Client, failures, load
from tests.live.services import new_service, running, stopped_at_the_end, wait_until
from tests.live.test_starting import serve_until_it_ends
from tests.running import needs_make_run

VERSION = embedded_scores().model_version
ROWS = [row for row in embedded_rows() if row["hostname"] == "TRAPPIST-1"]


def write(path: Path, name: str, version: str = VERSION) -> Path:
    """Write a catalogue of one planet, with a score that no model gave."""
    row = ROWS[0] | {"pl_name": name, "hostname": name.rpartition(" ")[0]}
    write_catalog(path, [row], CatalogInfo("A table", "2026-01-02"), (), Scores(version, [0.25]))
    return path


@pytest.fixture
def other_model(bundle_copy):
    """A folder with a model of another version, because its threshold is another."""
    manifest = json.loads((bundle_copy / MANIFEST).read_bytes())
    parts = manifest["trained"], manifest["files"][MODEL.as_posix()], 0.25
    manifest |= {"threshold": 0.25, "model_version": new_version(*parts)}
    (bundle_copy / MANIFEST).write_text(json.dumps(manifest))
    return bundle_copy, manifest["model_version"]


def identity(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def test_the_server_makes_the_catalogue_and_the_workers_only_open_it(tmp_path):
    with running(tmp_path, workers=2) as service:
        made = service.shared() / FILE
        before = identity(made)
        scores = {service.get("/planets/Earth").json["score"] for _ in range(20)}

        assert identity(made) == before
        assert scores == {embedded_scores().values[2]}
        assert [each.name for each in service.temporary.iterdir()] == [service.shared().name]


def test_with_another_model_the_catalogue_is_scored_before_the_workers_start(tmp_path, other_model):
    root, version = other_model

    with running(tmp_path / "service", model_root=root) as service:
        connection, stored = open_catalog(service.shared() / FILE)
        connection.close()
        pages = service.get("/planets?limit=1000&fields=prediction,score").json

        assert stored.model_version == pages["model_version"] == version
        assert pages["planets"][0]["score"] == max(filter(None, embedded_scores().values))
        assert all(each["prediction"] == (each["score"] >= 0.25) for each in pages["planets"])
        assert service.get("/planets/Earth").json["model_version"] == version


def test_an_operators_catalogue_of_another_model_is_scored_at_the_start(tmp_path, other_model):
    root, _ = other_model
    source = write(tmp_path / "mine.sqlite", "Mine b")
    before = source.read_bytes()

    with running(tmp_path / "service", model_root=root, catalog=source) as service:
        (planet,) = service.get("/planets").json["planets"]

        assert planet["name"] == "Mine b"
        assert planet["score"] == service.get("/planets/Mine%20b").json["score"]
        assert source.read_bytes() == before


@pytest.mark.parametrize("content", ["<html>", ""])
def test_a_damaged_catalogue_ends_the_start_with_one_line(tmp_path, content):
    needs_make_run()
    (tmp_path / "catalog").write_text(content)

    done = serve_until_it_ends(workers=2, catalog=tmp_path / "catalog")

    said = [line for line in done.stderr.splitlines() if line]
    assert done.returncode == 1
    assert len(said) == 1
    assert said[0].startswith(f"ExoHabit does not start. {tmp_path / 'catalog'} ")
    assert "EXOHABIT_CATALOG" in said[0]


UNUSABLE = {
    "a folder": (lambda path: path.mkdir(), "is not a file"),
    "a pipe": (os.mkfifo, "is not a file"),
    "too long": (lambda path: path / ("x" * 5000), "File name too long"),
}


@pytest.mark.parametrize(("make", "message"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_can_never_be_a_catalogue_ends_the_start_with_one_line(tmp_path, make, message):
    needs_make_run()
    path = tmp_path / "catalog"

    done = serve_until_it_ends(catalog=make(path) or path)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("ExoHabit does not start. ")
    assert message in done.stderr


def test_a_catalogue_that_is_not_there_yet_is_warned_of_and_used_when_it_comes(tmp_path):
    source = tmp_path / "catalog"

    with running(tmp_path / "service", workers=2, catalog=source) as service:
        warnings = [line for line in service.err.read_text().splitlines() if str(source) in line]
        assert service.get("/planets/Earth").status == 200
        write(source, "Late b")

        assert names_seen(service) == {"Late b"}
        assert len(warnings) == 1
        assert "there is no file" in warnings[0]


def test_a_worker_that_replaces_a_killed_one_uses_what_the_server_chose(tmp_path):
    source = write(tmp_path / "catalog", "First b")

    with running(tmp_path / "service", workers=1, catalog=source) as service:
        source.write_text("<html>")
        (worker,) = service.workers()
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: service.workers() not in ([], [worker]))
        service.wait_until_ready()

        assert names_seen(service) == {"First b"}


def test_a_catalogue_with_a_value_that_the_service_refuses_ends_the_start_with_one_line(tmp_path):
    needs_make_run()
    row = ROWS[0] | {"pl_eqt": -5.0}
    write_catalog(tmp_path / "catalog", [row], CatalogInfo("A table", "2026-01-02"))

    done = serve_until_it_ends(workers=2, catalog=tmp_path / "catalog")

    said = [line for line in done.stderr.splitlines() if line]
    assert done.returncode == 1
    assert len(said) == 1
    assert "TRAPPIST-1 b: pl_eqt" in said[0]


def names_seen(service) -> set[str]:
    """Ask often enough, each time by a new connection, for every worker to answer."""
    answers = [service.get("/planets").json["planets"] for _ in range(30)]
    return {planet["name"] for planets in answers for planet in planets}


def test_a_catalogue_that_is_replaced_under_load_is_seen_by_all_workers_without_an_error(tmp_path):
    source = write(tmp_path / "catalog", "First b")

    def ask(client: Client, turn: int):
        if turn % 3:
            return client.get(("/planets", "/planets/First%20b")[turn % 2])
        return client.post("/rank", ["Second b"])

    with running(tmp_path / "service", workers=2, threads=2, catalog=source) as service:
        assert names_seen(service) == {"First b"}
        with load(service.port, ask, pause=0.005) as outcomes:
            for name in ("Second b", "First b") * 10 + ("Third b",):
                write(source, name)
                seen = len(outcomes) + 20
                wait_until(lambda seen=seen: len(outcomes) > seen)
            assert names_seen(service) == {"Third b"}

        assert not failures(outcomes)
        assert {200, 400, 404} == {each.status for each in outcomes}


def test_a_bad_new_catalogue_is_reported_once_by_each_worker_and_the_old_one_stays(tmp_path):
    source = tmp_path / "catalog"
    bad = {"removed": lambda: None, "damaged": lambda: source.write_text("<html>")}
    bad["of another model"] = lambda: write(source, "Second b", "another")
    reported = {}

    write(source, "First b")
    with running(tmp_path / "service", workers=2, threads=2, catalog=source) as service:
        for kind, put in bad.items():
            write(source, "First b")
            assert names_seen(service) == {"First b"}
            before = service.err.read_text().count("previous catalogue")
            source.unlink()
            put()

            assert names_seen(service) == {"First b"}
            assert names_seen(service) == {"First b"}
            reported[kind] = service.err.read_text().count("previous catalogue") - before

    assert reported == {"removed": 0, "damaged": 2, "of another model": 2}


def test_a_worker_that_replaces_a_killed_one_answers_from_the_newest_catalogue(
    tmp_path, other_model
):
    root, version = other_model
    source = write(tmp_path / "catalog", "First b")

    with running(tmp_path / "service", workers=1, model_root=root, catalog=source) as service:
        assert names_seen(service) == {"First b"}
        write(source, "Second b", version)
        assert names_seen(service) == {"Second b"}
        (worker,) = service.workers()
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: service.workers() not in ([], [worker]))
        service.wait_until_ready()

        assert names_seen(service) == {"Second b"}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that no user can write")
def test_it_needs_no_working_directory_that_it_can_write(tmp_path):
    service = new_service(tmp_path, workers=1)
    environ = service._environment() | {"PYTHONPATH": str(ROOT)}

    with stopped_at_the_end(service):
        service.start(cwd="/proc", env=environ)
        service.wait_until_ready()

        assert service.get("/planets/Earth").json["score"] == embedded_scores().values[2]
