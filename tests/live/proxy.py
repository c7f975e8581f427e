"""Proxy: Debian's nginx with the configuration of deploy/, in front of a test's services."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
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
def nginx_before(
    *ports: int, prepare: Callable[[Path], object] = lambda _: None
) -> Iterator[Proxy]:
    """Run nginx as deploy/ configures it, except for the ports; `prepare` may add files."""

    def configure(proxy: Proxy) -> None:
        _configure(proxy, ports)
        prepare(proxy.folder)

    with _running_nginx(configure) as proxy:
        yield proxy


@contextmanager
def nginx_under_a_path(port: int) -> Iterator[Proxy]:
    """Run an nginx that serves a service under /exo/, as docs/operations.md configures it."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (location,) = re.findall(r"```nginx\n(location /exo/ .+?)```", text, re.DOTALL)

    def configure(proxy: Proxy) -> None:
        server = f"server {{ listen {HOST}:{proxy.port}; {location} }}"
        (proxy.folder / "nginx.conf").write_text(
            "pid nginx.pid; events {} http { access_log off; client_body_temp_path b; "
            "proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s; "
            + server.replace("127.0.0.1:5000", f"{HOST}:{port}")
            + " }"
        )

    with _running_nginx(configure) as proxy:
        yield proxy


@contextmanager
def _running_nginx(configure: Callable[[Proxy], None]) -> Iterator[Proxy]:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin") or pytest.skip("needs nginx")
    # Its workers run as another user, who cannot read pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="exohabit-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        proxy = Proxy(free_port(), folder)
        configure(proxy)
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
