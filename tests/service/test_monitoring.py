"""Request ids and health."""

from __future__ import annotations

import re

import pytest


@pytest.mark.parametrize("given", ["a", "A-b_c.9", "x" * 64])
def test_a_well_formed_request_id_comes_back(stub_client, given):
    answer = stub_client.get("/health", headers={"X-Request-ID": given})

    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "ä", "a;b", "<script>", "a,b"])
def test_any_other_request_id_is_replaced(stub_client, given):
    answer = stub_client.get("/health", headers={"X-Request-ID": given})

    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_every_request_has_an_id_of_its_own(stub_client):
    ids = {stub_client.get("/health").headers["X-Request-ID"] for _ in range(5)}

    assert len(ids) == 5


def test_an_error_repeats_its_request_id(stub_client):
    answer = stub_client.get("/nowhere", headers={"X-Request-ID": "mine"})

    assert (answer.headers["X-Request-ID"], answer.json["request_id"]) == ("mine", "mine")


def test_health_says_alive_and_with_which_model_and_columns(client, bundle):
    answer = client.get("/health").json

    assert answer["status"] == "success"
    assert answer["health"] == "alive"
    assert answer["model_version"] == bundle.version
    assert answer["columns"][:5] == ["pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"]
