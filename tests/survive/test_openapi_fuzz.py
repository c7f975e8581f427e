"""The API description: schemathesis sends requests made from it and checks the answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

from bench.servers import ROOT
from tests.live.services import running
from tests.live.sizes import LONG, report, size

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("schemathesis") is None, reason="needs requirements-dev.txt"),
]

# A request of the described types can be refused for its meaning: the planet's size is unknown, or
# a text is not a table. schemathesis_hooks.py has a check that allows only that.
# Words for a missing value in a query may be in any case, which the described list does not say.
EXCLUDED = "positive_data_acceptance,negative_data_rejection"


def test_requests_made_from_the_description_are_answered_as_it_says(tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", "--checks=all", "--no-color"]
    command += [f"--exclude-checks={EXCLUDED}", f"--max-examples={size(50, 1000)}"]
    if not LONG:  # not every combination of values, and the same requests every time
        command += ["--phases=examples,fuzzing", "--seed=1"]
    environ = os.environ | {
        "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.survive.schemathesis_hooks",
    }
    began = time.monotonic()
    with running(tmp_path / "service", workers=2) as service:
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{service.port}/openapi.json"],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    generated = re.search(r"(\d+) generated", done.stdout)
    report(f"{generated and generated[1]} requests in {time.monotonic() - began:.0f} s")

    assert done.returncode == 0, done.stdout + done.stderr
    assert generated
    assert int(generated[1]) > size(200, 10_000)
