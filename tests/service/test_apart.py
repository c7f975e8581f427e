"""Apart: another process judges as this one does, and knows no more than it needs."""

from __future__ import annotations

import json

import pytest

import judging
from judging import Asked
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
    made.started().shutdown()


def test_it_judges_bit_by_bit_as_this_process_does(apart, bundle):
    assert apart.judge(judging.rank, ask(BODY)) == judging.rank(bundle, ask(BODY))


def test_what_it_refuses_is_refused_here(apart):
    with pytest.raises(InvalidJSON):
        apart.judge(judging.rank, ask(b"no JSON"))


def test_of_what_goes_to_and_fro_nothing_is_left(apart, tmp_path, monkeypatch):
    monkeypatch.setenv(SHARED, str(tmp_path))

    apart.judge(judging.rank, ask(BODY))
    with pytest.raises(InvalidJSON):
        apart.judge(judging.rank, ask(b"no JSON"))

    assert not [*tmp_path.iterdir()]
