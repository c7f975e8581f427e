"""Shared fixtures: the real model, a stub of it, clients, and a running service."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from multiprocessing import spawn
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import numpy as np
import pytest
from flask.testing import FlaskClient

from app import create_app
from bench.servers import Server
from exohabit.science.features import FeatureMatrix
from exohabit.scoring.bundle import Bundle, Scores
from exohabit.scoring.contributions import Contributions
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL
from exohabit.scoring.model_columns import OWN_COLUMNS
from exohabit.service import log_writer, rate_limit
from tests.running import serve
from tests.ways import EveryWayClient, Way, new_settings

ROOT = Path(__file__).resolve().parent.parent
hypothesis.settings.register_profile("a busy machine", deadline=None)
hypothesis.settings.load_profile("a busy machine")
# A shell lets what it starts in the background ignore Ctrl-C; the processes of the tests must not.
signal.signal(signal.SIGINT, signal.default_int_handler)
WITHOUT_SCIKIT_LEARN = str(ROOT / "tests" / "without_scikit_learn")


@pytest.fixture(scope="session", autouse=True)
def no_log_on_the_screen() -> Iterator[None]:
    """Keep the access log out of the output of the tests."""
    with Path(os.devnull).open("wb") as nowhere, pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_writer, "_STDOUT", nowhere.fileno())
        yield


@pytest.fixture(scope="session", autouse=True)
def started_processes_import_no_scikit_learn() -> Iterator[None]:
    """Hide scikit-learn from the processes that tests start, as in the serving environment.

    XGBoost would import it, which takes a second of each process.
    """
    prepare = spawn.get_preparation_data

    def prepare_batch_process(name: str) -> dict[str, Any]:
        data = prepare(name)
        return {**data, "sys_path": [WITHOUT_SCIKIT_LEARN, *data["sys_path"]]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", WITHOUT_SCIKIT_LEARN, prepend=os.pathsep)
        patch.setattr(spawn, "get_preparation_data", prepare_batch_process)
        yield


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return Bundle.load(ROOT)


@pytest.fixture
def bundle_copy(tmp_path) -> Path:
    """A copy of the model's files, which a test may damage."""
    for name in (COLUMNS, MODEL, MANIFEST):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture(params=["on", "off"], ids=["fast", "plain"])
def every_way(request, monkeypatch) -> None:
    """Run a test with the shortcuts of `exohabit/fast`, and without them."""
    monkeypatch.setattr(Way, "fast", request.param)


@pytest.fixture(scope="session")
def client(bundle: Bundle) -> FlaskClient:
    """A client of the app with the real model."""
    return EveryWayClient(bundle)


@pytest.fixture
def probes_end_with_the_test(monkeypatch) -> Iterator[None]:
    """Stop the threads that watch Redis with the test; they never end by themselves."""
    is_over = threading.Event()

    def sleep(seconds: float) -> None:
        if is_over.wait(seconds):
            threading.Event().wait()  # forever

    clock = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=sleep)
    monkeypatch.setattr(rate_limit, "time", clock)
    yield
    is_over.set()


class StubBundle:
    """A model that scores a planet by its radius alone: radius / 10."""

    version = "stub"
    threshold = 0.5
    start_scoring = None
    quick_scorer = None
    custom = None
    columns = OWN_COLUMNS

    def __init__(self, manifest) -> None:
        self.manifest = manifest

    def for_many(self, _threads: int) -> StubBundle:
        return self

    def score(self, features: FeatureMatrix) -> Scores:
        return np.nan_to_num(features[:, 0] / 10).astype(np.float32)

    def score_one(self, features: Sequence[float]) -> float:
        return float(self.score(np.array([features]))[0])

    def explain(self, features: FeatureMatrix) -> Contributions:
        added = np.zeros(features.shape, dtype=np.float32)
        added[:, 0] = np.nan_to_num(features[:, 0])
        return Contributions(0.0, added, added[:, 0])

    def check_golden(self) -> None:
        """Accept every model."""


@pytest.fixture(scope="session")
def stub(bundle: Bundle) -> StubBundle:
    return StubBundle(bundle.manifest)


@pytest.fixture
def stub_app(stub: StubBundle):
    return create_app(new_settings(max_body_mib=1), stub)


@pytest.fixture
def stub_client(stub_app) -> FlaskClient:
    return stub_app.test_client()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The service as `make run` serves it, on a free port."""
    with serve() as running:
        yield running
