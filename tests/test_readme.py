"""The README and docs/ say what is true: their examples are run, their tables compared."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import fmean

import pytest

from bench.report import spread
from bench.results import Record
from bench.servers import Server
from bench.targets import TARGETS, Target
from exohabit.science.columns import COLUMNS
from exohabit.service.errors import ERROR_KINDS
from exohabit.service.settings import table
from tests.archive_data import CATALOG, needs_archive
from tests.conftest import ROOT
from training.comparison_tables import docs_rows, readme_rows
from training.figures import GAP, LARGEST_STEP, MEDIAN_STEP, labelled_precision
from training.findings import Findings
from training.previous_evaluation import PREVIOUS, read_previous
from training.test_sets import KOI

SERVICE = "http://127.0.0.1:5000"
MOST_LINES = 200
PATHS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in PATHS}
README = TEXTS["README.md"]
LINKING = [*PATHS, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md"))]
LINKING.append(ROOT / "deploy" / "windows.md")

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


def found(pattern: str) -> list[tuple[str, ...]]:
    """Return what a pattern finds, in all texts."""
    return [groups for text in TEXTS.values() for groups in re.findall(pattern, text)]


EXCHANGES = found(r"```console\n\$ (curl .+)\n((?:.+\n)+)```")
ADDRESSES = found(r"```text\nhttp://127\.0\.0\.1:5000(.+)\n```\n\n```json\n(.+)\n```")
SCRIPTS = [
    (language, code, printed)
    for language in ("python", "javascript")
    for code, printed in found(rf"```{language}\n([^`]+)```\n\n```text\n([^`]+)```")
]
INTERPRETERS = {"python": (sys.executable, "py"), "javascript": ("node", "mjs")}


def run(command: str, server: Server) -> str:
    """Run a line of bash that asks the service, and return what it prints."""
    here = command.replace(SERVICE, server.url).replace("curl", "curl -s", 1)
    done = subprocess.run(
        ["bash", "-c", here], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


# Examples


def test_the_readme_shows_six_requests_with_their_answers():
    requests = re.split(r"^\*\*", README.partition("## Six requests")[2], flags=re.MULTILINE)

    told = {each.partition(".")[0] for each in requests[1:]}
    assert told == {"curl", "Table", "PowerShell", "Browser", "Python", "fetch"}
    assert (len(EXCHANGES), len(ADDRESSES), len(SCRIPTS)) == (12, 2, 2)


def test_every_example_that_shows_an_answer_is_run():
    blocks = "\n".join(TEXTS.values())

    assert len(EXCHANGES) == blocks.count("```console")
    assert len(ADDRESSES) == blocks.count("```json")
    assert len(SCRIPTS) == blocks.count("```python") + blocks.count("```javascript")


@needs_curl
@pytest.mark.parametrize(("command", "answer"), EXCHANGES)
def test_a_request_gets_the_answer_that_is_shown(server, command, answer):
    assert run(command, server).removesuffix("\n") == answer.removesuffix("\n")


@pytest.mark.parametrize(("address", "answer"), ADDRESSES)
def test_an_address_gets_the_answer_that_is_shown(server, address, answer):
    assert server.get(address).body.decode() == answer


@pytest.mark.parametrize(("language", "code", "printed"), SCRIPTS)
def test_a_script_prints_what_is_shown(server, tmp_path, language, code, printed):
    program, suffix = INTERPRETERS[language]
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    script = tmp_path / f"script.{suffix}"
    script.write_text(code.replace(SERVICE, server.url), encoding="utf-8")

    done = subprocess.run([program, script], capture_output=True, text=True, check=True)

    assert done.stdout == printed


def test_the_answer_in_powershell_is_the_one_of_the_first_request():
    score, version = re.search(
        r'"score":([\d.]+).*"model_version":"([^"]+)"', EXCHANGES[0][1]
    ).groups()

    assert f"score         : {score}\n" in README
    assert f"model_version : {version}\n" in README


@needs_archive
@needs_curl
def test_the_archives_table_is_ranked_by_the_line_of_the_docs(server):
    (command,) = re.findall(r"^curl --data-binary @PSCompPars.csv .+$", TEXTS["api.md"], re.M)

    printed = run(command.replace("PSCompPars.csv", str(CATALOG)), server)

    assert len(json.loads(printed)["ranked_planets"]) == 20


def test_the_docs_name_every_example():
    for path in (ROOT / "examples").iterdir():
        assert f"`examples/{path.name}`" in TEXTS["api.md"]


# Tables that say what the code says


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_the_readme_has_a_row_for_every_column(column):
    (row,) = re.findall(
        rf"^\| `{column.name}`( \(required, may be null\))? \| (.+) \|$", README, re.M
    )
    limits = [f"{bound:g}" for bound in column.range] if column.range else []

    assert bool(row[0]) == column.required
    assert row[1].split(" | ")[:2] == [column.meaning, column.unit]
    assert row[1].split(" | ")[2:] == limits or not limits


def test_the_docs_have_every_way_to_fail_as_the_service_has_it():
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.+) \|$", TEXTS["errors.md"], re.M)

    assert rows == [(str(each.status), each.code, each.when) for each in ERROR_KINDS]


def test_the_docs_say_of_every_error_whether_to_try_again():
    section = TEXTS["api.md"].partition("## Whether to try again")[2].partition("\n## ")[0]
    told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]+)\|", section, re.M)))
    proxy = re.findall(r'"(\w+)","message"', (ROOT / "deploy" / "nginx.conf").read_text("utf-8"))

    assert sorted(told) == sorted({*(each.code for each in ERROR_KINDS), *proxy})
    for each in ERROR_KINDS:
        (row,) = [line for line in section.splitlines() if f"`{each.code}`" in line]
        assert str(each.status) in row


def test_the_docs_have_the_table_of_settings():
    assert f"\n\n{table()}\n\n" in TEXTS["operations.md"], "flask config --markdown prints it"


def test_the_docs_name_every_route(client):
    routes = [rule for rule in client.application.url_map.iter_rules() if not rule.arguments]

    shown = set(re.findall(r"`((?:GET|POST) [^`?]+)[?`]", TEXTS["api.md"]))
    assert shown >= {
        f"{method} {rule.rule}" for rule in routes for method in rule.methods & {"GET", "POST"}
    }


# Tables of what was measured


FINDINGS = json.loads((ROOT / "models" / "evaluation.json").read_text(encoding="utf-8"))
VIEWS = ("five columns", "with the optional columns")
MODEL = "the model"


def average_precision(view: str, rule: str) -> str:
    ranked = FINDINGS["views"][view]["rankings"][rule]
    return f"{ranked['average_precision']:.3f} [{ranked['low']:.2f}-{ranked['high']:.2f}]"


@pytest.mark.parametrize("rule", FINDINGS["views"]["five columns"]["rankings"])
def test_the_docs_say_of_each_ranking_what_was_measured(rule):
    named = "ExoHabit, the model served" if rule == MODEL else rule
    (row,) = re.findall(
        rf"^\| \**{re.escape(named)}\** \| (.+) \| (.+) \|$", TEXTS["model.md"], re.M
    )

    assert [cell.replace("*", "") for cell in row] == [
        average_precision(view, rule) for view in VIEWS
    ]


def test_the_readme_compares_the_model_with_the_best_simple_rule():
    rows = re.findall(
        r"average precision (0\.\d{3}) \| the best simple rule has (0\.\d{3}) \|", README
    )
    rankings = [FINDINGS["views"][view]["rankings"] for view in VIEWS]

    assert rows == [
        (f"{model:.3f}", f"{max(rules):.3f}")
        for model, *rules in (
            [ranked[rule]["average_precision"] for rule in (MODEL, *(ranked.keys() - {MODEL}))]
            for ranked in rankings
        )
    ]


def test_the_readme_compares_the_model_with_an_astronomers_fallbacks():
    rows = readme_rows(Findings.read(ROOT / "models" / "evaluation.json"))

    assert rows in README


def test_the_docs_compare_the_model_with_the_one_before_and_with_rules():
    findings = Findings.read(ROOT / "models" / "evaluation.json")
    previous = read_previous(ROOT / PREVIOUS)

    text = TEXTS["model.md"].replace("\n", " ")
    assert docs_rows(findings, previous) in TEXTS["model.md"]
    assert f"largest steps is {findings.figures[MEDIAN_STEP]:.2f}, and" in text
    assert f"the largest of all {findings.figures[LARGEST_STEP]:.2f}." in text
    assert f"too high by {findings.figures[f'{GAP}, {KOI}']:.2f}," in text


def test_the_docs_say_how_well_other_seeds_and_calibration_came_out(bundle):
    text = TEXTS["model.md"].replace("\n", " ")
    (five, every) = re.search(r"differ by seed alone \| (\S+) \| (\S+) \|", text).groups()
    error = f"mean error {{}}{bundle.manifest.metrics['calibration_error']:.3f}"

    means = [fmean(FINDINGS["seeds"][labelled_precision(view)]) for view in VIEWS]
    assert [float(five), float(every)] == pytest.approx(means, abs=6e-4)
    assert error.format("is ") + " over" in text
    assert error.format("") + " |" in README
    assert f"Under this prior, {FINDINGS['prior']:.1%}".replace("%", " %") in text


@pytest.fixture(scope="module")
def solar_system(client) -> dict[str, float]:
    """The scores of the planets of the Solar System, and of an Earth told by another T_eq."""
    known = json.loads((ROOT / "examples" / "known_planets.json").read_bytes())["planets"]
    planets = [each for each in known if "Planetary Fact Sheet" in each["source"]]
    (earth,) = (each for each in planets if each["name"] == "Earth")
    planets.append(earth | {"name": "warm", "pl_eqt": 288})
    answer = client.post("/predict", json=planets).json
    return {each["name"]: each["score"] for each in answer["predictions"]}


def test_the_readme_says_what_the_planets_of_the_solar_system_score(solar_system):
    (barren,) = re.findall(r"^\| (.+) \| below 0\.001 \|", README, re.M)
    rows = re.findall(r"^\| (\w+) \| (0\.\d\d) \|", README, re.M)
    (warm,) = re.findall(r"(0\.\d\d) with its surface temperature", README)

    assert {name for name, _ in rows} | set(barren.split(", ")) == solar_system.keys() - {"warm"}
    assert all(solar_system[name] < 0.001 for name in barren.split(", "))
    assert rows == [(name, f"{solar_system[name]:.2f}") for name, _ in rows]
    assert warm == f"{solar_system['warm']:.2f}"
    assert f"Venus scores {solar_system['Venus']:.2f}," in TEXTS["model.md"]


@needs_archive
def test_the_docs_say_how_the_archive_is_ranked(client):
    answer = client.post("/rank", data=CATALOG.read_bytes(), content_type="text/csv").json

    ranked, unscored = answer["ranked_planets"], len(answer["unscored"])
    text = TEXTS["model.md"].replace("\n", " ")
    shown = re.findall(r"\| (\d+) \| ([^|]+) \| (0\.\d{4}) (?=\|)", text)
    assert f"{len(ranked):,} have a score, and for {unscored:,} too little is known" in text
    assert sorted((int(place), name, score) for place, name, score in shown) == [
        (place, each["name"], f"{each['score']:.4f}") for place, each in enumerate(ranked[:20], 1)
    ]


RECORD = Record.read()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.what)
def test_the_docs_say_what_the_last_benchmark_measured(target: Target):
    reached = target.reached(RECORD.results)
    assert reached is not None
    aims = [target.verdict(wanted, reached) for wanted in (target.least, target.beyond)]

    cells = [target.what, spread(reached, target.unit), *(aim.partition(":")[0] for aim in aims)]
    assert f"\n| {' | '.join(cells)} |\n" in TEXTS["performance.md"]


def test_the_docs_say_how_the_last_benchmark_was_made():
    made = RECORD.made

    told = f"Rounds: {made['rounds']}, by `{made['command']}`, {made['date']}, on "
    assert told + f"{made['machine']}; {made['busy']}." in TEXTS["performance.md"]


# The documents themselves


def test_a_newcomer_can_read_the_readme_in_one_go():
    assert len(README.splitlines()) <= MOST_LINES


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("path", LINKING, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))

    for file, _, anchor in (each.partition("#") for each in links if "://" not in each):
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), file
        assert not anchor or anchor in anchors(target), f"{file}#{anchor}"


@pytest.mark.parametrize("name", [path.name for path in PATHS[1:]])
def test_the_readme_leads_to_every_page_of_the_docs(name):
    assert f"(docs/{name})" in README


def test_make_help_lists_every_target_in_a_line_of_its_own():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.M)[1].split()) - {"explain-adopt"}

    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    listed = dict(re.findall(r"^make ([a-z-]+) +(\S.*)$", done.stdout, re.M))
    assert targets <= listed.keys()
    assert len(listed) == len(done.stdout.splitlines())
