"""The README says what is true: its requests are sent, its answers compared word for word."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from statistics import fmean

import pytest

from exohabit.science.columns import COLUMNS
from exohabit.service.errors import ERROR_KINDS
from tests.archive_data import CATALOG, needs_archive
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXCHANGES = re.findall(r"```console\n\$ (curl .+)\n(.+)\n```", README)


def test_the_readme_shows_requests_with_answers():
    assert len(EXCHANGES) >= 5


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(("command", "answer"), EXCHANGES)
def test_a_request_of_the_readme_gets_the_answer_of_the_readme(server, command, answer):
    here = command.replace("http://127.0.0.1:5000", server.url).replace("curl", "curl -s", 1)

    done = subprocess.run(
        ["bash", "-c", here], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == answer


def test_the_answer_in_powershell_is_the_one_of_the_first_request():
    score, version = re.search(
        r'"score":([\d.]+).*"model_version":"([^"]+)"', EXCHANGES[0][1]
    ).groups()

    assert f"score         : {score}\n" in README
    assert f"model_version : {version}\n" in README


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_the_readme_has_a_row_for_every_column(column):
    (row,) = re.findall(
        rf"^\| `{column.name}`( \(required, may be null\))? \| (.+) \|$", README, re.M
    )
    limits = [f"{bound:g}" for bound in column.range] if column.range else []

    assert bool(row[0]) == column.required
    assert row[1].split(" | ")[:2] == [column.meaning, column.unit]
    assert row[1].split(" | ")[2:] == limits or not limits


def test_the_readme_names_every_way_to_fail_as_the_service_has_it():
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.+) \|$", README, re.M)

    assert rows == [(str(each.status), each.code, each.when) for each in ERROR_KINDS]


@needs_archive
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_archives_table_is_ranked_by_the_line_of_the_readme(server):
    (command,) = re.findall(r"^curl --data-binary @PSCompPars.csv .+$", README, re.M)
    here = command.replace("http://127.0.0.1:5000", server.url).replace(
        "PSCompPars.csv", str(CATALOG)
    )

    done = subprocess.run(["bash", "-c", here], capture_output=True, text=True, check=True)

    assert len(json.loads(done.stdout)["ranked_planets"]) == 20


FINDINGS = json.loads((ROOT / "models" / "evaluation.json").read_text(encoding="utf-8"))


def reached(view: str, rule: str) -> str:
    found = FINDINGS["views"][view]["rankings"][rule]
    return f"{found['average_precision']:.3f} [{found['low']:.2f}-{found['high']:.2f}]"


@pytest.mark.parametrize("rule", FINDINGS["views"]["five columns"]["rankings"])
def test_the_readme_says_of_each_ranking_what_was_measured(rule):
    named = "ExoHabit, the model served" if rule == "the model" else rule
    ((five, every),) = re.findall(
        rf"^\| \**{re.escape(named)}\** \| (.+) \| (.+) \|$", README, re.M
    )

    assert five.replace("*", "") == reached("five columns", rule)
    assert every.replace("*", "") == reached("with the optional columns", rule)


def test_the_readme_says_how_well_other_seeds_and_calibration_came_out(bundle):
    (five, every) = re.search(r"differ by seed alone \| (\S+) \| (\S+) \|", README).groups()

    means = [fmean(values) for values in FINDINGS["seeds"].values()]
    assert [float(five), float(every)] == pytest.approx(means, abs=6e-4)
    assert f"mean error is {bundle.manifest.metrics['calibration_error']:.3f} over" in README
    assert f"under it {FINDINGS['prior']:.1%}".replace("%", " %") in README


def test_the_readme_says_what_venus_scores(client):
    planets = json.loads((ROOT / "examples" / "known_planets.json").read_bytes())["planets"]
    venus = next(planet for planet in planets if planet["name"] == "Venus")

    score = client.post("/predict", json=venus).json["score"]
    assert f"Venus scores {score:.2f}," in README


@needs_archive
def test_the_first_twenty_of_the_archive_are_those_of_the_readme(client):
    ranked = client.post("/rank?top=20", data=CATALOG.read_bytes(), content_type="text/csv").json

    repr_short = re.findall(r"\| (\d+) \| ([^|]+) \| (0\.\d{4}) (?=\|)", README)
    assert sorted((int(place), name, score) for place, name, score in repr_short) == [
        (place, each["name"], f"{each['score']:.4f}")
        for place, each in enumerate(ranked["ranked_planets"], 1)
    ]


def test_the_readme_names_every_example():
    for path in (ROOT / "examples").iterdir():
        assert f"examples/{path.name}" in README


@pytest.mark.parametrize(
    "rule", ["/model", "/docs", "/openapi.json", "/health", "/predict", "/rank"]
)
def test_the_readme_names_every_endpoint(rule):
    assert re.search(rf"`(GET|POST) {rule}[?`]", README)
