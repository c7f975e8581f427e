"""The README says what is true: its requests are sent, its answers compared word for word."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from science.columns import COLUMNS
from service.errors import FAILURES
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

    assert rows == [(str(each.status), each.code, each.when) for each in FAILURES]


@needs_archive
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_archives_table_is_ranked_by_the_line_of_the_readme(server):
    (command,) = re.findall(r"^curl --data-binary @PSCompPars.csv .+$", README, re.M)
    here = command.replace("http://127.0.0.1:5000", server.url).replace(
        "PSCompPars.csv", str(CATALOG)
    )

    done = subprocess.run(["bash", "-c", here], capture_output=True, text=True, check=True)

    assert len(json.loads(done.stdout)["ranked_planets"]) == 20


def test_the_readme_names_every_example():
    for path in (ROOT / "examples").iterdir():
        assert f"examples/{path.name}" in README


@pytest.mark.parametrize(
    "rule", ["/model", "/docs", "/openapi.json", "/health", "/predict", "/rank"]
)
def test_the_readme_names_every_endpoint(rule):
    assert re.search(rf"`(GET|POST) {rule}[?`]", README)
