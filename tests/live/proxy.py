"""Proxy: Debian's nginx with the configuration of deploy/, in front of a test's services."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.servers import HOST, ROOT, free_port
from tests.live.clients import Client
from tests.live.services import wait_until

DEPLOY = ROOT / "deploy"


@dataclass(frozen=True)
class Proxy:
    """An nginx at a port, and the folder with everything that it writes."""

    port: int
    folder: Path

    @property
    def log(self) -> bytes:
        return (self.folder / "log").read_bytes()


@contextmanager
def nginx_before(*ports: int) -> Iterator[Proxy]:
    """Run nginx as deploy/ configures it, except for the ports."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin") or pytest.skip("needs nginx")
    # Its workers run as another user, who cannot read pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="exohabit-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        proxy = Proxy(free_port(), folder)
        _configure(proxy, ports)
        arguments = ["-e", "stderr", "-p", name, "-c", f"{name}/nginx.conf", "-g", "daemon off;"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [nginx, *arguments], start_new_session=True, stdout=log, stderr=log
            )
        try:
            wait_until(lambda: process.poll() is not None or _answers(proxy))
            assert process.poll() is None, proxy.log.decode()
            yield proxy
        finally:
            process.terminate()
            process.wait(20)


def _configure(proxy: Proxy, ports: tuple[int, ...]) -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text, changes = re.subn(r"listen 8080\b", f"listen {HOST}:{proxy.port}", text)
    assert changes == 1
    (proxy.folder / "nginx.conf").write_text(text, encoding="utf-8")
    replicas = (DEPLOY / "replicas.conf").read_text(encoding="utf-8")
    options = set(re.findall(r"^server \S+(.*;)", replicas, re.MULTILINE))
    assert len(options) == 1
    lines = [f"server {HOST}:{port}{options.copy().pop()}\n" for port in ports]
    (proxy.folder / "replicas.conf").write_text("".join(lines), encoding="utf-8")


def _answers(proxy: Proxy) -> bool:
    try:
        with Client(proxy.port) as client:
            return client.get("/health").status > 0
    except OSError:
        return False
