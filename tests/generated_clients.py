"""Clients generated from the API description, for the examples that need one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TYPESCRIPT = ROOT / "examples" / "typescript"
NODE_MODULES = TYPESCRIPT / "node_modules"


def run(*command: str | Path, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def python_client(description: bytes, folder: Path) -> Path:
    """Generate the package `exohabit_client` in a folder, and return the folder."""
    pytest.importorskip("openapi_python_client", reason="needs requirements-dev.txt")
    (folder / "openapi.json").write_bytes(description)
    (folder / "config.yml").write_text(
        "project_name_override: x\npackage_name_override: exohabit_client\npost_hooks: []\n"
    )
    generate = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    options = "--config config.yml --meta none --output-path exohabit_client".split()
    made = run(*generate, *options, cwd=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "WARNING" not in made.stdout, made.stdout
    return folder


def typescript_types(description: bytes, folder: Path) -> Path:
    """Copy the TypeScript example into a folder, with types generated for it; return the folder."""
    if shutil.which("node") is None:
        pytest.skip("needs node: tests/debian-packages.sh")
    if not (NODE_MODULES / ".bin" / "tsc").exists():
        pytest.skip("needs npm, and its packages from the internet: make test")
    for name in ("app.ts", "tsconfig.json", "package.json"):
        shutil.copy(TYPESCRIPT / name, folder / name)
    (folder / "node_modules").symlink_to(NODE_MODULES)
    (folder / "openapi.json").write_bytes(description)
    made = run(program("openapi-typescript"), "openapi.json", "-o", "schema.d.ts", cwd=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


def compile_typescript(folder: Path) -> list[str]:
    """Compile the program in a folder; return what the compiler complains of."""
    done = run(program("tsc"), cwd=folder)
    assert bool(done.stdout) == bool(done.returncode), done.stderr
    return done.stdout.splitlines()


def program(name: str) -> Path:
    return NODE_MODULES / ".bin" / name
