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

planets = json.load(sys.stdin)
bundle = Bundle.load()
for each in (bundle, bundle.for_many(threads=2)):
    client = create_app(Settings(log="off"), each).test_client()
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


@pytest.mark.parametrize("planets", [PLANET, [PLANET] * 30], ids=["one", "many"])
def test_answers_without_scipy_are_those_with_it(planets):
    needs_make_run()

    *answers, modules = run_in(SERVE / "bin" / "python", planets)

    assert modules == "['scipy', 'scipy.sparse', 'scipy.special']"
    assert answers == run_in(sys.executable, planets)[:2]
    assert json.loads(answers[0])["status"] == "success"
