"""The layout: which module may import which, and how few files a request passes."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from exohabit.service.settings import Settings
from tests.bad_requests import EARTH
from tests.conftest import ROOT

SCIENCE = {"science"}
SCORING = SCIENCE | {"scoring"}
OUTPUTS = SCORING | {"inputs", "outputs"}
CATALOG = SCIENCE | {"inputs", "catalog"}
SERVICE = OUTPUTS | {"service", "catalog"}
ABOVE_OUTPUTS = {f"catalog.{name}" for name in ("responses", "description", "listing")}
ABOVE_SERVICE = {f"catalog.{name}" for name in ("scoring", "routes", "commands")}
"""Modules of the catalogue that answer, and those that use the service."""
MAY_IMPORT = {
    "catalog": CATALOG,
    **dict.fromkeys(ABOVE_OUTPUTS, OUTPUTS | {"catalog"} | ABOVE_OUTPUTS),
    **dict.fromkeys(ABOVE_SERVICE, SERVICE | ABOVE_OUTPUTS),
    "science": SCIENCE,
    "scoring": SCORING,
    "inputs": SCIENCE | {"inputs"},
    "outputs": OUTPUTS,
    "service": SERVICE,
    "custom_model": SCORING | {"custom_model"},
    "bulk": OUTPUTS | {"bulk"},
    "fast": SERVICE | {"fast"},
    "web": SERVICE | ABOVE_OUTPUTS | {"web"},
    "console": SERVICE | {"catalog.commands", "custom_model"},
    "__main__": {"console"},
    "files": set(),
}
"""What each folder and module of exohabit/ may import of exohabit."""
ALL = {"", "files"}
"""What each of them may import besides."""
TOP_LEVEL = ("app", "utils", "inference")
OWN = {*TOP_LEVEL, "exohabit", "training", "bench", "examples", "tests"}


def read_modules() -> dict[str, ast.Module]:
    """Return every module of the project but the tests, by its name."""
    files = [ROOT / f"{name}.py" for name in TOP_LEVEL]
    for folder in ("exohabit", "training", "bench", "examples"):
        files += (ROOT / folder).rglob("*.py")
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = read_modules()


def imports_of(name: str) -> Iterator[str]:
    """List what a module imports, at its top, inside functions and for type checkers.

    Of `from package import name`, that is package.name, or the package if name is not a module.
    """
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} has a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)


def part_of(name: str) -> str:
    """Return the folder or module just below exohabit/; "" for exohabit itself.

    Some modules of the catalogue stand higher than the others.
    """
    below = name.partition(".")[2]
    return below if below in ABOVE_OUTPUTS | ABOVE_SERVICE else below.partition(".")[0]


OURS = [name for name in MODULES if name.startswith("exohabit.")]


def test_every_folder_of_the_package_has_its_place_in_the_order():
    assert {part_of(name) for name in OURS} <= MAY_IMPORT.keys()


def test_a_module_of_the_package_imports_only_what_stands_below_it():
    def may_import(name: str, other: str) -> bool:
        return other.startswith("exohabit") and part_of(other) in MAY_IMPORT[part_of(name)] | ALL

    assert not [
        f"{name} imports {other}"
        for name in OURS
        for other in imports_of(name)
        if other.partition(".")[0] in OWN and not may_import(name, other)
    ]


def test_only_the_app_imports_the_shortcuts():
    users = {
        name
        for name in MODULES
        for each in imports_of(name)
        if each.startswith("exohabit.fast") and not name.startswith("exohabit.fast")
    }

    # The benchmark measures one of them.
    assert users == {"app", "bench.inside"}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("utils", {"", "science", "inputs"}), ("inference", {"", *OUTPUTS})],
)
def test_a_module_at_the_top_imports_what_its_task_needs(name, allowed):
    imported = {each for each in imports_of(name) if each.startswith("exohabit")}

    assert {each for each in imported if part_of(each) not in allowed} == set()


def test_training_imports_science_and_scoring_only():
    def may_import(other: str) -> bool:
        in_package = other.startswith("exohabit") and part_of(other) in SCORING | {""}
        return in_package or other.startswith("training")

    makes_the_catalog = "training.catalog"

    assert not [
        f"{name} imports {other}"
        for name in MODULES
        for other in imports_of(name)
        if name.startswith("training") and name != makes_the_catalog
        if other.partition(".")[0] in OWN and not may_import(other)
    ]


def test_nothing_imports_the_tests():
    assert not [
        name
        for name in MODULES
        if any(each.partition(".")[0] == "tests" for each in imports_of(name))
    ]


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: {each for each in imports_of(name) if each in MODULES} for name in MODULES}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imported in a circle: {' <- '.join(error.args[1])}")


def test_no_import_of_our_own_is_hidden_in_a_function():
    functions = [
        (name, node)
        for name in (*OURS, *TOP_LEVEL)
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert not [
        f"{name}: {ast.unparse(node)}"
        for name, function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(word in OWN for word in re.findall(r"\w+", ast.unparse(node)))
    ]


def files_passed(app: Any, path: str, body: object) -> list[str]:
    """Post a body through WSGI; return the project's files with a function that then ran."""
    content = json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
    }
    files: set[str] = set()
    started: dict[str, object] = {}
    sys.setprofile(lambda frame, *_: files.add(frame.f_code.co_filename))
    try:
        chunks = app(environ, started.setdefault)  # a builtin: it adds no file of the tests
    finally:
        sys.setprofile(None)
    assert started.keys() == {"200 OK"}, b"".join(chunks)
    assert b'"score":' in b"".join(chunks)
    below = [Path(file) for file in files if Path(file).is_relative_to(ROOT)]
    return sorted(
        each.relative_to(ROOT).as_posix()
        for each in below
        if each != Path(__file__) and "site-packages" not in each.parts
    )


@pytest.mark.parametrize(
    ("path", "body", "most"),
    [("/predict", EARTH, 15), ("/rank", {"planets": [EARTH, {**EARTH, "pl_rade": 3}]}, 18)],
)
def test_a_request_passes_few_files(bundle, path, body, most):
    app = create_app(Settings(log="off"), bundle)

    files_passed(app, path, body)  # fills the caches
    files = files_passed(app, path, body)

    assert len(files) <= most, "\n".join([f"{len(files)} files, at most {most}:", *files])
