"""Metrics and stats: over all workers they equal what clients counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from exohabit.outputs.usage_counts import TENTHS
from exohabit.science.columns import COLUMNS
from exohabit.science.domain_warnings import OUTSIDE_DOMAIN
from exohabit.service.api_keys import new_key
from tests.bad_requests import EARTH
from tests.live.clients import Request, send_all
from tests.live.services import running
from tests.live.sizes import report, size

pytestmark = pytest.mark.slow


class Case(NamedTuple):
    """A request, the route that counts it, and its planets."""

    request: Request
    route: str
    planets: tuple[dict, ...] = ()


def cases(number: int, key: dict[str, str]) -> Iterator[Case]:
    """Return requests of every kind, with different planets each."""
    for i in range(number):
        hot = {**EARTH, "pl_eqt": 300 + i % 1500, "name": f"planet {i}"}
        bare = {**EARTH, "pl_rade": 0.5 + i % 20, "pl_bmasse": None, "st_spectype": None}
        unknown = {**EARTH, "pl_rade": None, "pl_bmasse": None, "name": "of no size"}
        far = {**EARTH, "pl_insol": 1.0, "pl_orbper": 90_000, "st_spectype": "WD"}
        some = (hot, bare, unknown, far, EARTH)[: 1 + i % 5]
        many = some * (1 + i % 7)
        wrong = {"X-API-Key": f"wrong-{i}"}
        kinds = (
            Case(Request("POST", "/predict", hot, key), "/predict", (hot,)),
            Case(Request("POST", "/predict", far, key), "/predict", (far,)),
            Case(Request("POST", "/predict", EARTH, key), "/predict", (EARTH,)),
            Case(Request("POST", "/predict", {"planets": some}, key), "/predict", some),
            Case(Request("POST", "/rank", {"planets": many}, key), "/rank", many),
            Case(Request("POST", "/predict", {"pl_rade": -i}, key), "/predict"),
            Case(Request("POST", "/predict", unknown, key), "/predict"),
            Case(Request("GET", f"/nothing/{i}", None, key), "unmatched"),
            Case(Request("POST", "/rank", {"planets": many}), "/rank"),
            Case(Request("GET", "/model", None, wrong), "/model"),
            Case(Request("GET", "/rank", None, key), "/rank"),
        )
        yield kinds[i % len(kinds)]
    large = tuple({**EARTH, "name": f"planet {i}"} for i in range(5_000))
    for _ in range(4):
        yield Case(Request("POST", "/rank", {"planets": large}, key), "/rank", large)


def answers_of(answer) -> list[dict]:
    """Return the answer about each planet."""
    content = answer.json
    if "ranked_planets" in content:
        unscored = [{**each, "score": None} for each in content["unscored"]]
        return [*content["ranked_planets"], *unscored]
    return content.get("predictions", [content])


def counted_by_clients(answered):
    """Count requests, planets by outcome, missing columns, scores, planets outside the domain."""
    requests, planets, missing, tenths, outside = Counter(), Counter(), Counter(), Counter(), 0
    for case, answer in answered:
        code = "" if answer.status == 200 else answer.json["code"]
        requests[case.request.method, case.route, str(answer.status), code] += 1
        if code:
            continue
        answered_planets = answers_of(answer)
        assert len(answered_planets) == len(case.planets)
        for each in answered_planets:
            outside += any(w["code"] in OUTSIDE_DOMAIN for w in each["warnings"])
            if each["score"] is None:
                planets["unscored"] += 1
                continue
            planets["habitable" if each["prediction"] else "not_habitable"] += 1
            tenths[TENTHS[min(int(np.float32(each["score"]) * 10), 9)]] += 1
        for planet in case.planets:
            missing.update(c.name for c in COLUMNS if planet.get(c.name) is None)
    return requests, planets, missing, tenths, outside


def test_metrics_and_stats_are_what_clients_counted_over_all_workers(tmp_path):
    file = tmp_path / "keys.json"
    key = {"X-API-Key": new_key(file, "counting")}
    with running(tmp_path / "service", workers=4, keys_file=file) as service:
        sent = list(cases(size(1_000, 10_000), key))
        before, worked_before = service.metrics(**key), service.requests_by_worker()
        by_request = {id(case.request): case for case in sent}
        answered = send_all([service.port], [case.request for case in sent])
        after, worked = service.metrics(**key), service.requests_by_worker() - worked_before
        stats = service.get("/stats", **key).json

    def counted(name: str, *labels: str) -> Counter:
        return after.by(name, *labels) - before.by(name, *labels)

    requests, planets, missing, tenths, outside = counted_by_clients(
        (by_request[id(request)], answer) for request, answer in answered
    )
    requests["GET", "/metrics", "200", ""] += 1  # the one that read the counts before
    report(
        f"{len(answered)} requests of {len(requests)} kinds, {planets.total()} planets: {worked}"
    )

    statuses = {status for _, _, status, _ in requests}
    # A large request may find no free slot at its worker; its 503 is counted like any answer.
    assert statuses - {"503"} == {"200", "400", "401", "404", "405"}
    assert set(planets) == {"habitable", "not_habitable", "unscored"}
    assert len(tenths) > 2
    assert outside
    assert len(worked) == 4
    labels = ("method", "route", "status", "code")
    assert counted("exohabit_requests_total", *labels) == requests
    by_route = Counter(
        {route: sum(n for k, n in requests.items() if k[1] == route) for _, route, *_ in requests}
    )
    assert counted("exohabit_request_seconds_count", "route") == by_route
    assert counted("exohabit_planets_total", "outcome") == planets
    assert counted("exohabit_missing_total", "column") == missing
    assert counted("exohabit_scores_total", "tenth") == tenths
    both = [m.total("exohabit_outside_domain_total") for m in (before, after)]
    assert both[1] - both[0] == outside

    # Before, only /ready was requested. So /stats has the same counts, and one request more.
    total = after.by("exohabit_requests_total", "route") + Counter({"/metrics": 1})
    assert stats["requests"] == total.total()
    assert stats["by_route"] == {
        f"{method} {route}": number
        for (method, route), number in (
            after.by("exohabit_requests_total", "method", "route")
            + Counter({("GET", "/metrics"): 1})
        ).items()
    }
    assert stats["refused"] == {
        code: n for code, n in after.by("exohabit_requests_total", "code").items() if code
    }
    assert stats["planets"] == planets.total()
    assert stats["judged"] == planets["habitable"] + planets["not_habitable"]
    assert stats["habitable"] == planets["habitable"]
    assert stats["unscored"] == planets["unscored"]
    assert stats["missing_share"] == {c.name: missing[c.name] / planets.total() for c in COLUMNS}, (
        json.dumps(stats)
    )
