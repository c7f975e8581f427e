"""Clients generated from the API description: the examples with types compile, and run."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.servers import free_port
from tests.bad_requests import EARTH
from tests.conftest import ROOT
from tests.generated_clients import (
    TYPESCRIPT,
    compile_typescript,
    python_client,
    run,
    typescript_types,
)

PROXIMA = {
    **{"name": "Proxima Cen b", "pl_rade": None, "pl_bmasse": 1.055, "pl_orbper": 11.18465},
    **{"pl_eqt": 218, "st_spectype": "M5.5 V"},
}
"""The planet of the README whose radius nobody has measured."""


@pytest.fixture(scope="module")
def description(client) -> bytes:
    return client.get("/openapi.json").data


@pytest.fixture(scope="module")
def typescript(description, tmp_path_factory) -> Path:
    """The compiled TypeScript example."""
    folder = typescript_types(description, tmp_path_factory.mktemp("typescript"))
    assert compile_typescript(folder) == []
    return folder


@pytest.fixture(scope="module")
def python(description, tmp_path_factory) -> Path:
    """A folder with the generated Python client."""
    return python_client(description, tmp_path_factory.mktemp("python"))


def example_in_python(python: Path, address: str):
    example = ROOT / "examples" / "with_generated_client.py"
    return run(sys.executable, example, address, cwd=python, PYTHONPATH=str(python))


def example_in_typescript(typescript: Path, address: str):
    return run("node", "build/app.js", address, cwd=typescript)


@pytest.mark.slow
def test_the_typescript_example_prints_what_the_service_answers(typescript, server):
    known = server.get("/planets/TRAPPIST-1e").json
    earth, proxima = (server.post("/predict", planet).json for planet in (EARTH, PROXIMA))
    hours = server.post("/predict", {**EARTH, "pl_orbper": 8760}).json
    mars = server.get("/planets/Mars").json
    wrong = server.post("/predict", {**EARTH, "pl_rade": -1, "st_spectype": "blue"}).json
    (ambiguous,) = server.get("/planets/TRAPPIST-1").json["problems"]

    done = example_in_typescript(typescript, server.url)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"EarthLike: {earth['score']:.4f}, {earth['label']}",
        f"Proxima Cen b: {proxima['score']:.4f}, {proxima['label']}",
        f"in hours: {hours['score']:.4f}, {hours['label']}",
        "  Check the units.",
        f"{known['name']}: {known['score']:.4f}, {known['planet']['pl_rade']} Earth radii",
        f"1. EarthLike {earth['score']:.4f} yes",
        f"2. Mars {mars['score']:.4f} yes",
        "Measure more of this planet first.",
        "invalid_input",
        *(f"  {problem['message']}" for problem in wrong["problems"]),
        f"Did you mean {' or '.join(ambiguous['choices'])}?",
    ]


def test_the_python_example_prints_what_the_service_answers(python, server):
    known = server.get("/planets/TRAPPIST-1e").json
    radius = 2 * known["planet"]["pl_rade"]
    larger = server.get(f"/planets/TRAPPIST-1e/predict?pl_rade={radius}").json
    earth, proxima = (server.post("/predict", planet).json for planet in (EARTH, PROXIMA))
    mars = server.get("/planets/Mars").json

    done = example_in_python(python, server.url)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"EarthLike: {earth['score']:.4f}, {earth['label']}",
        f"Proxima Cen b: {proxima['score']:.4f}, {proxima['label']}",
        "Measure more of this planet first.",
        f"1. EarthLike {earth['score']:.4f} 1",
        f"2. Mars {mars['score']:.4f} 1",
        "[{'name': 'EarthLike'}, {'name': 'Mars'}]",
        f"{known['name']}: {known['score']:.4f}, twice as large {larger['score']:.4f}",
    ]


@pytest.mark.slow
def test_the_python_example_has_the_types_of_the_generated_client(python):
    pytest.importorskip("mypy", reason="needs requirements-dev.txt")
    example = ROOT / "examples" / "with_generated_client.py"
    # Not the project's settings, which let the client be absent. The client itself is not checked.
    options = ["--strict", "--follow-imports=silent", "--config-file=", "--cache-dir=mypy"]

    done = run(sys.executable, "-m", "mypy", *options, example, cwd=python, MYPYPATH=str(python))

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("language", [pytest.param("typescript", marks=pytest.mark.slow), "python"])
def test_an_example_says_in_one_line_that_nothing_is_listening(request, language):
    folder = request.getfixturevalue(language)
    example = {"typescript": example_in_typescript, "python": example_in_python}[language]
    address = f"http://127.0.0.1:{free_port()}"

    done = example(folder, address)

    assert done.returncode == 1
    assert done.stderr == f"Nothing is listening at {address}. Start ExoHabit with: make run\n"


@pytest.mark.slow
def test_the_typescript_of_the_docs_compiles(description, tmp_path):
    docs = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```typescript\n([^`]+)```", docs)
    folder = typescript_types(description, tmp_path)
    (folder / "app.ts").write_text(shown, encoding="utf-8")

    assert compile_typescript(folder) == []


def damage(schemas: dict[str, Any]) -> None:
    """Make types inexact, each in a way that the example must notice."""
    schemas["Planet"]["properties"]["pl_insol"]["default"] = None
    schemas["Prediction"]["required"].remove("score")
    schemas["ErrorCode"]["enum"].remove("not_enough_data")
    schemas["WarningCode"]["enum"].remove("wrong_unit")
    schemas["BinaryPrediction"]["enum"] = [0, 2]


@pytest.mark.slow
def test_the_typescript_example_does_not_compile_with_inexact_types(description, tmp_path):
    document = json.loads(description)
    damage(document["components"]["schemas"])
    folder = typescript_types(json.dumps(document).encode(), tmp_path)

    complaints = "\n".join(compile_typescript(folder))

    assert "Property 'pl_insol' is missing" in complaints
    assert "'data.score' is possibly 'undefined'" in complaints
    assert "Type '\"not_enough_data\"' is not comparable" in complaints
    assert "'\"wrong_unit\"' have no overlap" in complaints
    assert "types '0 | 2' and '1' have no overlap" in complaints


def test_the_lock_names_no_registry_and_pins_every_package():
    lock = json.loads((TYPESCRIPT / "package-lock.json").read_bytes())
    package = json.loads((TYPESCRIPT / "package.json").read_bytes())
    installed = {name: each for name, each in lock["packages"].items() if name}

    assert "resolved" not in str(lock)
    assert "registry" not in str(lock)
    assert all(each["version"] and each["integrity"] for each in installed.values())
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert installed[f"node_modules/{name}"]["version"] == version
