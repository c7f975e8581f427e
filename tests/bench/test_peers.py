"""Peers answer what the service answers; otherwise their speed would mean nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.bodies import listed, planets
from bench.client import post
from bench.contestants import MORE, SERVICE, USUAL, Contestant, serve
from bench.verification import Truth
from tests.conftest import ROOT

NUMBER = 300
PEERS = [each for each in USUAL if each is not SERVICE]
# The peers of `make bench-all` are tested only if they are installed.
PRESENT = [*PEERS, *(each for each in MORE if each.is_there)]
BAD = (
    b'{"pl_rade": "1", "pl_bmasse": 1, "pl_orbper": 1, "pl_eqt": 288, "st_spectype": "G"}',
    b'{"pl_rade": 1, "pl_bmasse": true, "pl_orbper": 1, "pl_eqt": 288, "st_spectype": "G"}',
    b'{"pl_rade": 1, "pl_bmasse": 1, "pl_orbper": 1, "pl_eqt": 99999, "st_spectype": "G"}',
    b'{"pl_rade": 1, "pl_bmasse": 1, "pl_orbper": 1, "pl_eqt": 288, "st_spectype": "?"}',
    b'{"pl_rade": 1, "pl_bmasse": 1, "pl_orbper": 1, "pl_eqt": 288}',
    b'{"pl_rade": null, "pl_bmasse": null, "pl_orbper": 1, "pl_eqt": 288, "st_spectype": "G"}',
)


@pytest.fixture(scope="module")
def truth(bundle) -> Truth:
    return Truth(list(planets(NUMBER)), bundle)


@pytest.mark.slow
@pytest.mark.parametrize("peer", PRESENT, ids=lambda peer: peer.name)
def test_a_peer_answers_as_the_service_does_and_refuses_what_it_refuses(peer, truth):
    needs(peer)
    with serve(peer, truth.is_known_to) as running:
        truth.check(running.server, range(0, NUMBER, 3))
        truth.check_ranking(
            post(running.server.port, "/rank", listed(truth.bodies)).content, NUMBER
        )
        refused = [
            running.server.post("/predict", body, Content_Type="application/json").status
            for body in BAD
        ]

    assert set(refused) <= {400, 422}


def needs(peer: Contestant) -> None:
    if not peer.is_there:
        pytest.skip(f"needs the environment of {peer.name}: run `make peers`")


def pinned(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(), re.M))


@pytest.mark.parametrize("peer", [*PEERS, *MORE], ids=lambda peer: peer.name)
def test_a_peer_has_the_versions_of_the_service(peer):
    theirs = pinned(ROOT / "bench" / "peers" / f"{peer.name}.txt")
    ours = pinned(ROOT / "requirements.txt") | pinned(ROOT / "requirements-serve.txt")

    assert {"numpy", "xgboost-cpu", "scikit-learn"} <= theirs.keys()
    assert {name: ours.get(name, version) for name, version in theirs.items()} == theirs
