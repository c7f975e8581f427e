"""Of many planets with odd values, only the first get messages with the values."""

from __future__ import annotations

import json

from exohabit.science.domain_warnings import PlanetWarning
from exohabit.science.short_warnings import MAX_EXPLAINED, SHORT, shorten_many
from tests.bad_requests import EARTH

ODD = {**EARTH, "pl_eqt": 15, "pl_rade": 0.1, "pl_bmasse": 300}


def test_after_a_thousand_planets_with_odd_values_the_messages_are_short(client):
    count = MAX_EXPLAINED + 2
    body = json.dumps([EARTH] + [ODD] * count)

    predictions = client.post("/predict", data=body, content_type="application/json").json

    found = [each["warnings"] for each in predictions["predictions"]]
    assert found[0] == []
    assert len({(each["code"], each["column"]) for many in found for each in many}) == 2
    assert min(len(each["message"]) for each in found[count - 2]) > 100
    assert {each["message"] for each in found[count - 1]} == {
        "pl_eqt may be in another unit",
        "pl_rade contradicts other values",
    }
    assert found[count] == found[count - 1]


def test_warnings_without_values_stay_as_they_are_and_are_not_counted():
    star = PlanetWarning("giant", "st_spectype", "a giant")
    limit = PlanetWarning("limit", "pl_rade", "pl_radelim is 1: an upper limit")
    others = {i: [star] for i in range(MAX_EXPLAINED)}
    first = {i: [limit] for i in range(MAX_EXPLAINED, 2 * MAX_EXPLAINED)}
    last = 2 * MAX_EXPLAINED

    shortened = shorten_many({last: [star, limit]} | others | first)

    short = PlanetWarning("limit", "pl_rade", "pl_rade is only a limit")
    assert shortened == {last: [star, short]} | others | first


def test_a_short_message_is_shorter_than_any_with_values():
    assert max(map(len, SHORT.values())) < 30
