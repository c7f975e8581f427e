"""Operation: how keys, limits, logs and large requests slow down a request for one planet.

Two servers, or two states of one, are measured alternately; `bench.comparison` says why.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.bodies import listed, planets
from bench.comparison import compare, met
from bench.load import Load, again_and_again, load
from bench.redis_server import redis_server
from bench.servers import HOST, SERVE, Server, free_port, start
from exohabit.service.api_keys import new_key
from exohabit.service.settings import PREFIX

LEAST_KEPT = 0.45
"""The least share of the throughput that must remain with everything switched on."""
MOST_TIMES = 10
"""How many times longer p99 of small requests may be while large requests run."""

CONNECTIONS = (1, 4, 16)
WARM_UP_SECONDS = 2
RANKED = 100_000
TEAMS = 20
ORIGIN = "https://example.org"
NEVER_REACHED = "999999999/day"


class Effort(NamedTuple):
    """How many pairs are measured, and how long each measurement lasts."""

    pairs: int
    seconds: int


SHORT = (Effort(8, 1), Effort(3, 2))
FULL = (Effort(60, 1), Effort(9, 4))
"""For throughput and for p99. Throughput varies less, so it is measured often and briefly."""


class Bench:
    """The planets, keys and settings that servers are started and loaded with."""

    def __init__(self, folder: Path, redis: str) -> None:
        self._folder = folder
        self._planets = folder / "planets"
        self._planets.write_text("\n".join(planets(2_000)))
        keys = [new_key(folder / "keys.json", f"team-{number}") for number in range(TEAMS)]
        # Sent to every server, so that only the server differs.
        self._headers = {
            "X-API-Key": keys[TEAMS // 2],
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Proto": "https",
            "Origin": ORIGIN,
        }
        self.parts = {
            "keys": {"keys_file": str(folder / "keys.json")},
            "the limit in memory": {"rate_limit": NEVER_REACHED},
            "the limit in Redis": {"rate_limit": NEVER_REACHED, "redis": redis},
            "the log": {"log": "json"},
            "proxies, hosts, origins": {"proxies": "1", "trusted_hosts": HOST, "origins": ORIGIN},
        }
        self.everything = {
            name: text for part in self.parts.values() for name, text in part.items()
        }

    @contextmanager
    def serve(self, settings: dict[str, str]) -> Iterator[Server]:
        """Run a server with its output in a file, and warm it up."""
        port = free_port()
        settings = {"log": "off", "port": str(port), **settings}
        environ = {PREFIX + name.upper(): text for name, text in settings.items()}
        program = f'"{SERVE}/bin/python" -m exohabit.service.server app:create_app'
        line = f'exec {program} > "{self._folder}/{port}.log"'
        with start(["sh", "-c", line], port, **environ) as server:
            self.load(server, WARM_UP_SECONDS)
            yield server

    def load(self, server: Server, seconds: int, connections: int = 16) -> Load:
        """Post one planet after the other, as fast as the server answers."""
        return load(f"{server.url}/predict", self._planets, self._headers, seconds, connections)

    def ranking(self, server: Server, body: bytes) -> AbstractContextManager[None]:
        """Rank a body again and again meanwhile, each time on a new connection."""

        def rank() -> None:
            status = server.post("/rank", body, **self._headers).status
            if status != 200:
                raise RuntimeError(f"a ranking was answered with {status}")

        return again_and_again(rank)


def throughput(bench: Bench, name: str, settings: dict[str, str], effort: Effort) -> float:
    """Return the share of its throughput that /predict keeps with some settings."""
    print(f"Requests a second with {name}, with nothing, ratio", flush=True)
    with bench.serve({}) as off, bench.serve(settings) as on:
        return compare(
            lambda: bench.load(on, effort.seconds).per_second,
            lambda: bench.load(off, effort.seconds).per_second,
            effort.pairs,
        )


def p99(bench: Bench, server: Server, body: bytes, connections: int, effort: Effort) -> float:
    """Return p99 of /predict beside rankings over p99 alone."""

    def alone() -> float:
        return bench.load(server, effort.seconds, connections).p99_ms

    def beside() -> float:
        with bench.ranking(server, body):
            return alone()

    print(f"p99 at {connections} connections beside rankings, alone (ms), ratio", flush=True)
    return compare(beside, alone, effort.pairs)


def measure(bench: Bench, efforts: tuple[Effort, Effort], parts: bool) -> Iterator[str]:
    """Measure everything; return a line for each, with its target if there is one."""
    each = {"everything": bench.everything} | (bench.parts if parts else {})
    for name, settings in each.items():
        kept = throughput(bench, name, settings, efforts[0])
        target = f" ({met(kept >= LEAST_KEPT)}: ≥ {LEAST_KEPT})" if name == "everything" else ""
        yield f"throughput with {name}: {kept:.3f} of that with nothing{target}"
    body = listed([*planets(RANKED)])
    with bench.serve(bench.everything) as server:
        for many in CONNECTIONS:
            times = p99(bench, server, body, many, efforts[1])
            target = f" ({met(times <= MOST_TIMES)}: ≤ {MOST_TIMES})"
            yield f"p99 at {many} connections: {times:.1f} times as long beside rankings{target}"


def main() -> None:
    """Measure, if the programs for it are installed."""
    parser = argparse.ArgumentParser(prog="python -m bench.operation", description=__doc__)
    parser.add_argument("--short", action="store_true", help="for a first impression, in a minute")
    parser.add_argument("--parts", action="store_true", help="also what each part costs by itself")
    arguments = parser.parse_args()
    needed = {"wrk": shutil.which("wrk"), "redis-server": shutil.which("redis-server")}
    needed["make run, once"] = str(SERVE) if (SERVE / "ready").exists() else None
    if missing := [name for name, found in needed.items() if not found]:
        print("Skipped: needs " + " and ".join(missing))
        return
    for name in [each for each in os.environ if each.startswith(PREFIX)]:
        del os.environ[name]  # only the settings given here are measured
    load_by_others = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, redis_server() as redis:
        bench = Bench(Path(folder), redis.url)
        print("\n".join(list(measure(bench, SHORT if arguments.short else FULL, arguments.parts))))
    if load_by_others > 1:
        print(f"The machine was busy (load {load_by_others:.1f}): measure again when it is not")


if __name__ == "__main__":
    main()
