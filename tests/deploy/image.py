"""The image that `make image` has built: started as its user, asked as in the README, and stopped.

Not among the tests that pytest finds, because the image must be built first.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.servers import HOST, ROOT, Server, family, free_port
from tests.live.services import command_of, wait_until
from tests.test_readme import ADDRESSES, EXCHANGES, INTERPRETERS, README, SCRIPTS, run

BUILT = ROOT / "build" / "image"
BUILDAH = ["buildah", "--storage-driver", "vfs", "--root", BUILT / "storage"]
BUILDAH += ["--runroot", BUILT / "run"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
(IMAGE,) = re.findall(r"--tag (\S+) ", DOCKERFILE)
(BASE,) = re.findall(r"^FROM (\S+) AS python$", DOCKERFILE, re.M)


def buildah(*arguments: str) -> str:
    done = subprocess.run([*BUILDAH, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def container(image: str) -> Iterator[str]:
    name = buildah("from", "--pull-never", image)
    try:
        yield name
    finally:
        buildah("rm", name)


@dataclass
class Running:
    """A container that serves."""

    server: Server
    process: subprocess.Popen[bytes]

    def service(self) -> int:
        """Return the id of the server in the container."""
        programs = {pid: command_of(pid).partition(b"\0")[0] for pid in family(self.process.pid)}
        found = [pid for pid, program in programs.items() if program.endswith(b"python")]
        return found[0]


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    return json.loads(buildah("inspect", "--type", "image", IMAGE))["Docker"]["config"]


@pytest.fixture(scope="module")
def running(config) -> Iterator[Running]:
    port = free_port()
    with container(IMAGE) as name:
        user = ["--user", config["User"]]
        setting = ["--env", f"EXOHABIT_PORT={port}", "--env", f"EXOHABIT_HOST={HOST}"]
        command = [*BUILDAH, "run", "--isolation", "chroot", *user, *setting, name, "--"]
        with subprocess.Popen([*command, *config["Cmd"]], stdin=subprocess.DEVNULL) as process:
            try:
                server = Server(port)
                wait_until(lambda: is_ready(server))
                yield Running(server, process)
            finally:
                for pid in reversed(family(process.pid)[1:]):
                    os.kill(pid, signal.SIGKILL)


def is_ready(server: Server) -> bool:
    try:
        return server.get("/ready").status == 200
    except OSError:
        return False


def test_the_service_runs_as_the_numbered_user_without_rights(running, config):
    folders = [Path("/proc", str(pid)) for pid in family(running.service())]
    owners = {folder.stat().st_uid for folder in folders}

    assert config["User"] == "10001:10001"
    assert owners == {10001}


def test_the_health_check_of_the_image_is_its_readiness(config):
    assert "/ready" in config["Healthcheck"]["Test"][-1]


@pytest.mark.parametrize(("command", "answer"), [each for each in EXCHANGES if each[0] in README])
def test_a_request_of_the_readme_gets_its_answer(running, command, answer):
    assert run(command, running.server).removesuffix("\n") == answer.removesuffix("\n")


@pytest.mark.parametrize(("address", "answer"), [each for each in ADDRESSES if each[0] in README])
def test_an_address_of_the_readme_gets_its_answer(running, address, answer):
    assert running.server.get(address).body.decode() == answer


@pytest.mark.parametrize(
    ("language", "code", "printed"), [each for each in SCRIPTS if each[1] in README]
)
def test_a_script_of_the_readme_prints_what_it_says(running, tmp_path, language, code, printed):
    program, suffix = INTERPRETERS[language]
    script = tmp_path / f"script.{suffix}"
    script.write_text(code.replace("http://127.0.0.1:5000", running.server.url), encoding="utf-8")

    done = subprocess.run([program, script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == printed


def test_a_list_goes_to_the_batch_process(running):
    planets = [{"pl_rade": 1, "pl_bmasse": None, "pl_orbper": 365, "pl_eqt": 255}] * 5000
    body = {"planets": [{**each, "st_spectype": "G2 V"} for each in planets]}

    answer = running.server.post("/rank?top=1", body, Content_Type="application/json")

    assert answer.status == 200


def test_sigterm_ends_it_with_0(running):
    os.kill(running.service(), signal.SIGTERM)

    assert running.process.wait(30) == 0


def test_its_size_without_the_base_is_told():
    sizes = {}
    for image in (IMAGE, BASE):
        with container(image) as name:
            folder = buildah("mount", name)
            counted = subprocess.run(["du", "-sm", folder], capture_output=True, check=True)
            sizes[image] = int(counted.stdout.split()[0])
    print(f"\n  {IMAGE}: {sizes[IMAGE] - sizes[BASE]} MiB without its base {BASE}")

    assert 0 < sizes[IMAGE] - sizes[BASE] < 200
