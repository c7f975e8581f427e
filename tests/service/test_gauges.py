"""Gauges: the state of the service and its machine at each scrape."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from app import create_app
from exohabit.scoring.manifest import BundleError
from exohabit.service import health, shared_folder
from exohabit.service.api_keys import new_key
from exohabit.service.app_state import app_state
from exohabit.service.settings import SHARED
from tests.service.test_metrics import Samples
from tests.ways import new_settings

DATE = "exohabit_catalog_timestamp_seconds"


def test_a_service_is_ready_as_long_as_its_readiness_check_says_so(stub, monkeypatch):
    client = create_app(new_settings(log="off"), stub).test_client()

    def fail() -> None:
        raise BundleError("its golden planets score differently")

    ready = [Samples(client).of("exohabit_ready")]
    monkeypatch.setattr(stub, "check_golden", fail, raising=False)
    ready.append(Samples(client).of("exohabit_ready"))
    monkeypatch.undo()
    monkeypatch.setattr(health, "free_bytes", lambda: 0)
    ready.append(Samples(client).of("exohabit_ready"))

    assert ready == [1, 0, 0]


def test_free_space_is_that_of_the_temporary_files(stub, monkeypatch):
    monkeypatch.setattr(shared_folder, "free_bytes", lambda: 123_456)

    client = create_app(new_settings(log="off"), stub).test_client()

    assert Samples(client).of("exohabit_free_disk_bytes") == 123_456


SOURCES = {
    "exohabit_free_disk_bytes": "shared_folder.free_bytes",
    "exohabit_start_time_seconds": "shared_folder.started",
    "exohabit_memory_bytes": "process_usage.memory_bytes",
    "exohabit_open_files": "process_usage.open_files",
    "exohabit_max_open_files": "process_usage.max_open_files",
    "exohabit_ready": "gauges.check_ready",
}
"""Gauges, and what they are read by."""


@pytest.mark.parametrize("gauge", SOURCES)
@pytest.mark.parametrize("error", [OSError("statvfs"), ValueError("unexpected")])
def test_a_gauge_that_cannot_be_read_is_absent_and_logged_once(
    stub, monkeypatch, caplog, gauge, error
):
    def names(read: Callable[..., float]) -> list[set[str]]:
        """Return the names in two scrapes of a service that reads the gauge so."""
        with monkeypatch.context() as patch:
            patch.setattr(f"exohabit.service.{SOURCES[gauge]}", read)
            client = create_app(new_settings(log="off"), stub).test_client()
            client.get("/health")
            return [{sample.name for sample in Samples(client).samples} for _ in range(2)]

    def fail(*_) -> float:
        raise error

    whole, broken = names(lambda *_: 1.0), names(fail)
    logged = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]

    assert logged == [f"{gauge} cannot be read: left out of /metrics"]
    assert [all_names - left for all_names, left in zip(whole, broken, strict=True)] == [
        {gauge}
    ] * 2


def test_the_date_of_the_catalogue_is_told_once_it_is_open(bundle):
    app = create_app(new_settings(log="off"), bundle)
    known = app_state(app).known_planets

    before = Samples(app.test_client()).by(DATE)
    known.current()
    (seconds,) = Samples(app.test_client()).by(DATE).values()

    assert before == {}
    assert datetime.fromtimestamp(seconds, UTC).date().isoformat() == known.date()


@pytest.fixture
def elsewhere(monkeypatch) -> Iterator[None]:
    """Let the machine be in another time zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("date", ["2026-11-05", "2026-11-05T00:00:00+00:00"])
def test_a_date_without_a_time_zone_is_that_of_greenwich(stub, monkeypatch, elsewhere, date):
    app = create_app(new_settings(log="off"), stub)
    monkeypatch.setattr(app_state(app).known_planets, "date", lambda: date)

    assert Samples(app.test_client()).of(DATE) == datetime(2026, 11, 5, tzinfo=UTC).timestamp()


def test_the_time_of_the_keys_file_is_when_it_was_written(stub, tmp_path):
    file = tmp_path / "keys.json"
    key = {"X-API-Key": new_key(file, "team")}
    os.utime(file, (1_700_000_000, 1_700_000_000))
    app = create_app(new_settings(log="off", keys_file=file), stub)

    def told() -> list[str]:
        lines = app.test_client().get("/metrics", headers=key).text.splitlines()
        return [line for line in lines if line.startswith("exohabit_keys_file_timestamp")]

    written = told()
    file.unlink()

    assert written == ["exohabit_keys_file_timestamp_seconds 1.7e+09"]
    assert told() == []


def test_the_start_of_a_server_is_when_it_made_its_shared_folder(monkeypatch):
    assert shared_folder.started() is None

    with shared_folder.new_folder() as folder:
        monkeypatch.setenv(SHARED, str(folder))
        made = folder.stat().st_mtime

        assert shared_folder.started() == pytest.approx(made, abs=60)

    assert shared_folder.started() is None
