"""The benchmark compares ExoHabit with other ways to serve the same model; `make bench` runs it."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import report, short
from bench.contestants import FASTAPI, LIMITS, MORE, SERVICE, USUAL, Contestant
from bench.machine import Busyness, describe
from bench.measures import FULL, ONCE, Bench, Effort, inside, measure_in_rounds
from bench.results import FOLDER, Record, Results


def measure(bench: Bench, contestants: Sequence[Contestant], effort: Effort) -> Results:
    """Measure everything for all contestants."""
    results: Results = {}
    print("Starts and memory", flush=True)
    measure_in_rounds(contestants, bench.start, effort.rounds, results)
    with ExitStack() as stack:
        running = [stack.enter_context(bench.serve(each)) for each in (*contestants, *LIMITS)]
        predicting = [each for each in running if each.contestant.predicts]
        two = [each for each in predicting if each.contestant in (SERVICE, FASTAPI)]
        for each in running:
            bench.warm_up(each)
        print("/predict", flush=True)
        measure_in_rounds(running, bench.predict, effort.rounds, results)
        for each in predicting:
            bench.warm_up_ranking(each)
        print("/rank", flush=True)
        measure_in_rounds(predicting, bench.rank, effort.rounds, results)
        print("/predict beside rankings", flush=True)
        measure_in_rounds(two, bench.predict_beside, effort.rounds, results)
        for each in predicting:
            bench.check(each)
    print("Inside the process", flush=True)
    measure_in_rounds([SERVICE], lambda _: inside(), effort.rounds, results)
    return results


def main() -> int:
    """Measure, write the results, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="only the ratios that must hold, in a minute"
    )
    parser.add_argument("--all", action="store_true", help="also MLServer and BentoML")
    parser.add_argument("--once", action="store_true", help="one short round, into build/bench")
    parser.add_argument("--rounds", type=int, default=FULL.rounds, help="two minutes each")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and stop the contestants
    contestants = (*USUAL, *MORE) if arguments.all else USUAL
    needed = {"wrk": shutil.which("wrk") is not None}
    needed |= {f"{each.environment}, made by `make peers`": each.is_there for each in contestants}
    if missing := [what for what, is_there in needed.items() if not is_there]:
        sys.exit("The benchmark needs " + " and ".join(missing))
    effort = ONCE if arguments.once else FULL._replace(rounds=arguments.rounds)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), effort)
        if arguments.short:
            return short.run(short.checks(bench))
        busyness = Busyness()
        results = measure(bench, contestants, effort)
        made = describe(contestants, busyness) | {"rounds": str(effort.rounds)}
        record = Record(made, results)
    report.write(record, Path("build/bench") if arguments.once else FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
