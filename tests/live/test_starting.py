"""How a service starts, or says why it cannot."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from bench.servers import ROOT, START_SECONDS, free_port
from exohabit.scoring.manifest import MANIFEST, MODEL
from tests.live.services import (
    PYTHON,
    SERVER,
    environment,
    new_service,
    running,
    stopped_at_the_end,
    wait_until,
)
from tests.running import needs_make_run


def another_version(manifest):
    manifest["versions"]["xgboost"] = "1.0"


def another_score(manifest):
    manifest["golden"][0]["score"] = 0.5


def another_file(manifest):
    manifest["files"][str(MODEL)] = "0" * 64


@pytest.mark.skipif(shutil.which("chrt") is None, reason="needs chrt, which Linux has")
def test_threads_of_a_worker_do_not_interrupt_each_other_by_default(tmp_path):
    def policies(pid: int) -> set[int]:
        return {
            os.sched_getscheduler(int(each.name)) for each in Path(f"/proc/{pid}/task").iterdir()
        }

    idle = ["chrt", "--idle", "0"]
    for command, expected in (([], os.SCHED_BATCH), (idle, os.SCHED_IDLE)):
        with running(tmp_path / str(expected), command=[*command, *SERVER], workers=1) as service:
            (worker,) = service.workers()
            assert policies(worker) == {expected}


def serve_until_it_ends(
    command: list[str] = SERVER, **settings
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment({"port": free_port()} | settings),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    ("change", "workers"), [(another_version, 1), (another_score, 2), (another_file, 4)]
)
def test_a_wrong_model_ends_the_start_with_one_line(bundle_copy, change, workers):
    needs_make_run()
    manifest = json.loads((bundle_copy / MANIFEST).read_bytes())
    change(manifest)
    (bundle_copy / MANIFEST).write_text(json.dumps(manifest))

    done = serve_until_it_ends(workers=workers, model_root=bundle_copy)

    why = [line for line in done.stderr.splitlines() if "ExoHabit does not start" in line]
    assert done.returncode == 1
    assert len(why) == 1
    assert "Restore the files" in why[0] or "install the pinned requirements" in why[0]


@pytest.mark.parametrize("is_checked", ["by the server", "by the workers alone"])
def test_a_manifest_of_another_sha_256_ends_the_start_with_one_line(tmp_path, is_checked):
    needs_make_run()
    command = SERVER
    if is_checked == "by the workers alone":
        skipped = "import exohabit.service.server as s; s.check_files = lambda *_: None; "
        skipped += "s.main('app:create_app')"
        command = [PYTHON, "-c", skipped]

    done = serve_until_it_ends(command, workers=2, model_sha256="0" * 64)

    why = [line for line in done.stderr.splitlines() if "ExoHabit does not start" in line]
    assert done.returncode == 1
    assert len(why) == 1
    assert "sha256sum models/manifest.json" in why[0]


@pytest.mark.parametrize(
    ("host", "proxies", "warns"),
    [("127.0.0.1", 0, False), ("localhost", 0, False), ("0.0.0.0", 0, True), ("0.0.0.0", 1, False)],  # noqa: S104
)
def test_a_service_that_other_machines_reach_without_a_proxy_warns(tmp_path, host, proxies, warns):
    with stopped_at_the_end(new_service(tmp_path, host=host, proxies=proxies)) as service:
        service.start()
        wait_until(lambda: "Listening" in service.err.read_text())
        said = [line for line in service.err.read_text().splitlines() if "ExoHabit warns" in line]

        assert len(said) == warns
        assert all("EXOHABIT_PROXIES" in line and "0.0.0.0" in line for line in said)  # noqa: S104


def test_a_killed_worker_is_replaced_although_its_servers_old_files_were_removed(tmp_path):
    with running(tmp_path) as service:
        for name in ("loaded", "server.flock"):
            (service.shared() / name).unlink()
        [worker] = service.workers()
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: {*service.workers()} - {worker})
        service.wait_until_ready()

        assert service.get("/health").status == 200
