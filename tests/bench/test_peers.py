"""Peers answer what the service answers; otherwise their speed would mean nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.bodies import listed, planets, tabled
from bench.client import post
from bench.contestants import MORE, SERVICE, USUAL, Contestant, serve
from bench.verification import Truth
from exohabit.inputs.readers import CSV
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

BAD_TABLE = b"name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\nb,1,1,1,99999,G\n"


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
        if peer.table_path:
            ranked = post(running.server.port, peer.table_path, tabled(truth.bodies), CSV).content
            truth.check_ranking(ranked, NUMBER)
            bad = running.server.post(peer.table_path, BAD_TABLE, Content_Type=CSV)
            assert bad.status in (400, 422)
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
