from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from exohabit.catalog import known_planets, scored_catalog
from exohabit.catalog.known_planets import KnownPlanets
from exohabit.catalog.rows import CatalogError
from exohabit.catalog.scored_catalog import FILE
from exohabit.catalog.snapshot import NoCatalog, Snapshot
from exohabit.catalog.store import Scores
from exohabit.inputs.named_planets import UNKNOWN
from tests.catalog.small import ROWS, planet, write

NEW = [planet("New b", 4.0)]
_NAMES = "SELECT pl_name FROM planets ORDER BY position"


def score(rows):
    return Scores("stub", [0.5] * len(rows))


@pytest.fixture
def source(tmp_path):
    return write(tmp_path / "source")


@pytest.fixture
def known(source):
    return KnownPlanets(source, None, "stub", score)


@pytest.fixture(autouse=True)
def small_package(monkeypatch):
    """Let the package's own catalogue be one planet, so that it is quickly made."""
    monkeypatch.setattr(scored_catalog, "embedded_rows", lambda: iter([planet("Own b")]))
    monkeypatch.setattr(scored_catalog, "embedded_scores", lambda: Scores("stub", [0.1]))


def names(known) -> list[str]:
    return [name for (name,) in known.current().select(_NAMES)]


OURS = [row["pl_name"] for row in ROWS]


def test_the_operators_catalogue_is_used(known):
    assert names(known) == OURS
    assert known.look_up("two b") == ROWS[2]


def test_an_unchanged_file_is_opened_once(known):
    assert known.current() is known.current()


def test_a_new_file_is_used_from_the_next_request_on(known, source):
    before = known.current()

    write(source, NEW)

    assert names(known) == ["New b"]
    assert known.look_up("Two b").code == UNKNOWN
    assert before.look_up("Two b") == ROWS[2]


def test_a_file_that_was_replaced_before_the_first_request_is_replaced_again_later(known, source):
    write(source, NEW)
    assert names(known) == ["New b"]

    write(source)

    assert names(known) == OURS


BAD = {
    "damaged": lambda path: path.write_text("<html>"),
    "of another model": lambda path: write(path, NEW, version="other"),
    "without scores": lambda path: write(path, NEW, version=None),
}
each_bad_file = pytest.mark.parametrize("replace", BAD.values(), ids=BAD)


@each_bad_file
def test_a_new_file_that_cannot_be_used_leaves_the_old_one_with_one_line(
    known, source, replace, caplog
):
    names(known)
    source.unlink()
    replace(source)

    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: known.look_up("Two b"), range(20))]

    assert found == [ROWS[2]] * 20
    assert len(caplog.messages) == 1
    assert str(source) in caplog.text


@each_bad_file
def test_after_a_bad_file_a_good_one_is_used(known, source, replace):
    names(known)
    source.unlink()
    replace(source)
    names(known)

    write(source, NEW)

    assert names(known) == ["New b"]


def test_a_removed_file_stays_in_force_and_one_put_back_is_used(known, source, caplog):
    names(known)

    source.unlink()
    assert names(known) == OURS
    write(source, NEW)
    assert names(known) == ["New b"]

    assert not caplog.messages


def test_a_file_that_appears_later_replaces_the_packages_own(tmp_path):
    known = KnownPlanets(tmp_path / "source", None, "stub", score)
    assert names(known) == ["Own b"]

    write(tmp_path / "source")

    assert names(known) == OURS


def test_many_threads_make_the_catalogue_once(tmp_path, monkeypatch):
    made = []
    prepare = known_planets.prepare_catalog
    monkeypatch.setattr(
        known_planets, "prepare_catalog", lambda *given: made.append(given) or prepare(*given)
    )
    known = KnownPlanets(None, None, "stub", score)

    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda _: known.current(), range(50))]

    assert {id(each) for each in found} == {id(known.current())}
    assert len(made) == 1


def test_threads_that_read_while_it_is_replaced_see_one_catalogue_or_the_other(known, source):
    def read(_):
        snapshot = known.current()
        rows = snapshot.select(_NAMES)
        return snapshot.stored.digest, [name for (name,) in rows]

    other = Snapshot(write(source.with_name("other"), NEW)).stored.digest
    digests = {known.current().stored.digest: OURS, other: ["New b"]}
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(read, range(400))
        for _ in range(20):
            write(source, NEW)
            known.current()
            write(source)
            known.current()
        seen = [*found]

    assert all(digests[digest] == rows for digest, rows in seen)


def test_without_the_server_its_own_folder_is_removed_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    known = KnownPlanets(None, None, "stub", score)
    names(known)
    assert len([*tmp_path.iterdir()]) == 1

    del known

    assert not [*tmp_path.iterdir()]


@contextmanager
def no_space(monkeypatch):
    """Let nothing be made in the folder for temporary files."""

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkdtemp", fail)
        yield


def test_without_a_place_for_it_there_is_no_catalogue_until_there_is_one(monkeypatch, caplog):
    monkeypatch.setattr(known_planets, "RETRY_SECONDS", 0)
    known = KnownPlanets(None, None, "stub", score)

    with no_space(monkeypatch):
        for _ in range(3):
            with pytest.raises(NoCatalog):
                known.current()

    assert len(caplog.messages) == 1
    assert "No space left on device" in caplog.text
    assert names(known) == ["Own b"]


def test_a_failure_is_not_repeated_by_every_request(monkeypatch, tmp_path):
    made = []

    def fail(rows):
        made.append(rows)
        raise CatalogError("the model is gone")

    known = KnownPlanets(None, tmp_path, "another", fail)

    def ask(_=None):
        with pytest.raises(NoCatalog) as raised:
            known.current()
        return raised.value.retry_after

    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(ask, range(20))]

    assert len(made) == 1
    assert {*found} == {known_planets.RETRY_SECONDS}
    monkeypatch.setattr(known_planets, "time", SimpleNamespace(monotonic=lambda: float("inf")))
    ask()
    assert len(made) == 2


def test_while_a_new_file_is_opened_other_requests_are_answered_from_the_old_one(
    known, source, monkeypatch
):
    names(known)
    write(source, NEW)
    started, go_on = threading.Event(), threading.Event()

    def open_slowly(path):
        started.set()
        assert go_on.wait(60)
        return Snapshot(path)

    monkeypatch.setattr(known_planets, "Snapshot", open_slowly)
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(known.current)
        assert started.wait(60)
        meanwhile = names(known)
        go_on.set()

    assert meanwhile == OURS
    assert opening.result() is known.current()
    assert names(known) == ["New b"]


def test_a_first_file_that_is_damaged_is_reported_once_and_used_when_it_is_mended(
    known, source, caplog
):
    source.write_text("<html>")
    for _ in range(3):
        with pytest.raises(NoCatalog):
            known.look_up("Two b")
    assert len(caplog.messages) == 1

    source.unlink()
    write(source)

    assert known.look_up("Two b") == ROWS[2]


@pytest.fixture
def shared(tmp_path):
    """A folder where the server has made a catalogue."""
    folder = tmp_path / "shared"
    folder.mkdir()
    write(folder / FILE, [planet("Made b")])
    return folder


def test_a_worker_opens_what_the_server_has_made(shared, caplog):
    assert names(KnownPlanets(None, shared, "stub", score)) == ["Made b"]
    assert not caplog.messages


@each_bad_file
def test_a_worker_uses_what_the_server_made_because_the_operators_file_has_no_scores_of_the_model(
    shared, source, replace, caplog
):
    source.unlink()
    replace(source)

    assert names(KnownPlanets(source, shared, "stub", score)) == ["Made b"]
    assert not caplog.messages


def test_a_worker_that_is_started_later_uses_a_file_that_was_replaced_meanwhile(shared, source):
    assert names(KnownPlanets(source, shared, "stub", score)) == OURS


def test_a_catalogue_that_the_server_made_and_somebody_damaged_is_refused(shared):
    (shared / FILE).write_text("<html>")

    with pytest.raises(NoCatalog):
        KnownPlanets(None, shared, "stub", score).current()


@pytest.fixture(scope="module")
def process():
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


def elsewhere(look_up, text):
    """Look a name up in another process; return its id and what was found there."""
    found = look_up(text)
    return os.getpid(), found if isinstance(found, dict) else found.code


def test_another_process_finds_the_same_planets(process, known):
    pid, found = process.submit(elsewhere, known.look_up, "two b").result()

    assert pid != os.getpid()
    assert found == ROWS[2]
    assert process.submit(elsewhere, known.look_up, "Nine b").result()[1] == UNKNOWN


def test_another_process_follows_when_the_file_is_replaced(process, known, source):
    process.submit(elsewhere, known.look_up, "two b").result()

    write(source, NEW)

    assert process.submit(elsewhere, known.look_up, "new b").result()[1] == NEW[0]


@pytest.mark.parametrize("change", ["removed", *BAD])
def test_another_process_keeps_the_old_catalogue_as_this_one_does(process, known, source, change):
    process.submit(elsewhere, known.look_up, "two b").result()

    source.unlink()
    if change in BAD:
        BAD[change](source)

    assert process.submit(elsewhere, known.look_up, "two b").result()[1] == ROWS[2]


@pytest.mark.parametrize("change", ["removed", *BAD])
def test_another_process_never_answers_from_another_catalogue(known, source, change):
    known.current()
    source.unlink()
    if change in BAD:
        BAD[change](source)
    known_planets._open_once.cache_clear()
    look_up = pickle.loads(pickle.dumps(known.look_up))

    with pytest.raises(NoCatalog):
        look_up("two b")


def test_without_a_catalogue_a_request_without_names_still_reaches_the_other_process(
    process, known, source
):
    source.write_text("<html>")

    assert process.submit(callable, known.look_up).result()
    with pytest.raises(NoCatalog):
        process.submit(elsewhere, known.look_up, "two b").result()
