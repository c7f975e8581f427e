"""Commands of the operator; each is started as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_check_says_which_model_holds(bundle):
    done = run("-m", "flask", "check")

    assert (done.returncode, done.stdout) == (0, f"Model {bundle.version} holds.\n")


def test_check_says_in_one_line_what_is_wrong_and_what_to_do(tmp_path):
    done = run("-m", "flask", "check", EXOHABIT_MODEL_ROOT=str(tmp_path))

    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "manifest.json" in line
    assert "make train" in line


@pytest.mark.parametrize("command", [["config"], ["routes"], ["--help"]])
def test_a_command_that_needs_no_model_works_without_one(tmp_path, command):
    done = run("-m", "flask", *command, EXOHABIT_MODEL_ROOT=str(tmp_path))

    assert done.returncode == 0
    assert done.stdout


def test_config_prints_what_is_in_force():
    assert (
        "EXOHABIT_MAX_BODY_MIB=7" in run("-m", "flask", "config", EXOHABIT_MAX_BODY_MIB="7").stdout
    )


@pytest.mark.parametrize("command", [["app.py"], ["-m", "flask", "run"]])
@pytest.mark.parametrize("environ", [{"EXOHABIT_MODEL_ROOT": "nowhere"}, {"EXOHABIT_NONE": "1"}])
def test_a_server_that_cannot_serve_does_not_start_and_says_why_in_one_line(command, environ):
    done = run(*command, **environ)

    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("ExoHabit does not start.")
