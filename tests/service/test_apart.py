"""Apart: another process judges as this one does, and knows no more than it needs."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import judging
from judging import Asked
from manifest import BundleError
from messages.parameters import ASKS_NOTHING
from messages.problems import InvalidJSON
from messages.readers import JSON
from service.apart import Apart
from service.config import SHARED

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
BODY = json.dumps([{**EARTH, "name": f"planet {i}", "pl_eqt": 200 + i} for i in range(50)]).encode()


def ask(body: bytes) -> Asked:
    return Asked(body, JSON, ASKS_NOTHING, JSON)


@pytest.fixture(scope="module")
def apart(bundle):
    made = Apart(bundle, threads=2)
    yield made
    made.shutdown()


def test_it_judges_bit_by_bit_as_this_process_does(apart, bundle):
    assert apart.judge(judging.rank, ask(BODY)) == judging.rank(bundle, ask(BODY))


def test_bodies_and_answers_go_by_files_and_not_through_the_pipe(apart, monkeypatch):
    through = []
    judged = apart._judged

    def watched(work, asked, folder):
        written = judged(work, asked, folder)
        through.extend([asked.content, written.content])
        return written

    monkeypatch.setattr(apart, "_judged", watched)
    answer = apart.judge(judging.rank, ask(BODY)).content

    assert b"planet 49" in answer
    assert through == [b"", b""]


def test_a_model_that_does_not_score_there_as_it_should_is_said_and_not_served(bundle):
    wrong = [msgspec.structs.replace(golden, score=0.123) for golden in bundle.manifest.golden]
    manifest = msgspec.structs.replace(bundle.manifest, golden=wrong)
    made = Apart(replace(bundle, manifest=manifest), threads=2)

    for _ in range(2):
        with pytest.raises(BundleError, match="golden planets score differently"):
            made.judge(judging.rank, ask(BODY))

    made.shutdown()


def test_what_it_refuses_is_refused_here(apart):
    with pytest.raises(InvalidJSON):
        apart.judge(judging.rank, ask(b"no JSON"))


def test_of_what_goes_to_and_fro_nothing_is_left(apart, tmp_path, monkeypatch):
    monkeypatch.setenv(SHARED, str(tmp_path))

    apart.judge(judging.rank, ask(BODY))
    with pytest.raises(InvalidJSON):
        apart.judge(judging.rank, ask(b"no JSON"))

    assert [each.name for each in tmp_path.iterdir()] == ["slot_0.lock"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs a thread's priority")
def test_it_gives_way_to_this_process_with_each_thread_that_works(apart):
    apart.judge(judging.rank, ask(BODY))

    (pid,) = apart.started()._processes
    threads = [int(each.name) for each in Path(f"/proc/{pid}/task").iterdir()]
    priorities = [os.getpriority(os.PRIO_PROCESS, each) for each in threads]
    lower = [each for each in priorities if each > os.getpriority(os.PRIO_PROCESS, 0)]

    # Itself, two that score, one that waits for its parent's end; libraries have some that idle.
    assert len(lower) == 4
