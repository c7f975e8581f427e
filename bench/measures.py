"""Measures: how each figure is measured, for one contestant after the other.

All contestants run while one is measured, and each round begins with another one. A server with
wrong answers may be fast: so timed rankings are checked, and single planets before and after.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from bench.bodies import listed, planets, tabled
from bench.client import Timed, post
from bench.contestants import Contestant, Running, serve
from bench.load import Load, again_and_again, load
from bench.machine import disk
from bench.memory import peak_above, proportional, resident
from bench.results import CONNECTIONS, LARGEST, SIZES, Results, add
from bench.servers import ROOT, SERVE, Server
from bench.verification import Truth
from exohabit.inputs.readers import CSV, JSON
from exohabit.scoring.bundle import Bundle

Found = dict[str, float]
"""Values by measure."""

WARM_UP_SECONDS = 2
_RANKED_BEFORE = 8
"""Rankings before the measured ones. The first in each worker starts the batch process, and chance
decides which worker gets a ranking: after eight, most probably each has had one."""
_FEW = 5_000
"""Planets of the rankings before the one whose memory is measured; few, to leave little behind."""
_TIMES = 3
"""How often the largest ranking is repeated, for the mean."""
_CHECKED = range(0, LARGEST, LARGEST // 100)
_MB = 1e6


class Effort(NamedTuple):
    """How many rounds there are, and how long a load lasts."""

    rounds: int
    seconds: int


FULL = Effort(7, 3)
ONCE = Effort(1, 1)
"""To see that everything works."""


class Bench:
    """The planets that contestants are sent, and their correct scores."""

    def __init__(self, folder: Path, effort: Effort) -> None:
        self._file = folder / "planets"
        self._effort = effort
        self._truth = Truth(list(planets(LARGEST)), Bundle.load(ROOT))
        self._file.write_text("\n".join(self._truth.bodies))
        self._lists = {size: listed(self._truth.bodies[:size]) for size in SIZES}
        self._tables = {size: tabled(self._truth.bodies[:size]) for size in SIZES}

    def serve(self, contestant: Contestant) -> AbstractContextManager[Running]:
        """Start a contestant and wait for its first correct answer."""
        return serve(contestant, self._truth.is_known_to if contestant.predicts else self._answers)

    def _answers(self, server: Server) -> bool:
        sent = self._truth.bodies[0].encode()
        return server.post("/predict", sent, Content_Type=JSON).status == 200

    def check(self, running: Running) -> None:
        """Check predictions of planets from the whole file; raise WrongAnswer if one is wrong."""
        if running.contestant.predicts:
            self._truth.check(running.server, _CHECKED)

    def load(self, running: Running, connections: int = 16, seconds: int | None = None) -> Load:
        """Post one planet after the other, as fast as they are answered."""
        url, headers = f"{running.server.url}/predict", {"Content-Type": JSON}
        return load(url, self._file, headers, seconds or self._effort.seconds, connections)

    def warm_up(self, running: Running) -> None:
        """Put every worker under load, unmeasured, and check its answers."""
        self.load(running, seconds=WARM_UP_SECONDS)
        self.check(running)

    def warm_up_ranking(self, running: Running) -> None:
        """Send rankings, unmeasured, until most probably every worker has had one."""
        self._rank_before(running, self._lists[LARGEST])

    def _rank_before(self, running: Running, body: bytes) -> None:
        for _ in range(_RANKED_BEFORE):
            post(running.server.port, "/rank", body)

    def predict(self, running: Running) -> Found:
        """Measure /predict."""
        found: Found = {}
        for many in CONNECTIONS:
            loaded = self.load(running, many)
            found |= {f"predict_{many}": loaded.per_second, f"p99_{many}": loaded.p99_ms}
        return found

    def predict_beside(self, running: Running) -> Found:
        """Measure /predict while rankings run back to back."""
        with self._ranking(running):
            return {"p99_beside": self.load(running).p99_ms}

    def _ranking(self, running: Running) -> AbstractContextManager[None]:
        body = self._lists[LARGEST]
        return again_and_again(lambda: post(running.server.port, "/rank", body))

    def rank(self, running: Running) -> Found:
        """Measure /rank, and the same of tables."""
        lists, tables, table_path = self._lists, self._tables, running.contestant.table_path
        found = {f"json_{n}": self._rank(running, "/rank", lists[n], JSON, n) for n in SIZES}
        found["growth"] = found["json_1000"] / found[f"json_{LARGEST}"]
        if table_path:
            found |= {f"csv_{n}": self._rank(running, table_path, tables[n], CSV, n) for n in SIZES}
        return found

    def _rank(self, running: Running, path: str, body: bytes, media_type: str, size: int) -> float:
        """Return the planets a second of a ranking, averaged over several."""
        times = min(max(20_000 // size, _TIMES), 50)
        seconds = 0.0
        for _ in range(times):
            timed = post(running.server.port, path, body, media_type)
            self._truth.check_ranking(timed.content, size)
            seconds += timed.seconds
        return times * size / seconds

    def start(self, contestant: Contestant) -> Found:
        """Start a contestant twice; measure the start and its memory, at rest and at its peak."""
        body = self._lists[LARGEST]
        with self.serve(contestant) as running:
            self.warm_up(running)
            found = {
                "start": running.seconds,
                "resident": resident(running.pid) / _MB,
                "proportional": proportional(running.pid) / _MB,
                "disk": disk(contestant.environment) / _MB,
            }
            found["peak_first"], found["first"] = self._ranked(running, body)
        with self.serve(contestant) as running:
            self._rank_before(running, listed(self._truth.bodies[:_FEW]))
            peak, _ = self._ranked(running, body)
            return found | {"peak": peak}

    def _ranked(self, running: Running, body: bytes) -> tuple[float, float]:
        """Rank; return peak memory over the bytes of the body, and the seconds."""
        timed: list[Timed] = []
        peak = peak_above(
            running.pid, lambda: timed.append(post(running.server.port, "/rank", body))
        )
        return peak / len(body), timed[0].seconds


def inside() -> Found:
    """Measure predictions without HTTP, in a new process of the serving environment."""
    done = subprocess.run(  # noqa: S603 - our own
        [f"{SERVE}/bin/python", "-m", "bench.inside"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    found: Found = json.loads(done.stdout)
    return found


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Measured = TypeVar("Measured", bound=_Named)


def measure_in_rounds(
    contestants: Iterable[Measured],
    measure: Callable[[Measured], Found],
    rounds: int,
    results: Results,
) -> None:
    """Measure each contestant in each round and add the results; each round begins with another."""
    order = list(contestants)
    for _ in range(rounds):
        for each in order:
            found = measure(each)
            add(results, each.name, found)
            print(f"  {each.name}:", _short(found), flush=True)
        order.append(order.pop(0))


def _short(found: Found) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in found.items())
