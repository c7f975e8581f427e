"""Metrics and statistics: they agree with what clients sent. The stub scores radius / 10."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client import parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics

from app import create_app
from exohabit.outputs.usage_counts import OUTCOMES, TENTHS
from exohabit.science.columns import COLUMNS
from exohabit.service.api_keys import new_key
from exohabit.service.errors import ERROR_KINDS
from exohabit.service.settings import SHARED
from tests.bad_requests import EARTH
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")

PLANETS = [
    {**EARTH, "pl_rade": 2.5},
    {**EARTH, "pl_rade": 5.5},
    {**EARTH, "pl_rade": 9.5, "st_spectype": None},
    {**EARTH, "pl_rade": 9.6, "pl_bmasse": None, "pl_insol": 1.2},
    {**EARTH, "pl_rade": None, "pl_bmasse": None},
    {**EARTH, "pl_eqt": None, "pl_orbper": None},
]
ELSEWHERE = {"environ_base": {"REMOTE_ADDR": "10.9.9.9"}}
"""Another client, which exceeds its rate limit; this client can still read the metrics."""
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


@pytest.fixture
def client(stub):
    return create_app(
        new_settings(log="off", rate_limit="30/hour", large_kib=0), stub
    ).test_client()


class Samples:
    """The samples of /metrics, by name and labels."""

    def __init__(self, client) -> None:
        text = client.get("/metrics").text
        self.samples = [
            sample
            for family in parser.text_string_to_metric_families(text)
            for sample in family.samples
        ]

    def by(self, name: str, *labels: str) -> dict:
        """Sum up by the values of labels; leave out zeros."""
        sums = Counter()
        for sample in self.samples:
            if sample.name == name:
                sums[tuple(sample.labels[label] for label in labels)] += sample.value
        return {key: value for key, value in sums.items() if value}

    def of(self, name: str) -> float:
        return self.by(name).get((), 0)


def send_everything(client) -> list:
    """Send requests of every kind; return them with their answers."""
    ways = [
        *[("POST", "/predict", {"json": PLANETS[0]})] * 3,
        ("POST", "/predict", {"json": PLANETS}),
        ("POST", "/rank", {"json": {"planets": PLANETS[1:]}}),
        ("POST", "/rank?top=1&fields=score", {"json": PLANETS[:3]}),
        ("POST", "/rank", {"data": "pl_rade\n3\n", "content_type": "text/csv"}),
        ("GET", "/predict", {"query_string": EARTH}),
        ("POST", "/predict", {"json": PLANETS[4]}),
        ("POST", "/predict", {"json": {**EARTH, "pl_rade": -1}}),
        ("POST", "/predict", {"data": "{"}),
        ("POST", "/predict", {"data": "x", "content_type": "text/html"}),
        ("POST", "/rank", {"json": [PLANETS[4]] * 3000, **ELSEWHERE}),
        ("GET", "/model", ELSEWHERE),
        ("GET", "/rank", {}),
        ("GET", "/model", {}),
        ("HEAD", "/model", {}),
        ("GET", "/docs/docs.js", {}),
        ("OPTIONS", "/rank", {}),
        ("GET", "/nothing", {}),
        ("BREW", "/coffee", {}),
        ("GET", "/health", {}),
    ]
    return [(ask, client.open(ask[1], method=ask[0], **ask[2])) for ask in ways]


def route_of(path: str) -> str:
    named = {"/docs/docs.js": "/docs/<name>", "/nothing": "unmatched", "/coffee": "unmatched"}
    return named.get(path, path.partition("?")[0])


def test_every_request_is_counted_once_by_method_route_status_and_code(client):
    answers = send_everything(client)

    counted = Samples(client).by("exohabit_requests_total", "method", "route", "status", "code")
    expected = Counter(
        (
            ask[0] if ask[0] != "BREW" else "other",
            route_of(ask[1]),
            str(answer.status_code),
            answer.json["code"] if answer.status_code >= 400 else "",
        )
        for ask, answer in answers
    )
    assert counted == expected
    assert {status for _, _, status, _ in counted} == {"200", "400", "404", "405", "415", "429"}


def test_planets_are_counted_when_they_are_answered(client):
    send_everything(client)

    found_metrics = Samples(client)
    assert found_metrics.by("exohabit_planets_total", "outcome") == {
        ("habitable",): 3 + 3 + 2,
        ("not_habitable",): 3 + 1 + 1 + 1,
        ("unscored",): 2 + 2 + 3000,
    }
    assert found_metrics.by("exohabit_scores_total", "tenth") == {
        ("0.1-0.2",): 1 + 0,
        ("0.2-0.3",): 3 + 1 + 1,
        ("0.5-0.6",): 3,
        ("0.9-1.0",): 3 + 2,
    }


def test_missing_values_are_counted_by_column_for_lists_and_single_planets(client):
    singles = [PLANETS[0], PLANETS[0], PLANETS[2]]
    client.post("/predict", json=PLANETS)
    for planet in singles:
        client.post("/predict", json=planet)

    planets = [*PLANETS, *singles]
    known = Counter(name for planet in planets for name in planet if planet[name] is not None)
    missing = {column.name: len(planets) - known[column.name] for column in COLUMNS}
    found_metrics = Samples(client)
    assert found_metrics.by("exohabit_missing_total", "column") == {
        (name,): number for name, number in missing.items() if number
    }
    assert not [each for each in found_metrics.samples if "together" in each.name]
    assert client.get("/stats").json["missing_share"] == {
        name: number / len(planets) for name, number in missing.items()
    }


def test_planets_outside_the_domain_are_those_with_a_warning_about_it(client):
    strange = {**EARTH, "pl_orbper": 1e5, "pl_rade": 50}
    misspelt = {**EARTH, "pl_isnol": 1}
    planets = [EARTH, strange, misspelt, strange]

    warned = [
        {warning["code"] for warning in each["warnings"]}
        for each in client.post("/predict", json=planets).json["predictions"]
    ]

    assert [bool(codes) for codes in warned] == [False, True, True, True]
    assert Samples(client).of("exohabit_outside_domain_total") == 2


def test_durations_are_counted_by_route(client):
    answers = send_everything(client)

    found_metrics = Samples(client)
    counted = found_metrics.by("exohabit_request_seconds_count", "route")
    assert counted == Counter((route_of(path),) for (_, path, _), _ in answers)
    buckets = found_metrics.by("exohabit_request_seconds_bucket", "route", "le")
    assert all(buckets[route, "+Inf"] == number for (route,), number in counted.items())
    assert found_metrics.of("exohabit_request_seconds_sum") > 0


def test_the_version_of_the_model_is_a_label(client):
    assert Samples(client).by("exohabit_model", "version") == {("stub",): 1}


def test_a_gauge_tells_whether_the_keys_file_can_be_read(stub, tmp_path):
    file = tmp_path / "keys.json"
    key = {"X-API-Key": new_key(file, "team")}
    client = create_app(new_settings(log="off", keys_file=file), stub).test_client()

    def readable() -> list[str]:
        lines = client.get("/metrics", headers=key).text.splitlines()
        return [line for line in lines if line.startswith("exohabit_keys_file_readable")]

    assert readable() == ["exohabit_keys_file_readable 1.0"]
    content = file.read_bytes()
    file.unlink()
    assert readable() == ["exohabit_keys_file_readable 0.0"]
    file.write_bytes(content[:-5])
    assert readable() == ["exohabit_keys_file_readable 0.0"]
    file.write_bytes(content)
    assert readable() == ["exohabit_keys_file_readable 1.0"]


def test_without_keys_there_is_no_gauge_of_their_file(client):
    assert "keys_file" not in client.get("/metrics").text


def test_before_the_first_request_every_count_of_planets_is_0(client):
    found_metrics = Samples(client)

    expected = {
        "planets": ("outcome", OUTCOMES),
        "scores": ("tenth", TENTHS),
        "missing": ("column", tuple(column.name for column in COLUMNS)),
    }
    for name, (label, values) in expected.items():
        found = {
            each.labels[label]: each.value
            for each in found_metrics.samples
            if each.name == f"exohabit_{name}_total"
        }
        assert found == dict.fromkeys(values, 0)


def test_stats_agree_with_metrics_and_with_the_requests(client):
    answers = send_everything(client)
    stats = client.get("/stats").json

    found_metrics = Samples(client)
    requests = found_metrics.by("exohabit_requests_total", "method", "route")
    outcomes = found_metrics.by("exohabit_planets_total", "outcome")
    assert stats["requests"] == len(answers)
    assert stats["by_route"] | {"GET /stats": 1} == {
        " ".join(labels): number for labels, number in requests.items()
    }
    assert stats["by_status"] == Counter(str(answer.status_code) for _, answer in answers)
    assert stats["refused"] == Counter(
        answer.json["code"] for _, answer in answers if answer.status_code >= 400
    )
    assert set(stats["refused"]) <= {kind.code for kind in ERROR_KINDS}
    assert stats["planets"] == sum(outcomes.values())
    assert stats["habitable"] == outcomes["habitable",]
    assert stats["unscored"] == outcomes["unscored",]
    assert stats["judged"] == stats["planets"] - stats["unscored"]
    assert stats["outside_domain"] == found_metrics.of("exohabit_outside_domain_total")
    assert stats["model_version"] == "stub"


def test_stats_before_the_first_request_are_0_and_shares_are_null(client):
    stats = client.get("/stats").json

    assert stats["requests"] == stats["planets"] == stats["judged"] == stats["habitable"] == 0
    assert stats["by_route"] == stats["by_status"] == stats["refused"] == {}
    assert stats["missing_share"] == dict.fromkeys(column.name for column in COLUMNS)


def test_unknown_paths_and_methods_create_no_new_series(stub):
    client = create_app(new_settings(log="off"), stub).test_client()

    def series_after(numbers: range) -> set:
        for number in numbers:
            client.get(f"/nothing/{number}")
            client.get(f"/docs/{number}")
            client.get(f"/health?x={number}")
            client.open(f"/{number}", method=f"BREW{number}")
            client.post("/predict", json=EARTH, headers={"X-Request-ID": f"id-{number}"})
        return {(each.name, *each.labels.items()) for each in Samples(client).samples}

    series_after(range(1))
    first = series_after(range(1))

    assert series_after(range(50)) == first


def test_counts_are_exact_with_many_concurrent_requests(stub):
    app = create_app(new_settings(log="off"), stub)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: app.test_client().post("/predict", json=PLANETS), range(200)))

    stats = app.test_client().get("/stats").json
    assert (stats["requests"], stats["planets"]) == (200, 200 * len(PLANETS))


def test_metrics_are_sent_in_the_accepted_format(client):
    send_everything(client)

    plain = client.get("/metrics")
    openmetrics = client.get("/metrics", headers={"Accept": OPENMETRICS})

    assert plain.content_type.startswith("text/plain; version=")
    assert openmetrics.content_type.startswith("application/openmetrics-text; version=")
    assert openmetrics.text.endswith("# EOF\n")
    in_plain = {each.name for each in parser.text_string_to_metric_families(plain.text)}
    in_openmetrics = {each.name for each in read_openmetrics(openmetrics.text)}
    assert "exohabit_requests" in in_plain & in_openmetrics


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "text/html",
        "application/openmetrics-text; version=x",
        "application/openmetrics-text; version=1.0.0; escaping=x",
        "application/openmetrics-text; version",
        "text/plain; version=9.9.9; escaping=allow-utf-8",
        "text/plain; version=1.0.0;",
        ";;;,,,===",
        "é",
    ],
)
def test_metrics_are_sent_whatever_is_accepted(client, accept):
    answer = client.get("/metrics", headers={"Accept": accept})

    assert answer.status_code == 200
    assert 'exohabit_model{version="stub"} 1.0\n' in answer.text


def test_without_the_shared_folder_a_worker_reports_its_own_counts(
    client, monkeypatch, caplog, tmp_path
):
    client.post("/predict", json=EARTH)
    monkeypatch.setenv(SHARED, str(tmp_path / "gone"))

    metrics, stats = Samples(client).by("exohabit_requests_total"), client.get("/stats")

    assert metrics == {(): 1}
    assert stats.json["by_route"] == {"POST /predict": 1, "GET /metrics": 1}
    ours = [each.getMessage() for each in caplog.records if "shared folder" in each.getMessage()]
    assert ours == ["the shared folder cannot be read: /metrics has the counts of one worker"]
