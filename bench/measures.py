"""Measures: what is done to contestants, in turns, to find each figure.

All of them run while one is measured; in each round another goes first. The trap: a server whose
answers are wrong may be fast, so every ranking that is timed is looked at, and single planets are
asked for before and after.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from bench.bodies import listed, planets, tabled
from bench.client import Timed, post
from bench.contestants import SERVICE, Contestant, Running, serve
from bench.load import Load, load
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
"""Rankings before those that are measured, so that each worker, to which chance leads them, has
most probably begun with all that it takes for one: the service starts a process with the first,
whose time is measured as well."""
_FEW = 5_000
"""Planets of those before that whose memory is measured: none of it may still be there."""
_TIMES = 3
"""How often even the largest ranking is asked for, for the mean."""
_CHECKED = range(0, LARGEST, LARGEST // 100)
_MB = 1e6


class Effort(NamedTuple):
    """How many rounds there are, and how long a load lasts."""

    rounds: int
    seconds: int


FULL = Effort(7, 3)
ONCE = Effort(1, 1)
"""To see that all of it works."""


class Bench:
    """Planets and what is right of them: what contestants are asked."""

    def __init__(self, folder: Path, effort: Effort) -> None:
        self._file = folder / "planets"
        self._effort = effort
        self._truth = Truth(list(planets(LARGEST)), Bundle.load(ROOT))
        self._file.write_text("\n".join(self._truth.bodies))
        self._lists = {size: listed(self._truth.bodies[:size]) for size in SIZES}
        self._tables = {size: tabled(self._truth.bodies[:size]) for size in SIZES}

    def serve(self, contestant: Contestant) -> AbstractContextManager[Running]:
        """Start a contestant and wait for its first right answer."""
        return serve(contestant, self._truth.is_known_to if contestant.predicts else self._answers)

    def _answers(self, server: Server) -> bool:
        sent = self._truth.bodies[0].encode()
        return server.post("/predict", sent, Content_Type=JSON).status == 200

    def check(self, running: Running) -> None:
        """Ask for planets from all over the file; raise WrongAnswer if one is answered wrongly."""
        if running.contestant.predicts:
            self._truth.check(running.server, _CHECKED)

    def load(self, running: Running, connections: int = 16, seconds: int | None = None) -> Load:
        """Ask for one planet after the other, as fast as they are answered."""
        url, headers = f"{running.server.url}/predict", {"Content-Type": JSON}
        return load(url, self._file, headers, seconds or self._effort.seconds, connections)

    def warm_up(self, running: Running) -> None:
        """Put every worker under load, unmeasured, and look at what is answered."""
        self.load(running, seconds=WARM_UP_SECONDS)
        self.check(running)

    def warm_up_ranking(self, running: Running) -> None:
        """Have every worker, most probably, rank unmeasured."""
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

    @contextmanager
    def _ranking(self, running: Running) -> Iterator[None]:
        is_over = threading.Event()
        failures: list[Exception] = []

        def rank() -> None:
            while not (is_over.is_set() or failures):
                try:
                    post(running.server.port, "/rank", self._lists[LARGEST])
                except (OSError, RuntimeError) as failure:
                    failures.append(failure)

        thread = threading.Thread(target=rank)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()
        if failures:
            raise failures[0]

    def rank(self, running: Running) -> Found:
        """Measure /rank; of the service also with tables."""
        found = {f"json_{size}": self._rank(running, self._lists, JSON, size) for size in SIZES}
        found["growth"] = found["json_1000"] / found[f"json_{LARGEST}"]
        if running.contestant is SERVICE:
            found |= {f"csv_{size}": self._rank(running, self._tables, CSV, size) for size in SIZES}
        return found

    def _rank(
        self, running: Running, bodies: dict[int, bytes], media_type: str, size: int
    ) -> float:
        """Return the planets a second of a ranking; of small ones, of many in a row."""
        times = min(max(20_000 // size, _TIMES), 50)
        seconds = 0.0
        for _ in range(times):
            timed = post(running.server.port, "/rank", bodies[size], media_type)
            self._truth.check_ranking(timed.content, size)
            seconds += timed.seconds
        return times * size / seconds

    def start(self, contestant: Contestant) -> Found:
        """Start a contestant anew, twice, and measure that and its memory, at rest and at peaks."""
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
        """Rank; return the bytes that it took at its peak, over those of its body, and seconds."""
        timed: list[Timed] = []
        took = peak_above(
            running.pid, lambda: timed.append(post(running.server.port, "/rank", body))
        )
        return took / len(body), timed[0].seconds


def inside() -> Found:
    """Measure judging without HTTP, in a new process of the environment that serves."""
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


def in_turns(
    those: Iterable[Measured], measure: Callable[[Measured], Found], rounds: int, results: Results
) -> None:
    """Measure each in each round, and add what is found; another goes first each time."""
    order = list(those)
    for _ in range(rounds):
        for each in order:
            found = measure(each)
            add(results, each.name, found)
            print(f"  {each.name}:", _short(found), flush=True)
        order.append(order.pop(0))


def _short(found: Found) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in found.items())
