"""JSON cases: text that is not JSON is refused wherever it is, and no other text is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app import create_app
from exohabit.inputs import decoding
from exohabit.service.settings import Settings
from tests.bad_requests import EARTH
from tests.live.clients import Client
from tests.live.services import running
from tests.live.sizes import LONG, report
from tests.survive.json_cases import ACCEPT, CASES, EITHER, REFUSE, Case

Ask = Callable[[str, bytes, str], tuple[int, Any]]
"""Send a body of a media type to a path; return the status and the answer."""

PLANET = json.dumps(EARTH).encode()
JSON, NDJSON = "application/json", "application/x-ndjson"
MANY = [PLANET] * 1600
"""Enough planets, before and after, for a large request."""


def inside(text: bytes) -> bytes:
    """Return the Earth with a text as the value of an unknown key."""
    return PLANET[:-1] + b', "x": ' + text + b"}"


def lists_of(*planets: bytes) -> bytes:
    return b"[" + b",".join(planets) + b"]"


def embedded(case: Case) -> Iterator[tuple[str, str, bytes]]:
    """Yield the places of a text in an otherwise valid request: a name, a path and a body."""
    planet = inside(case.text)
    yield "in a planet", "/predict", planet
    yield "in a planet of a list", "/predict", lists_of(PLANET, planet)
    yield "in a planet of a ranking", "/rank", b'{"planets": %b}' % lists_of(planet, PLANET)
    yield (
        "beside the planets",
        "/rank",
        b'{"planets": %b, "x": %b}'
        % (
            lists_of(PLANET),
            case.text,
        ),
    )


def long_list(case: Case) -> tuple[str, str, bytes]:
    body = lists_of(*MANY, inside(case.text), *MANY)
    assert len(body) > 2**18
    return "in a long list", "/rank?top=1", body


def check(case: Case, where: str, result: tuple[int, Any]) -> None:
    """Check the answer to a request that is valid except for the text of a case."""
    status, answer = result
    context = (case.name, where, status, answer.get("code"))
    assert status in (200, 400), context
    assert case.verdict != ACCEPT or status == 200, context
    assert case.verdict != REFUSE or answer.get("code") == "invalid_json", context
    assert case.verdict != EITHER or answer.get("code") in (None, "invalid_json"), context


def check_whole(case: Case, path: str, result: tuple[int, Any]) -> None:
    """Check the answer to a text alone: it is never a planet, so only the reason can differ."""
    status, answer = result
    context = (case.name, path, status, answer.get("code"))
    assert status == 400, context
    assert (answer["code"] == "invalid_json") == (case.verdict == REFUSE) or (
        case.verdict == EITHER
    ), context


def check_number(case: Case, result: tuple[int, Any]) -> None:
    status, answer = result
    codes = {ACCEPT: (None, "invalid_input"), REFUSE: ("invalid_json",)}
    either = (*codes[ACCEPT], *codes[REFUSE])
    assert answer.get("code") in codes.get(case.verdict, either), (case.name, status, answer)


def check_line(case: Case, result: tuple[int, Any]) -> None:
    status, answer = result
    context = (case.name, status, answer)
    problems = [(each["code"], each.get("line")) for each in answer.get("problems", [])]
    if case.verdict == ACCEPT:
        assert status == 200, context
    elif case.verdict == REFUSE:
        assert problems in ([("invalid_json", 2)], [("invalid_json", None)]), context
    else:
        assert status in (200, 400), context


def check_everywhere(case: Case, ask: Ask) -> None:
    """Check a case in all places except the long list."""
    for path in ("/predict", "/rank"):
        check_whole(case, path, ask(path, case.text, JSON))
    if case.only_whole:
        return
    for where, path, body in embedded(case):
        check(case, where, ask(path, body, JSON))
    if case.is_number:
        body = PLANET.replace(b"288", case.text)
        check_number(case, ask("/predict", body, JSON))
    if b"\n" not in case.text and b"\r" not in case.text:
        lines = b"\n".join([PLANET, inside(case.text), PLANET])
        check_line(case, ask("/rank", lines, NDJSON))


@pytest.fixture(scope="module")
def ask(bundle) -> Ask:
    """Send requests to an app in this process, without a batch process."""
    client = create_app(Settings(large_kib=0, log="off"), bundle).test_client()

    def post(path: str, body: bytes, media_type: str) -> tuple[int, Any]:
        answer = client.post(path, data=body, content_type=media_type)
        return answer.status_code, answer.json

    return post


def test_the_table_has_many_cases_and_no_duplicates():
    verdicts = Counter(case.verdict for case in CASES)
    report(f"{verdicts}")

    assert len({case.name for case in CASES}) == len(CASES)
    assert verdicts[REFUSE] >= 150
    assert verdicts[ACCEPT] >= 80
    assert verdicts[EITHER] >= 20


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: case.name.encode("unicode_escape").decode()
)
def test_a_case_is_refused_or_accepted_wherever_it_is(ask, case):
    check_everywhere(case, ask)


def test_a_case_is_refused_or_accepted_over_a_socket_and_in_the_batch_process(
    tmp_path,
):
    with running(tmp_path, workers=1) as service, Client(service.port) as client:

        def post(path: str, body: bytes, media_type: str) -> tuple[int, Any]:
            answer = client.post(path, body, {"Content-Type": media_type})
            return answer.status, answer.json

        for case in CASES if LONG else CASES[::5]:
            check_everywhere(case, post)
        for case in CASES if LONG else CASES[::20]:
            if not case.only_whole:
                where, path, body = long_list(case)
                check(case, where, post(path, body, JSON))
        assert len(service.batch_processes()) == 1
        assert client.post("/predict", EARTH).status == 200


EXTENSIONS = {"number NaN", "number -Infinity", "bytes eda080 in a text"}
"""Cases that are not JSON, and that the standard library accepts."""


class Lenient:
    """A decoder like the standard library's."""

    def decode(self, body: bytes) -> Any:
        return json.loads(body)


def test_a_lenient_decoder_is_noticed(ask, monkeypatch):
    monkeypatch.setattr(decoding, "_DECODER", Lenient())
    noticed = []
    for case in CASES:
        if case.name not in EXTENSIONS and not LONG:
            continue
        if case.verdict != REFUSE or len(case.text) > 1000:
            continue
        try:
            check_everywhere(case, ask)
        except AssertionError:
            noticed.append(case.name)
    report(f"a lenient decoder is noticed by {len(noticed)} cases: {noticed}")

    assert set(noticed) >= EXTENSIONS
