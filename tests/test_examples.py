"""The examples: the tests run each as its reader would, against a running service."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from typing import Any, NamedTuple

import pytest

from bench.servers import free_port
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"
NOT_RUN = "The project's tests do not run this script"


class Run(NamedTuple):
    """The program that runs an example, and the programs and Python packages that it needs."""

    program: str
    programs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    argument: str = ""
    """Its argument; by default the service's address."""


SHELL = shutil.which("dash") or "sh"
"""The strictest shell there is: dash knows nothing of bash's own."""
TABLE: dict[str, Run | str] = {
    "bulk.sh": "run by tests/bulk/test_example.py",
    "csv_to_rank.py": Run(sys.executable, argument="planets.csv"),
    "curl.sh": Run(SHELL, ("curl", "gzip")),
    "fetch_browser.html": "run in a browser by tests/browser/test_origins.py",
    "fetch_node.mjs": Run("node"),
    "httpie.sh": Run(SHELL, ("http",)),
    "known_planets.json": "data",
    "own_model.py": "run by tests/custom_model/test_commands.py",
    "phone.py": Run(sys.executable),
    "planets.csv": "data",
    "powershell-5.1.ps1": NOT_RUN,
    "powershell-7.ps1": NOT_RUN,
    "predict.json": "data",
    "rank.json": "data",
    "score_ten.py": Run(sys.executable),
    "with_generated_client.py": "run by tests/test_generated_clients.py",
    "with_pandas.py": Run(sys.executable, packages=("pandas", "requests")),
    "with_requests.py": Run(sys.executable, packages=("requests",)),
}
"""Every file of examples/: how it is run, or why it is not."""

CALLERS = [name for name, how in TABLE.items() if isinstance(how, Run) and not how.argument]
UNTESTED = [name for name, how in TABLE.items() if how == NOT_RUN]

G2 = {"pl_rade": 1.1, "pl_bmasse": None, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G2 V"}
WRONG = {**G2, "pl_rade": -1, "pl_eqt": "hot", "st_spectype": "G"}
"""The planets that the scripts send."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run an example from another folder, without the settings of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("elsewhere")
    settings = {"disable_update_warnings": True}  # or HTTPie may look for a newer version
    (folder / "config.json").write_text(json.dumps(settings))
    environ = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environ |= {"HTTPIE_CONFIG_DIR": str(folder), "PYTHONWARNINGS": "error"}

    def run(name: str, address: str, **variables: str) -> subprocess.CompletedProcess[str]:
        how = TABLE[name]
        skip_without(how)
        return subprocess.run(
            [how.program, EXAMPLES / name, EXAMPLES / how.argument if how.argument else address],
            check=False,
            cwd=folder,
            env=environ | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )

    return run


@pytest.fixture(scope="module")
def printed(run, server):
    """Return what an example prints when the service answers; each runs once."""

    @cache
    def printed(name: str) -> str:
        done = run(name, server.url)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return printed


def skip_without(how: Run) -> None:
    for program in (how.program, *how.programs):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
    for package in how.packages:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"needs {package}")


def sections(output: str) -> list[str]:
    """Split what a shell script printed at its titles, `# …`."""
    return [part.partition("\n")[2].strip() for part in ("\n" + output.strip()).split("\n# ")[1:]]


def planets_of(name: str) -> list[dict[str, Any]]:
    return json.loads((EXAMPLES / name).read_bytes())["planets"]


def scores_of_table(server) -> dict[str, float | None]:
    """Return the scores of planets.csv by name, in the order of the ranking."""
    body = (EXAMPLES / "planets.csv").read_bytes()
    answer = server.post("/rank", body, Content_Type="text/csv").json
    return {p["name"]: p.get("score") for p in [*answer["ranked_planets"], *answer["unscored"]]}


def as_scores(table: str) -> dict[str, float | None]:
    rows = csv.DictReader(io.StringIO(table))
    return {row["name"]: float(row["score"]) if row["score"] else None for row in rows}


def as_pandas_writes(score: float | None) -> str:
    return "NaN" if score is None else f"{score:.6f}"


def messages_of(server, planet: dict[str, Any]) -> list[str]:
    messages = [problem["message"] for problem in server.post("/predict", planet).json["problems"]]
    assert len(messages) == 2
    return messages


def test_the_table_has_every_file():
    files = {path.name for path in EXAMPLES.iterdir() if path.is_file()}

    assert set(TABLE) == files


@pytest.mark.parametrize("name", UNTESTED)
def test_an_example_that_no_test_runs_says_so_at_its_head(name):
    head = (EXAMPLES / name).read_text(encoding="utf-8").partition("\nparam(")[0]

    assert NOT_RUN in head


def test_the_script_for_powershell_5_1_is_plain_ascii():
    assert (EXAMPLES / "powershell-5.1.ps1").read_bytes().isascii()


@pytest.mark.parametrize("name", CALLERS)
def test_an_example_says_in_one_line_that_nothing_is_listening(run, name):
    address = f"http://127.0.0.1:{free_port()}"

    done = run(name, address)

    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Nothing is listening at {address}")
    assert line.endswith("Start ExoHabit with: make run")
    assert done.returncode == 1


@pytest.mark.parametrize("name", CALLERS)
def test_an_example_uses_no_proxy_for_this_machine(run, server, name):
    variables = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")

    done = run(name, server.url, **dict.fromkeys(variables, f"http://127.0.0.1:{free_port()}"))

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [*CALLERS, *UNTESTED, "fetch_browser.html"])
def test_an_example_uses_port_5000_of_this_machine_by_default(name):
    assert "http://127.0.0.1:5000" in (EXAMPLES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["curl.sh", "httpie.sh"])
def test_a_shell_script_shows_the_answers_as_they_are(printed, server, name):
    in_address, posted, best, table, *_ = sections(printed(name))

    answer = server.post("/predict", G2).json
    assert json.loads(posted) == answer
    assert json.loads(in_address)["score"] == answer["score"]
    assert json.loads(in_address)["input"].items() >= G2.items()
    known = server.post("/rank?top=3", {"planets": planets_of("known_planets.json")}).json
    assert json.loads(best)["ranked_planets"] == [
        {"name": each["name"], "score": each["score"]} for each in known["ranked_planets"]
    ]
    assert list(as_scores(table).items()) == list(scores_of_table(server).items())


@pytest.mark.parametrize(("name", "code"), [("curl.sh", 22), ("httpie.sh", 4)])
def test_a_shell_script_shows_an_error_with_its_problems(printed, server, name, code):
    output = printed(name)
    error = json.loads(sections(output)[-2])

    assert error["code"] == "invalid_input"
    assert [each["message"] for each in error["problems"]] == messages_of(server, WRONG)
    assert f"ended with {code}:" in output.splitlines()[-1]


def test_curl_shows_an_explained_score(printed):
    *_, answer, _, _ = sections(printed("curl.sh"))

    answer = json.loads(answer)
    assert answer["explanation"]["sentence"]
    assert answer["varied_inputs"] == ["pl_rade", "st_teff"]
    assert answer["score_interval"][0] < answer["score_interval"][1]
    assert answer["context"]["optimistic_zone"]["position"] == "inside"


def test_curl_shows_the_same_answer_to_a_compressed_table(printed):
    _, _, _, plain, compressed, *_ = sections(printed("curl.sh"))

    assert compressed == plain
    assert len(as_scores(plain)) == 8


def test_requests_prints_score_ranking_and_problems(printed, server):
    answer = server.post("/predict", G2).json

    assert printed("with_requests.py").splitlines() == [
        f"EarthLike: {answer['score']:.4f}, {answer['label']}",
        f"1. EarthLike {answer['score']:.4f}",
        "400 invalid_input",
        *(f"  {message}" for message in messages_of(server, WRONG)),
    ]


def test_pandas_joins_each_score_to_its_planet(printed, server):
    joined, ranked = printed("with_pandas.py").split("\n\n")

    table = (EXAMPLES / "planets.csv").read_bytes()
    scored = server.post("/predict", table, Content_Type="text/csv").json["predictions"]
    lines = joined.splitlines()[2:]
    for line, planet in zip(lines, scored, strict=True):
        score, label = as_pandas_writes(planet["score"]), planet["label"] or "NaN"
        assert line.startswith(f"{planet['name']} ")
        assert line.split()[-len(label.split()) - 1 :] == [score, *label.split()]
    best = list(scores_of_table(server).items())[:3]
    for line, (name, score) in zip(ranked.splitlines()[1:4], best, strict=True):
        assert line.split() == [*name.split(), as_pandas_writes(score), "NaN"]
    assert "PSR B1257+12 c      NaN its irradiation is not known" in ranked.splitlines()[4]


def test_node_prints_score_ranking_and_problems(printed, server):
    answer = server.post("/predict", G2).json
    scores = scores_of_table(server)
    lines = printed("fetch_node.mjs").splitlines()

    assert lines[0] == f"one planet: {answer['score']:.4f}, {answer['label']}"
    assert lines[1:4] == [f"{name}: {score:.4f}" for name, score in list(scores.items())[:3]]
    assert lines[4].startswith("PSR B1257+12 c: its irradiation is not known")
    assert lines[5:] == ["400 invalid_input", *(f"  {m}" for m in messages_of(server, WRONG))]


def test_a_phone_gets_fewer_bytes_each_time(printed, server):
    *lines, planet, best = printed("phone.py").splitlines()
    statuses, sizes = zip(*((int(line[:3]), int(line.split()[1])) for line in lines), strict=True)

    assert statuses == (200, 200, 304, 200, 200, 200)
    assert sizes[0] > 3 * sizes[1] > sizes[2] == 0
    assert sizes[3] > 2 * sizes[4] > 4 * sizes[5]
    known = server.post("/rank", {"planets": planets_of("known_planets.json")})
    assert sizes[3] == len(known.body)
    answer = server.post("/predict", json.loads((EXAMPLES / "predict.json").read_bytes())).json
    assert planet == f"the planet: {answer['score']:.4f}, {answer['label']}"
    names = [each["name"] for each in known.json["ranked_planets"]]
    assert best == f"the best of {len(names)}: {', '.join(names[:3])}"


def test_the_scores_of_ten_planets_are_those_of_the_service(printed, server):
    scored = server.post("/predict", {"planets": planets_of("known_planets.json")}).json
    scores = {each["name"]: each["score"] for each in scored["predictions"]}

    lines = printed("score_ten.py").splitlines()[1:-1]

    assert len(lines) == 10
    for line in lines:
        assert line[14:22].strip() == f"{scores[line[:14].strip()]:.4f}"


def test_the_request_made_from_a_table_has_the_scores_of_the_table(printed, server):
    answer = server.post("/rank", json.loads(printed("csv_to_rank.py"))).json

    scored = [*answer["ranked_planets"], *answer["unscored"]]
    assert [(p["name"], p.get("score")) for p in scored] == [*scores_of_table(server).items()]


def test_planets_csv_has_the_values_of_known_planets_json():
    known = {planet["name"]: planet for planet in planets_of("known_planets.json")}
    with (EXAMPLES / "planets.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert 6 <= len(rows) <= 10
    for row in rows:
        planet = known[row.pop("pl_name")]
        for name, text in row.items():
            value = planet.get(name)
            assert text == ("" if value is None else str(value)), (planet["name"], name)
    assert any(not text for row in rows for text in row.values())
