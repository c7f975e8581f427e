"""Pip mounts: the machine's pip configuration in the build of an image."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.servers import ROOT


def mount(listed: str, folder: Path) -> tuple[list[str], str]:
    """Return the volumes for what `pip config list` prints, and the configuration."""
    target = folder / "pip.conf"
    done = subprocess.run(
        [sys.executable, ROOT / "deploy" / "pip_mounts.py", target],
        input=listed,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines(), target.read_text()


def test_files_and_folders_that_the_configuration_names_are_mounted_read_only(tmp_path):
    wheels, index = tmp_path / "wheels", tmp_path / "index" / "simple"
    wheels.mkdir()
    index.mkdir(parents=True)

    volumes, text = mount(
        f"global.find-links='{wheels}'\n"
        f"global.extra-index-url='file://{index} file:///nowhere/simple'\n"
        "global.timeout='60'\n",
        tmp_path,
    )

    assert volumes == [f"{path}:{path}:ro" for path in (index.parent, wheels)]
    assert text == (
        f"[global]\nfind-links = {wheels}\n"
        f"extra-index-url = file://{index} file:///nowhere/simple\ntimeout = 60\n"
    )


def test_a_setting_of_the_environment_overrides_the_one_of_a_file(tmp_path):
    _, text = mount(":env:.timeout='5'\nglobal.timeout='60'\n", tmp_path)

    assert text == "[global]\ntimeout = 5\n"


def test_only_its_owner_may_read_the_configuration(tmp_path):
    mount("global.index-url='https://user:password@example.org/simple'\n", tmp_path)

    assert (tmp_path / "pip.conf").stat().st_mode & 0o777 == 0o600


def test_without_a_configuration_nothing_is_mounted(tmp_path):
    assert mount("", tmp_path) == ([], "[global]\n\n")
