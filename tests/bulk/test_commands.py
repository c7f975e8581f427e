"""Commands: combinations of options that cannot work are refused before anything is read."""

from __future__ import annotations

import pytest

from tests.bulk.running import score


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-", "out.csv", "--resume"], "--resume needs files"),
        (["in.csv", "-", "--resume"], "--resume needs files"),
        (["in.csv", "-", "--cluster", "tcp://127.0.0.1:8786"], "--cluster needs a file as OUT"),
        (["in.csv", "out.tsv"], "tables are written with commas, so end its name in .csv"),
    ],
)
def test_options_that_cannot_work_together_are_refused(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    done = score(*arguments, content=b"")

    assert done.exit_code == 1
    assert said in done.output
    assert not [*tmp_path.iterdir()]


def test_a_cluster_is_asked_for_by_its_address(source, tmp_path):
    pytest.importorskip("distributed")

    done = score(source, tmp_path / "out.csv", "--cluster", "not an address")

    assert done.exit_code == 1
    assert "not an address is not the address of a Dask scheduler" in done.output
