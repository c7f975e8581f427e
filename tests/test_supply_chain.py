"""The supply chain: what is installed to serve is pinned with hashes, and listed.

Also the threat model: the tests that it names exist.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.servers import SERVE
from tests.conftest import ROOT
from tests.running import needs_make_run

LOCK = (ROOT / "requirements-serve.lock").read_text(encoding="utf-8")


def read_pins(text: str) -> set[tuple[str, str, str]]:
    """Return the name, version and marker of each package in a requirements file."""
    text = re.sub(r"#.*|\\\n|--hash=\S+", "", text)
    found = [Requirement(line) for line in text.splitlines() if line.strip()]
    return {
        (canonicalize_name(each.name), str(each.specifier), str(each.marker or ""))
        for each in found
    }


def test_the_lock_pins_what_the_requirements_pin():
    names = ("requirements-serve.txt", "requirements-plots.txt")
    plain = "".join((ROOT / name).read_text(encoding="utf-8") for name in names)

    assert read_pins(LOCK) == read_pins(plain), "run `make lock`"
    assert all(version.startswith("==") for _, version, _ in read_pins(LOCK))


def test_every_package_of_the_lock_has_hashes_and_no_line_has_an_address():
    packages = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.M)[1:]
    hashes = [re.findall(r"--hash=sha256:[0-9a-f]{64}\b", each) for each in packages]

    assert len(packages) == len(read_pins(LOCK))
    assert all(hashes)
    assert "http" not in LOCK
    assert "index" not in LOCK


@pytest.mark.parametrize("package", ["granian", "numpy", "xgboost", "xgboost-cpu"])
def test_the_lock_is_for_several_systems(package):
    (own,) = re.findall(rf"^{package}==.+\\\n((?:    --hash=.+\n)+)", LOCK, re.M)

    assert own.count("--hash=") >= 3


@pytest.mark.parametrize("name", ["Makefile", "deploy/Dockerfile"])
def test_what_serves_is_installed_from_the_lock(name):
    text = re.sub(r"\\\n\s*", "", (ROOT / name).read_text(encoding="utf-8"))

    lines = [line for line in text.splitlines() if "--no-deps" in line and "compile" not in line]
    serving = [line for line in lines if "requirements-serve" in line]
    assert len(serving) == 1
    assert "requirements-serve.lock" in serving[0]
    assert "--require-hashes" in serving[0]


@pytest.mark.parametrize("path", ["README.md", "docs/operations.md", "deploy/windows.md"])
def test_the_documents_install_what_serves_from_the_lock(path):
    text = (ROOT / path).read_text(encoding="utf-8")

    assert re.findall(r"install .*(requirements-serve\.\w+)", text) == ["requirements-serve.lock"]


@pytest.mark.slow
def test_the_list_of_contents_has_every_package_that_serves(tmp_path):
    needs_make_run()
    program = Path(sys.executable).with_name("cyclonedx-py")
    if not program.exists():
        pytest.skip("needs cyclonedx-bom: requirements-dev.txt")
    (target,) = re.findall(
        r"cyclonedx-py (environment .+)\n", (ROOT / "Makefile").read_text().replace("\\\n\t\t", "")
    )
    options = target.replace("$(SERVE)", str(SERVE)).replace("build/", f"{tmp_path}/").split()

    subprocess.run([program, *options], cwd=ROOT, check=True, capture_output=True)

    listed = json.loads((tmp_path / "sbom.json").read_bytes())
    here = {
        (canonicalize_name(Requirement(f"{name}{version}").name), version.removeprefix("=="))
        for name, version, marker in read_pins(LOCK)
        if not marker or Requirement(f"{name} ; {marker}").marker.evaluate()
    }
    assert listed["bomFormat"] == "CycloneDX"
    assert listed["metadata"]["component"]["name"] == "exohabit"
    assert here <= {
        (canonicalize_name(each["name"]), each["version"]) for each in listed["components"]
    }


THREATS = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
RISKS = re.findall(r"^\| (API\d+) .+ \| (.+) \|$", THREATS, re.M)


def test_the_threat_model_has_the_ten_risks_in_their_order():
    assert [name for name, _ in RISKS] == [f"API{number}" for number in range(1, 11)]


@pytest.mark.parametrize(("risk", "tests"), RISKS, ids=[name for name, _ in RISKS])
def test_the_tests_that_cover_a_risk_exist(risk, tests):
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", tests)

    assert named
    assert len(named) == tests.count("`") // 2
    for file, test in named:
        code = (ROOT / file).read_text(encoding="utf-8")
        assert (f"\ndef {test}(" if test else "\ndef test_") in code, (risk, file, test)
