"""Every bad request is answered with its problems and their places, and does no harm."""

from __future__ import annotations

import pytest

from tests.bad_requests import BAD_REQUESTS, EARTH, Bad

pytestmark = pytest.mark.usefixtures("every_way")


def places(problems):
    return tuple(problem.get("pointer", problem.get("parameter")) for problem in problems)


def test_the_table_has_at_least_fifty_different_requests():
    assert len({bad.why for bad in BAD_REQUESTS}) == len(BAD_REQUESTS) >= 50


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=lambda bad: bad.why)
def test_a_bad_request_gets_an_error_that_says_what_is_wrong(client, bad: Bad):
    answer = client.open(bad.path, method=bad.method, data=bad.content, headers=bad.headers)

    assert (answer.status_code, answer.json["code"]) == (bad.status, bad.code)
    assert answer.mimetype == "application/json"
    assert answer.json["status"] == "error"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    if bad.places:
        assert places(answer.json["problems"]) == bad.places
        assert answer.json["problem_count"] == len(bad.places)
    assert bad.says in answer.json["message"] + str(answer.json.get("problems"))
    assert client.post("/predict", json=EARTH).status_code == 200
