"""How a service starts, or says why it does not."""

from __future__ import annotations

import json
import subprocess

import pytest

from manifest import MANIFEST, MODEL
from tests.live.services import SERVER, environment
from tests.running import ROOT, START_SECONDS, free_port, needs_make_run


def another_version(manifest):
    manifest["versions"]["xgboost"] = "1.0"


def another_score(manifest):
    manifest["golden"][0]["score"] = 0.5


def another_file(manifest):
    manifest["files"][str(MODEL)] = "0" * 64


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("change", [another_version, another_score, another_file])
def test_a_model_that_does_not_hold_ends_the_start_with_one_line(bundle_copy, change, workers):
    needs_make_run()
    manifest = json.loads((bundle_copy / MANIFEST).read_bytes())
    change(manifest)
    (bundle_copy / MANIFEST).write_text(json.dumps(manifest))

    done = subprocess.run(
        SERVER,
        cwd=ROOT,
        env=environment({"workers": workers, "port": free_port(), "model_root": bundle_copy}),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )

    why = [line for line in done.stderr.splitlines() if "ExoHabit does not start" in line]
    assert done.returncode == 1
    assert len(why) == 1
    assert "Restore the files" in why[0] or "install the pinned requirements" in why[0]
