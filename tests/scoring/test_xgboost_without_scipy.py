"""XGBoost without SciPy: the serving environment does not have it, and the answers are the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.servers import SERVE
from tests.conftest import ROOT
from tests.running import needs_make_run

PLANET = {
    **{"pl_rade": 1.1, "pl_radeerr1": 0.1, "pl_radeerr2": -0.1, "pl_bmasse": None},
    **{"pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"},
}
PROGRAM = """
import json, sys
from app import create_app
from exohabit.scoring.bundle import Bundle
from exohabit.service.settings import Settings

bundle = Bundle.load()
clients = [
    create_app(Settings(log="off"), each).test_client()
    for each in (bundle, bundle.for_many(threads=2))
]
for planets in json.load(sys.stdin):
    for client in clients:
        print(client.post("/predict?explain=true&uncertainty=true&context=true", json=planets).text)
print(sorted(name for name in sys.modules if name.partition(".")[0] == "scipy"))
"""


def run_in(python: Path | str, planets: object) -> list[str]:
    return subprocess.run(
        [python, "-c", PROGRAM],
        cwd=ROOT,
        input=json.dumps(planets),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


@pytest.mark.slow
def test_answers_without_scipy_are_those_with_it():
    needs_make_run()
    one_and_many = [PLANET, [PLANET] * 30]

    *answers, modules = run_in(SERVE / "bin" / "python", one_and_many)
    *expected, _ = run_in(sys.executable, one_and_many)

    assert modules == "['scipy', 'scipy.sparse', 'scipy.special']"
    assert answers == expected
    assert [json.loads(answer)["status"] for answer in answers] == ["success"] * 4
