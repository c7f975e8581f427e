"""Apart: another process judges as this one does, and knows no more than it needs."""

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
from exohabit.outputs.usage_counts import UsageCounts
from exohabit.scoring.manifest import BundleError
from exohabit.service.batch_process import BatchProcess, TookTooLong, WaitedTooLong, WorkerDied
from exohabit.service.settings import SHARED
from inference import InferenceRequest, InferenceResult
from tests.service.waiting import SOON, until

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
BODY = json.dumps([{**EARTH, "name": f"planet {i}", "pl_eqt": 200 + i} for i in range(50)]).encode()


def ask(body: bytes) -> InferenceRequest:
    return InferenceRequest(body, JSON, NO_QUERY, JSON)


@pytest.fixture(scope="module")
def apart(bundle):
    made = BatchProcess(bundle, threads=2)
    yield made
    made.shutdown()


def test_it_judges_bit_by_bit_as_this_process_does(apart, bundle):
    assert apart.judge(inference.rank, ask(BODY)) == inference.rank(bundle, ask(BODY))


def test_bodies_and_answers_go_by_files_and_not_through_the_pipe(apart, monkeypatch):
    through = []
    scored = apart._judged

    def watched(work, asked, folder):
        written = scored(work, asked, folder)
        through.extend([asked.content, written.content])
        return written

    monkeypatch.setattr(apart, "_judged", watched)
    answer = apart.judge(inference.rank, ask(BODY)).content

    assert b"planet 49" in answer
    assert through == [b"", b""]


def test_a_model_that_does_not_score_there_as_it_should_is_said_and_not_served(bundle):
    wrong = [msgspec.structs.replace(golden, score=0.123) for golden in bundle.manifest.golden]
    manifest = msgspec.structs.replace(bundle.manifest, golden=wrong)
    made = BatchProcess(replace(bundle, manifest=manifest), threads=2)

    for _ in range(2):
        with pytest.raises(BundleError, match="golden planets score differently"):
            made.judge(inference.rank, ask(BODY))

    made.shutdown()


def test_what_it_refuses_is_refused_here(apart):
    with pytest.raises(InvalidJSON):
        apart.judge(inference.rank, ask(b"no JSON"))


def test_of_what_goes_to_and_fro_nothing_is_left(apart, tmp_path, monkeypatch):
    monkeypatch.setenv(SHARED, str(tmp_path))

    apart.judge(inference.rank, ask(BODY))
    with pytest.raises(InvalidJSON):
        apart.judge(inference.rank, ask(b"no JSON"))

    assert [each.name for each in tmp_path.iterdir()] == ["slot_0.lock"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs a thread's priority")
def test_it_gives_way_to_this_process_with_each_thread_that_works(apart):
    apart.judge(inference.rank, ask(BODY))

    (pid,) = apart.started()._processes
    threads = [int(each.name) for each in Path(f"/proc/{pid}/task").iterdir()]
    priorities = [os.getpriority(os.PRIO_PROCESS, each) for each in threads]
    lower = [each for each in priorities if each > os.getpriority(os.PRIO_PROCESS, 0)]

    # Itself, two that score, one that waits for its parent's end; libraries have some that idle.
    assert len(lower) == 4


def stop_itself(bundle, asked):
    os.kill(os.getpid(), signal.SIGSTOP)


def sleep(bundle, asked):
    time.sleep(float(asked.content))
    return InferenceResult(b"", JSON, UsageCounts(0, {}, {}, {}, 0))


def die(bundle, asked):
    os._exit(1)


def run_out_of_space(bundle, asked):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(scope="module")
def started_once(stub):
    made = BatchProcess(stub, threads=1)
    yield made
    made.shutdown()


@pytest.fixture
def brief(started_once):
    """A process that has started, and whose requests may take three seconds."""
    started_once._seconds = SOON
    started_once.judge(sleep, ask(b"0"))
    started_once._seconds = 3
    return started_once


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot stop a process")
def test_a_process_that_takes_too_long_is_ended_even_if_it_is_stopped(brief):
    (pid,) = brief.started()._processes
    began = time.monotonic()

    with pytest.raises(TookTooLong):
        brief.judge(stop_itself, ask(b""))

    assert time.monotonic() - began >= 2.9
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_request_that_waited_has_its_own_time(brief):
    with ThreadPoolExecutor() as pool:
        first = pool.submit(brief.judge, sleep, ask(b"2"))
        time.sleep(0.1)
        second = pool.submit(brief.judge, sleep, ask(b"2"))

        assert first.result().content == second.result().content == b""


def test_a_request_that_waits_as_long_as_one_may_take_is_not_begun(brief):
    brief._one_at_a_time.acquire()
    try:
        with pytest.raises(WaitedTooLong):
            brief.judge(sleep, ask(b"0"))
    finally:
        brief._one_at_a_time.release()


def test_a_request_of_which_the_process_dies_twice_leaves_the_next_one_a_new_process(brief):
    brief._seconds = SOON
    with pytest.raises(WorkerDied):
        brief.judge(die, ask(b""))

    assert brief.judge(sleep, ask(b"0")).content == b""


def test_a_process_that_finds_no_space_says_so_here(brief):
    with pytest.raises(OSError, match="No space"):
        brief.judge(run_out_of_space, ask(b""))

    assert brief.judge(sleep, ask(b"0")).content == b""
