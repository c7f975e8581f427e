"""The package: what it depends on, and that an installed wheel scores and has its command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from exohabit import __version__
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SCORE = """
from exohabit.science.features import feature_matrix
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.golden_planets import golden_table

bundle = Bundle.load()
print(bundle.version)
print([float(x) for x in bundle.score(feature_matrix(golden_table([PLANET])))])
"""


def run(command: list[object], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with nothing of the checkout on its path."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "EXOHABIT_"))}
    return subprocess.run(
        [str(each) for each in command],
        check=False,
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
    )


def output(command: list[object], folder: Path) -> str:
    done = run(command, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip(command: str, *arguments: object) -> list[object]:
    return [sys.executable, "-m", "pip", command, "--quiet", *arguments]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built as `pip wheel` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    (backend,) = PROJECT["build-system"]["requires"]
    if run(pip("download", "--no-deps", "--dest", folder / "backend", backend), folder).returncode:
        pytest.skip(f"needs a package index that has {backend}")
    output(pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT), folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of the programs of a fresh environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", symlinks=True)
    programs = folder / "venv" / "bin"
    arguments = ["--python", programs / "python", "install", "--no-compile", wheel]
    output([sys.executable, "-m", "pip", "--quiet", *arguments], folder)
    return programs


def pinned(*files: str) -> set[str]:
    """Return the names of the packages that files of requirements pin."""
    texts = [(ROOT / each).read_text(encoding="utf-8") for each in files]
    return {
        canonicalize_name(name)
        for text in texts
        for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)
    }


def test_the_tests_are_collected_with_the_packages_of_requirements_txt_alone():
    there = pinned("requirements.txt", "requirements-serve.txt", "requirements-plots.txt")
    absent = pinned("requirements-dev.txt", "requirements-bulk.txt") - there
    modules = [
        module
        for module, names in packages_distributions().items()
        if {*map(canonicalize_name, names)} <= absent
    ]
    collect = (
        "import os, sys; os.environ['PYTEST_DISABLE_PLUGIN_AUTOLOAD'] = '1'; "
        f"sys.modules |= dict.fromkeys({modules}); import pytest; "
        "sys.exit(pytest.main(['--collect-only', '--quiet', '-p', 'hypothesis.entry_points']))"
    )

    done = run([sys.executable, "-c", collect], ROOT)

    assert "pyarrow" in modules
    assert done.returncode == 0, done.stdout[done.stdout.find("= ERRORS") :]


def test_every_version_that_the_package_asks_for_is_one_that_the_tests_run_with():
    text = (ROOT / "requirements-serve.txt").read_text(encoding="utf-8")
    direct, _, _ = text.partition("# Their dependencies.")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", direct, re.MULTILINE))
    extras = PROJECT["project"]["optional-dependencies"]
    asked = [Requirement(each) for each in PROJECT["project"]["dependencies"] + extras["serve"]]

    assert {each.name for each in asked} == pinned.keys()
    assert all(each.specifier.contains(pinned[each.name]) for each in asked)


def test_xgboost_is_pinned_to_the_version_that_made_the_model(bundle):
    asked = [each for each in PROJECT["project"]["dependencies"] if each.startswith("xgboost")]

    assert len(asked) == 2
    assert all(f"=={bundle.manifest.versions['xgboost']} ;" in each for each in asked)


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_model_and_nothing_beside_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert wheel.name.startswith(f"exohabit-{__version__}-py3-none-any")
    assert {name.partition("/")[0] for name in names} == {
        "exohabit",
        f"exohabit-{__version__}.dist-info",
    }
    assert {f"exohabit/{each.as_posix()}" for each in (COLUMNS, MANIFEST, MODEL)} <= {*names}
    for folder in ("templates", "static"):
        files = {path.name for path in (ROOT / "exohabit" / "web" / folder).iterdir()}
        assert {f"exohabit/web/{folder}/{name}" for name in files} <= {*names}
    assert "exohabit/web/docs.js" in names


@pytest.mark.slow
def test_an_installed_wheel_scores_as_the_checkout_does(installed, tmp_path, bundle):
    golden = bundle.manifest.golden[0]
    program = SCORE.replace("PLANET", repr(golden.planet))

    version, scores = output([installed / "python", "-c", program], tmp_path).splitlines()

    assert version == bundle.version
    assert scores == repr([golden.score])


@pytest.mark.slow
def test_an_installed_wheel_has_its_command(installed, tmp_path):
    by_module = output([installed / "python", "-m", "exohabit", "--version"], tmp_path)
    by_command = output([installed / "exohabit", "--version"], tmp_path)

    assert __version__ in by_module
    assert by_command == by_module
