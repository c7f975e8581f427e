"""The command `exohabit`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from exohabit import __version__
from exohabit.console import main
from exohabit.science.columns import COLUMNS
from exohabit.scoring.manifest import MODEL
from tests.running import python


@pytest.fixture
def run():
    """Run the command with environment variables; return its exit code and output."""

    def invoke(*arguments: str, **environ: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, arguments, env=environ)
        return done.exit_code, done.output

    return invoke


def test_the_version_is_the_one_of_the_package(run):
    assert run("--version") == (0, f"exohabit, version {__version__}\n")


def test_info_has_version_digest_and_threshold_of_the_model(run, bundle):
    code, output = run("info")

    lines = [line.split() for line in output.splitlines()[:3]]
    assert code == 0
    assert lines == [
        ["model", "version", bundle.version],
        ["SHA-256", bundle.manifest.files[MODEL.as_posix()]],
        ["threshold", str(bundle.threshold)],
    ]


def test_info_has_every_column_with_unit_range_and_meaning(run):
    _, output = run("info")

    rows = [line for line in output.splitlines() if line.startswith(("pl_", "st_"))]
    assert len(rows) == len(COLUMNS)
    for row, column in zip(rows, COLUMNS, strict=True):
        assert row.split()[0] == column.name
        assert column.unit in row
        assert row.endswith(column.meaning)
        assert not column.range or "{:g} to {:g}".format(*column.range) in row


@pytest.mark.parametrize(
    "environ",
    [
        {"EXOHABIT_MODEL_ROOT": "nowhere"},
        {"EXOHABIT_MODEL_SHA256": "0" * 64},
        {"EXOHABIT_LOG": "x"},
    ],
    ids=lambda environ: next(iter(environ)),
)
def test_an_error_is_one_line_that_names_the_setting(run, environ):
    code, output = run("info", **environ)

    (line,) = output.splitlines()
    assert code == 1
    assert line.startswith("Error: ")
    assert next(iter(environ)) in line


def test_it_runs_as_a_module_and_does_not_load_xgboost():
    code = "import sys, exohabit.console; print('xgboost' in sys.modules)"
    commands = [["-m", "exohabit", "--version"], ["-c", code]]

    outputs = [python(*command).stdout for command in commands]

    assert outputs == [f"exohabit, version {__version__}\n", "False\n"]
