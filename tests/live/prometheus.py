"""A Prometheus server of a test's own; the test is skipped where it is not installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from bench.servers import HOST, ROOT, free_port
from tests.live.services import Service, wait_until

RULES = ROOT / "deploy" / "prometheus-alerts.yaml"
DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
PANELS = [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]
QUERIES = [
    (panel["title"], target["expr"].replace("$job", "exohabit").replace("$instance", ".+"))
    for panel in PANELS
    for target in panel["targets"]
]
"""Titles and queries of the dashboard, for all replicas."""
CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [rules.yaml]
scrape_configs:
  - job_name: exohabit
    {authorization}
    static_configs: [{{targets: {targets}}}]
"""


class Prometheus:
    """A Prometheus that asks services every second, with the rules of deploy/."""

    def __init__(self, folder: Path, services: Sequence[Service], key: str | None) -> None:
        self._folder, self.port = folder, free_port()
        # The conditions stay as they are; only how long they must hold is shortened.
        rules = re.sub(r"\bfor: \w+", "for: 3s", RULES.read_text())
        (folder / "rules.yaml").write_text(rules)
        targets = json.dumps([f"{HOST}:{each.port}" for each in services])
        authorization = f"authorization: {{credentials: {key}}}" if key else ""
        (folder / "prometheus.yml").write_text(
            CONFIG.format(targets=targets, authorization=authorization)
        )
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address={HOST}:{self.port}",
                    "--log.level=error",
                ],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stderr=log,
            )

    def query(self, expression: str) -> list[float]:
        """Return the values of an expression, of all its series."""
        found = self._get("query?" + urlencode({"query": expression}))["result"]
        return [float(each["value"][1]) for each in found]

    def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        alerts = self._get("alerts")["alerts"]
        return {each["labels"]["alertname"] for each in alerts if each["state"] == "firing"}

    def annotations(self) -> list[str]:
        """Return the summaries of all active alerts."""
        return [each["annotations"]["summary"] for each in self._get("alerts")["alerts"]]

    def wait_for_scrapes(self, number: int = 4) -> None:
        """Wait until it has asked all services so many times more."""
        before = self._scrapes()
        wait_until(lambda: self._scrapes() >= before + number)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def _scrapes(self) -> float:
        try:
            return min(self.query('count_over_time(up{job="exohabit"}[1h])'), default=0)
        except OSError:  # it is starting
            return 0

    def _get(self, path: str) -> dict:
        with urlopen(f"http://{HOST}:{self.port}/api/v1/{path}", timeout=10) as answer:
            return json.load(answer)["data"]


@contextmanager
def prometheus(folder: Path, *services: Service, key: str | None = None) -> Iterator[Prometheus]:
    """Run a Prometheus that watches services until the end of the test."""
    if shutil.which("prometheus") is None:
        pytest.skip("needs prometheus: tests/debian-packages.sh")
    folder.mkdir(exist_ok=True)
    server = Prometheus(folder, services, key)
    try:
        server.wait_for_scrapes()
        yield server
    finally:
        server.stop()
