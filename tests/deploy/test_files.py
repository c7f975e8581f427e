"""The files of deploy/ pass their linters, and agree with the service and with each other."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.servers import ROOT, SERVE, free_port, start
from exohabit import __version__
from exohabit.service.settings import PREFIX, Settings
from tests.running import needs_make_run

DEPLOY = ROOT / "deploy"
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yaml"
IN_PROGRESS_SECONDS = 10
LONGEST_ANSWER_MIB = 160
"""Measured for 100,000 planets with names of 200 control characters, six bytes each in JSON."""
COUNTS_MIB = 2
PROCESSES_MIB = 1100
"""Measured for two workers and their batch processes, without files."""
LINTERS = {
    "Dockerfile": "hadolint",
    "compose.yaml": "check-jsonschema --builtin-schema vendor.compose-spec",
    "kubernetes.yaml": "kubernetes-validate --strict",
    # The service checks the host name, because only it knows the valid ones.
    "nginx.conf": "gixy --skips host_spoofing",
}


def need(tool: str) -> str:
    """Return the path of a tool of this environment or the machine, or skip the test."""
    folders = [str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"]
    found = shutil.which(tool, path=os.pathsep.join(folders))
    return found or pytest.skip(f"needs {tool}: requirements-dev.txt, tests/debian-packages.sh")


def complaints(*command: str | Path) -> str:
    """Return the output of a program if it fails, otherwise ""."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    output = done.stdout + done.stderr or "no output"
    return output if done.returncode else ""


def values(instruction: str) -> list[str]:
    """Return the arguments of all instructions of a kind in the Dockerfile."""
    text = re.sub(r"^#.*\n|\\\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line.partition(" ") for line in text.splitlines()]
    return [rest.strip() for name, _, rest in lines if name == instruction]


def read_yaml(name: str) -> list[Any]:
    yaml = pytest.importorskip("yaml", reason="needs PyYAML: requirements-dev.txt")
    return list(yaml.safe_load_all((DEPLOY / name).read_text()))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return read_yaml("compose.yaml")[0]["services"]


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    return read_yaml("kubernetes.yaml")[0]["spec"]["template"]["spec"]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "linter"), LINTERS.items())
def test_the_linter_has_no_complaints(file, linter):
    tool, *options = linter.split()

    assert not complaints(need(tool), *options, DEPLOY / file)


def test_nginx_accepts_its_configuration(tmp_path):
    assert not complaints(
        need("nginx"), "-t", "-e", "stderr", "-p", tmp_path, "-c", DEPLOY / "nginx.conf"
    )


def test_systemd_accepts_the_unit_and_its_security(tmp_path):
    needs_make_run()
    unit = tmp_path / "exohabit.service"
    unit.write_text(
        (DEPLOY / unit.name).read_text().replace("/opt/exohabit", str(ROOT)), encoding="utf-8"
    )

    assert not complaints(need("systemd-analyze"), "verify", "--recursive-errors=no", unit)
    # A unit without restrictions has 96 of 100; most of these 12 are for the network.
    assert not complaints(
        need("systemd-analyze"), "security", "--offline=true", "--threshold=12", unit
    )


def copy_as_the_dockerfile_does(folder: Path) -> None:
    """Copy the files of the image into a folder."""
    for arguments in values("COPY"):
        *sources, target = arguments.split()
        if target == "./":
            for source in (each for pattern in sources for each in ROOT.glob(pattern)):
                shutil.copy(source, folder)
        elif not sources[0].startswith("--from") and target != ".":
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / sources[0], folder / target, ignore=ignored)


def test_the_image_has_everything_that_serving_needs_and_serving_writes_no_file(tmp_path):
    needs_make_run()
    copy_as_the_dockerfile_does(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    program, *arguments = json.loads(values("CMD")[-1])
    health = json.loads(values("HEALTHCHECK")[0].partition("CMD ")[2])
    port = free_port()
    environ = {"EXOHABIT_PORT": str(port), "EXOHABIT_WORKERS": "1"}
    environ |= dict(each.split("=", 1) for each in shlex.split(values("ENV")[0]))
    del environ["PATH"]
    health = [SERVE / "bin" / health[0], *(each.replace("5000", str(port)) for each in health[1:])]

    command = ["sh", "-c", 'cd "$0" && exec "$@"', tmp_path, SERVE / "bin" / program, *arguments]
    with start(command, port, **environ) as server:
        assert server.get("/ready").status == 200
        assert server.get("/docs").status == 200
        assert not complaints(*health)

    assert complaints(*health)
    assert sorted(tmp_path.rglob("*")) == before


def test_only_the_files_that_the_dockerfile_copies_are_sent_to_the_builder():
    copied = [a.split()[:-1] for a in values("COPY") if not a.startswith("--from")]
    *_, ignored = lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()[1:]

    assert lines[0] == "*"
    assert ignored == "**/__pycache__"
    assert sorted(lines[1:-1]) == sorted("!" + each for sources in copied for each in sources)


def test_every_named_setting_exists():
    known = {PREFIX + name.upper() for name in Settings.__dataclass_fields__} | {
        "EXOHABIT_SETTINGS"
    }

    for file in filter(Path.is_file, DEPLOY.iterdir()):
        named = set(re.findall(rf"{PREFIX}[A-Z_]+", file.read_text(encoding="utf-8")))

        assert named - known == set(), file.name


def test_the_given_settings_can_be_read(services, pod):
    given = shlex.split(values("ENV")[0])
    given += re.search(r"^Environment=(.*)", (DEPLOY / "exohabit.service").read_text(), re.M)[
        1
    ].split()
    image = dict(each.split("=", 1) for each in given)
    compose = {name: str(each) for name, each in services["replica1"]["environment"].items()}
    kubernetes = {each["name"]: each["value"] for each in pod["containers"][0]["env"]}

    assert Settings.read(image).host == "0.0.0.0"  # noqa: S104 - it is a container's
    assert Settings.read(compose).proxies == 1
    assert Settings.read(kubernetes).drain_seconds == 5


def test_every_image_has_a_version(services, pod):
    ours = f"exohabit:{__version__}"
    images = {name: service["image"] for name, service in services.items()}
    bases = [each.split()[0] for each in values("FROM")]

    assert images["replica1"] == images["replica2"] == pod["containers"][0]["image"] == ours
    assert f"--tag {ours} " in (DEPLOY / "Dockerfile").read_text()
    assert bases[1:] == ["python", "python"]  # the first stage
    for image in (*images.values(), bases[0]):
        assert re.search(r":[0-9]+\.[0-9]+[^:]*$", image), image


def test_the_ports_of_all_files_agree(services, pod):
    nginx = re.search(r"^ *listen (\d+)", (DEPLOY / "nginx.conf").read_text(), re.M)[1]
    addresses = re.findall(r"^server (\S+):(\d+)", (DEPLOY / "replicas.conf").read_text(), re.M)
    replicas = [services["replica1"], services["replica2"]]
    service = str(Settings().port)

    assert values("EXPOSE") == [service]
    assert f"127.0.0.1', {service}," in values("HEALTHCHECK")[0]
    assert pod["containers"][0]["ports"] == [{"name": "http", "containerPort": int(service)}]
    assert addresses == [(r["networks"]["front"]["ipv4_address"], service) for r in replicas]
    assert services["nginx"]["ports"] == [f"127.0.0.1:8080:{nginx}"]
    assert f":{nginx}/" in services["nginx"]["healthcheck"]["test"][-1]


def test_nginx_passes_on_a_body_that_the_service_refuses():
    limit = re.search(r"client_max_body_size (\d+)m", (DEPLOY / "nginx.conf").read_text())[1]

    assert int(limit) == Settings().max_body_mib + 1


def test_stopping_waits_for_requests_in_progress(services, pod):
    drain = next(e for e in pod["containers"][0]["env"] if e["name"] == "EXOHABIT_DRAIN_SECONDS")
    unit = (DEPLOY / "exohabit.service").read_text()

    assert pod["terminationGracePeriodSeconds"] > int(drain["value"]) + IN_PROGRESS_SECONDS
    assert int(services["replica1"]["stop_grace_period"].rstrip("s")) > IN_PROGRESS_SECONDS
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > IN_PROGRESS_SECONDS


def mib(text: str) -> int:
    """Read a size such as 388m, 388Mi or 2G."""
    number, unit = re.fullmatch(r"(\d+)([mg])i?", text.lower()).groups()
    return int(number) * (1024 if unit == "g" else 1)


def test_temporary_files_have_enough_space_and_memory(services, pod):
    image = dict(each.split("=", 1) for each in shlex.split(values("ENV")[0]))
    unit = (DEPLOY / "exohabit.service").read_text()
    replica, container = services["replica1"], pod["containers"][0]
    deployments = {
        "compose": (
            Settings.read({k: str(v) for k, v in replica["environment"].items()}),
            replica["tmpfs"].partition("size=")[2],
            replica["mem_limit"],
        ),
        "kubernetes": (
            Settings.read({each["name"]: each["value"] for each in container["env"]}),
            next(each for each in pod["volumes"] if each["name"] == "tmp")["emptyDir"]["sizeLimit"],
            container["resources"]["limits"]["memory"],
        ),
        "systemd": (
            Settings.read({"EXOHABIT_WORKERS": re.search(r"EXOHABIT_WORKERS=(\d+)", unit)[1]}),
            re.search(r"^TemporaryFileSystem=\S+size=(\w+)", unit, re.M)[1],
            re.search(r"^MemoryMax=(\w+)", unit, re.M)[1],
        ),
    }

    assert image["EXOHABIT_WORKERS"] == "2"
    for name, (settings, size, memory) in deployments.items():
        needed = settings.workers * (settings.max_body_mib + LONGEST_ANSWER_MIB + COUNTS_MIB)
        assert settings.workers == 2, name
        assert mib(size) >= needed, name
        assert mib(memory) >= PROCESSES_MIB + needed, name


def test_a_service_that_ends_is_always_restarted(services):
    unit = (DEPLOY / "exohabit.service").read_text()

    assert "\nRestart=always\n" in unit
    assert "\nStartLimitIntervalSec=0\n" in unit
    assert {services[name]["restart"] for name in ("replica1", "replica2")} == {"unless-stopped"}


def test_kubernetes_sets_no_variables_that_look_like_settings(pod):
    assert pod["enableServiceLinks"] is False


def test_every_deployment_limits_open_files_and_the_disk(services, pod):
    unit = (DEPLOY / "exohabit.service").read_text()
    resources = pod["containers"][0]["resources"]

    assert int(re.search(r"^LimitNOFILE=(\d+)", unit, re.M)[1]) == 16384
    assert services["replica1"]["ulimits"]["nofile"] == 16384
    assert mib(resources["requests"]["ephemeral-storage"]) > 50  # the log
    assert mib(resources["limits"]["ephemeral-storage"]) > 100


def test_redis_has_the_same_password_file_and_certificate_in_compose_and_its_configuration(
    services,
):
    redis, text = services["redis"], (DEPLOY / "redis.conf").read_text()
    mounted = dict(volume.split(":")[:2] for volume in redis["volumes"])
    files = set(re.findall(r"/etc/redis/(\S+)", text))

    assert mounted == {"./redis.conf": "/etc/redis.conf", "./redis": "/etc/redis"}
    assert redis["command"] == ["redis-server", "/etc/redis.conf"]
    assert files == {"redis.crt", "redis.key", "password.conf"}
    assert redis["user"] in text
    assert re.search(r"^port 0$", text, re.M)
    (address,) = re.findall(r"EXOHABIT_REDIS=(\S+)", text)
    assert Settings.read({f"{PREFIX}REDIS": address, f"{PREFIX}RATE_LIMIT": "1/second"}).redis
    assert "./keys:/etc/exohabit:ro" in services["replica1"]["volumes"]
    assert "/etc/exohabit/redis.crt" in address


def test_the_workflow_may_only_read_and_keeps_no_token():
    (workflow,) = read_yaml("../.github/workflows/ci.yaml")
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    checkouts = [each for each in steps if each.get("uses", "").startswith("actions/checkout@")]

    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())
    assert checkouts
    assert all(each["with"]["persist-credentials"] is False for each in checkouts)


@pytest.mark.slow
def test_the_workflow_is_valid():
    schema = ("--builtin-schema", "vendor.github-workflows")

    assert not complaints(need("check-jsonschema"), *schema, WORKFLOW)


def test_the_workflow_calls_targets_that_exist():
    called = re.findall(r"\bmake (\w+)", re.sub(r"#.*", "", WORKFLOW.read_text()))
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M)

    assert called == ["lint", "test", "image", "sbom"]
    assert set(called) <= set(targets)
