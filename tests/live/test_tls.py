"""TLS as deploy/ configures it: in front of nginx, and between the service and Redis."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from bench.servers import HOST, free_port
from tests.bad_requests import EARTH
from tests.live.proxy import DEPLOY, nginx_before
from tests.live.services import running, wait_until

pytestmark = pytest.mark.slow

PREPARATION = re.findall(
    r"^#   (.*(?:openssl|requirepass).*)$", (DEPLOY / "redis.conf").read_text(), re.M
)
"""The commands in redis.conf that make a certificate and a password."""


def prepare(folder: Path) -> None:
    """Make a certificate for this machine, and a password."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    assert len(PREPARATION) == 2
    for command in PREPARATION:
        here = command.replace("DNS:redis", f"IP:{HOST}")
        subprocess.run(["bash", "-c", here], cwd=folder, check=True, capture_output=True)


@contextmanager
def redis_with_tls(folder: Path) -> Iterator[str]:
    """Run a Redis with deploy/redis.conf; yield its address, with the password."""
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server")
    prepare(folder)
    port, text = free_port(), (DEPLOY / "redis.conf").read_text()
    text = text.replace("/etc/redis", str(folder)).replace("tls-port 6379", f"tls-port {port}")
    (folder / "redis.conf").write_text(f"{text}\nbind {HOST}\n")
    password = (folder / "password.conf").read_text().split()[1]
    with subprocess.Popen(
        ["redis-server", folder / "redis.conf"], cwd=folder, stdout=subprocess.DEVNULL
    ) as server:
        try:
            yield f"rediss://:{password}@{HOST}:{port}/0?ssl_ca_certs={folder / 'redis.crt'}"
        finally:
            server.terminate()


def test_limits_are_counted_in_a_redis_with_password_and_tls(tmp_path):
    settings = {"rate_limit": "100/hour", "workers": 2}
    with (
        redis_with_tls(tmp_path) as address,
        running(tmp_path / "service", redis=address, **settings) as service,
    ):
        wait_until(lambda: service.metrics().total("exohabit_redis_up") == 1)
        left = [int(service.get("/model").headers["RateLimit-Remaining"]) for _ in range(5)]

    assert left == list(range(left[0], left[0] - 5, -1))


def with_another_password(address: str) -> str:
    return address.replace("://:", "://:not")


def without_tls(address: str) -> str:
    return address.replace("rediss", "redis").partition("?")[0]


def without_the_certificate(address: str) -> str:
    return address.partition("?")[0]


@pytest.mark.parametrize("wrong", [with_another_password, without_tls, without_the_certificate])
def test_with_a_wrong_address_redis_counts_nothing_and_requests_are_answered(tmp_path, wrong):
    with (
        redis_with_tls(tmp_path) as address,
        running(tmp_path / "service", rate_limit="100/hour", redis=wrong(address)) as service,
    ):
        assert service.get("/model").status == 200
        assert "exohabit_redis_up 0.0" in service.get("/metrics").body.decode()


def test_nginx_with_a_certificate_answers_over_tls(tmp_path):
    port = free_port()
    with running(tmp_path, proxies=1) as service:

        def add_certificate(folder: Path) -> None:
            tls = folder / "tls"
            tls.mkdir()
            prepare(tls)
            (tls / "password.conf").unlink()
            (tls / "redis.crt").rename(tls / "site.crt")
            (tls / "redis.key").rename(tls / "site.key")
            text = (DEPLOY / "tls.conf").read_text().replace("8443", f"{HOST}:{port}")
            (tls / "tls.conf").write_text(text)

        with nginx_before(service.port, prepare=add_certificate) as proxy:
            trusted = ssl.create_default_context(cafile=proxy.folder / "tls" / "site.crt")
            ask = Request(f"https://{HOST}:{port}/predict", json.dumps(EARTH).encode())
            ask.add_header("Content-Type", "application/json")
            with urlopen(ask, context=trusted) as answer:  # noqa: S310 - our own address
                assert answer.status == 200
                assert "Strict-Transport-Security" in answer.headers
