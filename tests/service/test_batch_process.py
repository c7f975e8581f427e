"""Batch process: it answers as this process does, and its requests have a time limit."""

from __future__ import annotations

import errno
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import inference
from exohabit.inputs.problems import InvalidJSON
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.outputs.usage_counts import UsageCounts
from exohabit.scoring.manifest import BundleError
from exohabit.service.batch_process import BatchProcess, TookTooLong, WaitedTooLong, WorkerDied
from exohabit.service.settings import SHARED
from tests.bad_requests import EARTH
from tests.service.waiting import SOON, until

BODY = json.dumps([{**EARTH, "name": f"planet {i}", "pl_eqt": 200 + i} for i in range(50)]).encode()


def send(body: bytes) -> InferenceRequest:
    return InferenceRequest(body, JSON, NO_QUERY, JSON)


@pytest.fixture(scope="module")
def batch(bundle):
    made = BatchProcess(bundle, threads=2)
    yield made
    made.shutdown()


def test_it_answers_with_the_same_bits_as_this_process(batch, bundle):
    assert batch.run(inference.rank, send(BODY)) == inference.rank(bundle, send(BODY))


def test_bodies_and_answers_are_passed_in_files_instead_of_the_pipe(batch, monkeypatch):
    piped = []
    run = batch._run

    def record(handler, sent, folder, end):
        result = run(handler, sent, folder, end)
        piped.extend([sent.content, result.content])
        return result

    monkeypatch.setattr(batch, "_run", record)
    answer = batch.run(inference.rank, send(BODY)).content

    assert b"planet 49" in answer
    assert piped == [b"", b""]


def test_a_model_that_scores_differently_there_raises_an_error(bundle):
    wrong = [msgspec.structs.replace(golden, score=0.123) for golden in bundle.manifest.golden]
    manifest = msgspec.structs.replace(bundle.manifest, golden=wrong)
    made = BatchProcess(replace(bundle, manifest=manifest), threads=2)

    for _ in range(2):
        with pytest.raises(BundleError, match="golden planets score differently"):
            made.run(inference.rank, send(BODY))

    made.shutdown()


def test_its_errors_are_raised_here(batch):
    with pytest.raises(InvalidJSON):
        batch.run(inference.rank, send(b"no JSON"))


def test_no_file_of_a_request_is_left(batch, tmp_path, monkeypatch):
    monkeypatch.setenv(SHARED, str(tmp_path))

    batch.run(inference.rank, send(BODY))
    with pytest.raises(InvalidJSON):
        batch.run(inference.rank, send(b"no JSON"))

    assert [each.name for each in tmp_path.iterdir()] == ["slot_0.lock"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs a thread's priority")
def test_each_of_its_working_threads_has_a_lower_priority(batch):
    batch.run(inference.rank, send(BODY))

    (pid,) = batch.start()._processes
    threads = [int(each.name) for each in Path(f"/proc/{pid}/task").iterdir()]
    priorities = [os.getpriority(os.PRIO_PROCESS, each) for each in threads]
    lower = [each for each in priorities if each > os.getpriority(os.PRIO_PROCESS, 0)]

    # The main thread, two that score, and one that waits for its parent's end. Idle threads of
    # libraries do not count.
    assert len(lower) == 4


def suspend_itself(bundle, sent):
    os.kill(os.getpid(), signal.SIGSTOP)


def sleep(bundle, sent):
    time.sleep(float(sent.content))
    return InferenceResult(b"", JSON, UsageCounts(0, {}, {}, {}, 0))


def die(bundle, sent):
    os._exit(1)


def run_out_of_space(bundle, sent):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(scope="module")
def started_once(stub):
    made = BatchProcess(stub, threads=1)
    yield made
    made.shutdown()


@pytest.fixture
def brief(started_once):
    """A process that has started; its requests may take two seconds."""
    started_once._seconds = SOON
    started_once.run(sleep, send(b"0"))
    started_once._seconds = 2
    return started_once


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot stop a process")
def test_a_process_that_takes_too_long_is_killed_even_if_it_is_suspended(brief):
    (pid,) = brief.start()._processes
    began = time.monotonic()

    with pytest.raises(TookTooLong):
        brief.run(suspend_itself, send(b""))

    assert time.monotonic() - began >= 1.9
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_request_that_waited_has_its_own_time(brief):
    with ThreadPoolExecutor() as pool:
        first = pool.submit(brief.run, sleep, send(b"1.2"))
        time.sleep(0.1)
        second = pool.submit(brief.run, sleep, send(b"1.2"))

        assert first.result().content == second.result().content == b""


def test_a_request_that_waits_longer_than_the_time_limit_is_not_started(brief):
    brief._seconds = 0.2
    brief._one_at_a_time.acquire()
    try:
        with pytest.raises(WaitedTooLong):
            brief.run(sleep, send(b"0"))
    finally:
        brief._one_at_a_time.release()


@pytest.mark.slow
def test_after_a_request_that_kills_two_processes_the_next_one_gets_a_new_process(brief):
    brief._seconds = SOON
    with pytest.raises(WorkerDied):
        brief.run(die, send(b""))

    assert brief.run(sleep, send(b"0")).content == b""


def test_an_error_about_disk_space_is_raised_here(brief):
    with pytest.raises(OSError, match="No space"):
        brief.run(run_out_of_space, send(b""))

    assert brief.run(sleep, send(b"0")).content == b""
