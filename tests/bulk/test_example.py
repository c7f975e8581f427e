"""The example of files in bulk runs as its reader would run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.bulk.running import read
from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_the_example_writes_what_it_says(tmp_path):
    command = tmp_path / "bin" / "exohabit"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m exohabit "$@"\n')
    command.chmod(0o755)
    paths = os.pathsep.join([str(command.parent), os.environ["PATH"]])
    environ = {
        **os.environ,
        "PATH": paths,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    }

    done = subprocess.run(
        ["sh", ROOT / "examples" / "bulk.sh", tmp_path],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "potentially habitable" in done.stdout
    assert "failed, as it should" in done.stdout
    assert "wrong_type" in done.stdout
    best = read(tmp_path / "best.parquet")
    assert len(best) == 3
    assert best[0]["score"] >= best[2]["score"]
    assert best[0]["pl_rade"]
    assert len(read(tmp_path / "scores.csv")) == len(read(tmp_path / "scores.ndjson"))
