"""Partition task: a process with another model or other libraries than its job scores nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from exohabit.bulk.errors import WorkerError
from exohabit.bulk.processes import score_here
from tests.bulk.small_parts import run_small


def score_other_job(source, target, **changes):
    """Run a job whose model and writer are described differently."""

    def execute(job, partitions):
        changed = {name: replace(getattr(job, name), **what) for name, what in changes.items()}
        return score_here(replace(job, **changed), partitions)

    run_small(source, target, execute)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"writer": {"numpy": "1.0"}}, r"other libraries than the run: numpy \S+ instead of 1\.0"),
        ({"model": {"version": "1900-01-01"}}, r"this process has model \S+, the run 1900-01-01"),
        ({"model": {"sha256": "0" * 64}}, "this process cannot use the model of the run"),
    ],
)
def test_a_process_that_differs_from_its_job_writes_no_part(tmp_path, source, changes, said):
    with pytest.raises(WorkerError, match=said):
        score_other_job(source, tmp_path / "out.csv", **changes)

    assert not [*tmp_path.rglob("part-*")]
    assert not (tmp_path / "out.csv").exists()
