"""The service as user nobody: it writes only to its folder for temporary files."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from bench.servers import HOST, ROOT, SERVE
from tests.bad_requests import EARTH
from tests.live.clients import Client
from tests.live.services import SERVER, environment, new_service, stopped_at_the_end, wait_until

NOBODY = 65534
SERVED = ("*.py", "exohabit", "models", "feature_columns.pkl")
WRITABLE = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - looked at, not written to


# It may still read everything that root may: Python itself can be in root's home.
AS_NOBODY = [
    *f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups".split(),
    *"--inh-caps=-all,+dac_read_search --ambient-caps=+dac_read_search".split(),
    "--bounding-set=-all,+dac_read_search",
]


def needs_another_user() -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv, to become another user")
    if subprocess.run([*AS_NOBODY, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs root's right to read everything, which setpriv cannot hand on here")


@pytest.fixture
def public_folder():
    """A folder that another user can read; pytest's own folders are private."""
    with tempfile.TemporaryDirectory(prefix="exohabit-live-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def files_of(user: int) -> set[str]:
    """Return the files of a user in all folders that anybody may write to."""
    return {
        path
        for top in WRITABLE
        for folder, folders, files in os.walk(top)
        for path in (os.path.join(folder, name) for name in (*folders, *files))  # noqa: PTH118
        if os.path.lexists(path) and os.lstat(path).st_uid == user
    }


def test_the_service_runs_as_nobody_from_files_that_it_cannot_write(public_folder):
    needs_another_user()
    project = public_folder / "project"
    project.mkdir()
    for path in (path for pattern in SERVED for path in ROOT.glob(pattern)):
        ignored = shutil.ignore_patterns("__pycache__")
        if path.is_dir():
            shutil.copytree(path, project / path.name, ignore=ignored)
        else:
            shutil.copy(path, project)
    before = sorted(project.rglob("*"))
    others = files_of(NOBODY)
    service = new_service(public_folder / "service", [*AS_NOBODY, *SERVER], workers=2)
    shutil.chown(service.temporary, NOBODY, NOBODY)
    service.temporary.chmod(0o700)
    with stopped_at_the_end(service):
        service.start(cwd=project)
        service.wait_until_ready()
        assert {Path(f"/proc/{pid}").stat().st_uid for pid in service.members} == {NOBODY}
        with Client(service.port) as client:
            assert client.post("/predict", EARTH).json["prediction"] == 1
            many = client.post("/rank?top=1", {"planets": [EARTH] * 10_000})
            assert many.status == 200
        assert service.stop() == 0
    written = files_of(NOBODY) - others

    assert sorted(project.rglob("*")) == before
    assert written == {str(service.temporary)}


def test_granian_serves_the_app_when_it_is_started_by_hand_and_ends(tmp_path):
    granian = [str(SERVE / "bin" / "granian"), "--interface", "wsgi", "--factory"]
    service = new_service(tmp_path, [*granian, "app:create_app"])
    at = {"GRANIAN_HOST": HOST, "GRANIAN_PORT": str(service.port)}
    with stopped_at_the_end(service):
        service.start(env=environment({}) | at)
        wait_until(lambda: answers(service.port))
        with Client(service.port) as client:
            assert client.get("/ready").status == 200
            assert client.post("/predict", EARTH).json["prediction"] == 1
            assert client.post("/rank", {"planets": [EARTH] * 10_000}).status == 200

        service.ask_to_stop()
        try:
            assert service.process.wait(15) == 0
        finally:
            service.kill()


def answers(port: int) -> bool:
    try:
        with Client(port) as client:
            return client.get("/health").status == 200
    except OSError:
        return False
