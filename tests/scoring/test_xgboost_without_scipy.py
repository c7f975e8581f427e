"""Without SciPy: where the service is served it is not there, and the answers are the same."""

from __future__ import annotations

import json
import subprocess

import pytest

import inference
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS
from exohabit.inputs.readers import JSON
from inference import InferenceRequest
from tests.conftest import ROOT
from tests.running import SERVE, needs_make_run

PLANET = {
    **{"pl_rade": 1.1, "pl_radeerr1": 0.1, "pl_radeerr2": -0.1, "pl_bmasse": None},
    **{"pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"},
}
ASKED = [(name, "true") for name in ("explain", "uncertainty", "context")]
THERE = """
import json, sys
from importlib.util import find_spec
from pathlib import Path
import judging
from judging import Asked
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS
from scoring import Bundle

planets, pairs = json.load(sys.stdin)
bundle = Bundle.load(Path())
for many in (bundle, bundle.for_many(threads=2)):
    asked = Asked(json.dumps(planets).encode(), "application/json", read_query(pairs, EXTRAS_PARAMETERS),
                  "application/json")
    print(inference.predict(many, asked).content.decode())
print(sorted(name for name in sys.modules if name.partition(".")[0] == "scipy"))
"""


@pytest.mark.parametrize("planets", [PLANET, [PLANET] * 30], ids=["one", "many"])
def test_it_is_not_loaded_where_it_is_not_installed_and_answers_stay_the_same(bundle, planets):
    needs_make_run()
    query = read_query(ASKED, EXTRAS_PARAMETERS)

    said = subprocess.run(
        [SERVE / "bin" / "python", "-c", THERE],
        cwd=ROOT,
        input=json.dumps([planets, ASKED]),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    here = inference.predict(
        bundle, InferenceRequest(json.dumps(planets).encode(), JSON, query, JSON)
    )
    assert said[:2] == [here.content.decode()] * 2
    assert said[2] == "['scipy', 'scipy.sparse', 'scipy.special']"
