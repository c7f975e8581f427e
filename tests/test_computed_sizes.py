"""A size that was computed from the other one is not used, on every route and in every format."""

from __future__ import annotations

import pytest

from tests.formats import LISTS, ONE, Format

pytestmark = pytest.mark.usefixtures("every_way")

KNOWN = {"pl_orbper": 250.0, "pl_eqt": 230.0, "st_spectype": "K5 V"}
BY_RADIUS = {**KNOWN, "pl_rade": 2.3, "pl_bmasse": None}
BY_MASS = {**KNOWN, "pl_rade": None, "pl_bmasse": 8.5}
COMPUTED = {
    "pl_bmasse": ({**BY_RADIUS, "pl_bmasse": 5.9, "pl_bmassprov": "M-R relationship"}, BY_RADIUS),
    "pl_rade": (
        {**BY_MASS, "pl_rade": 2.87, "pl_bmassprov": "Msini", "pl_radeerr1": None},
        BY_MASS,
    ),
}
each_column = pytest.mark.parametrize("column", COMPUTED)


def planets(answer) -> list[dict]:
    """Return the planets of an answer, without what tells their place in it."""
    found = answer.json.get("predictions") or answer.json.get("ranked_planets") or [answer.json]
    return [{k: each[k] for k in ("score", "prediction", "warnings")} for each in found]


@each_column
@pytest.mark.parametrize("path", ["/predict", "/rank"])
@pytest.mark.parametrize("format_", LISTS, ids=lambda format_: format_.name)
def test_a_list_is_scored_as_if_the_computed_size_had_not_been_sent(
    client, format_: Format, path, column
):
    sent, alone = COMPUTED[column]

    (found,), (expected,) = (planets(format_.send(client, path, [each])) for each in (sent, alone))

    assert found["score"] == expected["score"]
    assert [(each["code"], each["column"]) for each in found["warnings"]] == [("computed", column)]
    assert expected["warnings"] == []


@each_column
@pytest.mark.parametrize("format_", ONE, ids=lambda format_: format_.name)
def test_one_planet_is_scored_as_if_the_computed_size_had_not_been_sent(
    client, format_: Format, column
):
    sent, alone = COMPUTED[column]

    answer, expected = (format_.send(client, "/predict", [each]) for each in (sent, alone))

    assert answer.json["score"] == expected.json["score"]
    (warning,) = answer.json["warnings"]
    assert (warning["code"], warning["column"]) == ("computed", column)
    assert "adds nothing; not used" in warning["message"]
    assert ("input" in answer.json) == (format_.method == "GET")
    assert answer.json.get("input", {}).get(column) is None


@each_column
@pytest.mark.parametrize("parameter", ["explain", "uncertainty", "context"])
def test_extras_do_not_use_it_either(client, column, parameter):
    sent, alone = COMPUTED[column]

    found, expected = (
        client.post(f"/predict?{parameter}=true", json=each).json for each in (sent, alone)
    )

    assert found["score"] == expected["score"]
    if parameter == "context":
        assert found["context"] == expected["context"]
    if parameter == "explain":
        assert found["explanation"]["sentence"] == expected["explanation"]["sentence"]
        assert found["explanation"]["inputs"][column] == "derived"


@pytest.mark.parametrize(
    "more",
    [{}, {"pl_bmassprov": "Mass"}, {"pl_radeerr1": 0.1}, {"pl_bmassprov": None}, {"hostname": "x"}],
)
def test_measured_sizes_are_used(client, more):
    planet = {**BY_MASS, "pl_rade": 2.87}

    plain, with_more = (client.post("/predict", json=each).json for each in (planet, planet | more))

    assert with_more == plain
    assert plain["warnings"] == []


def test_only_the_marked_planets_of_a_list_lose_a_size(client):
    sent = [COMPUTED["pl_bmasse"][0], BY_RADIUS | {"pl_bmasse": 5.9}, COMPUTED["pl_rade"][0]]

    found = planets(client.post("/predict", json=sent))

    columns = [[each["column"] for each in planet["warnings"]] for planet in found]
    assert columns == [["pl_bmasse"], [], ["pl_rade"]]
