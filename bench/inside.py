"""Inside: what judging costs in its own process, without HTTP, and what of it is the model's.

Run by the environment that serves, in a process of its own for each round.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import inference
from bench.bodies import listed, planets
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.science.features import FeatureMatrix, feature_matrix
from exohabit.scoring.bundle import Bundle, Scores
from exohabit.service.settings import Settings
from utils import parse_planets

ROOT = Path(__file__).resolve().parent.parent
SINGLE = 2_000
SIZES = (1_000, 10_000, 100_000)
TURNS = 7


class Scored:
    """A bundle that need not be asked: its planets have their scores."""

    start_scoring = None

    def __init__(self, bundle: Bundle, scores: Scores) -> None:
        self.manifest = bundle.manifest
        self.version, self.threshold = bundle.version, bundle.threshold
        self._scores = scores

    def score(self, _: FeatureMatrix) -> Scores:
        """Return them."""
        return self._scores


def clocked(act: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds that something takes."""
    began = clock()
    act()
    return clock() - began


def single(bundle: Bundle, bodies: Sequence[str]) -> dict[str, float]:
    """Measure one planet, from bytes to bytes, and the model's call alone, in µs."""
    asked = [InferenceRequest(body.encode(), JSON, NO_QUERY, JSON) for body in bodies]
    rows = feature_matrix(parse_planets(listed(bodies)).table).tolist()

    def judge() -> None:
        for each in asked:
            inference.predict(bundle, each)

    def score() -> None:
        for row in rows:
            bundle.score_one(row)

    judge()  # once before, unmeasured
    measured = {
        "one_planet": (judge, time.perf_counter),
        "one_planet_cpu": (judge, time.process_time),
        "model_call": (score, time.perf_counter),
    }
    return {
        name: median(clocked(act, clock) for _ in range(TURNS)) * 1e6 / len(bodies)
        for name, (act, clock) in measured.items()
    }


def ranking(bundle: Bundle, for_many: Bundle, bodies: Sequence[str]) -> dict[str, float]:
    """Measure a ranking, µs a planet, and what is not the model's over decoding the JSON alone.

    The first as the process for large requests makes it, which scores while it reads. The second
    all that is done for it, one after the other, where the scores are there without a call; and how
    much longer it takes, as it is made there, than its model call alone.
    """
    body = listed(bodies)
    asked = InferenceRequest(body, JSON, NO_QUERY, JSON)
    matrix = feature_matrix(parse_planets(body).table)
    scored = Scored(bundle, bundle.score(matrix))
    acts: tuple[Callable[[], object], ...] = (
        lambda: inference.rank(for_many, asked),
        lambda: inference.rank(scored, asked),  # type: ignore[arg-type]
        lambda: for_many.score(matrix),
        lambda: json.loads(body),
    )
    # In turns, so that each is compared with those beside it.
    turns = [[clocked(act) for act in acts] for _ in range(TURNS)]
    return {
        f"inside_{len(bodies)}": median(turn[0] for turn in turns) * 1e6 / len(bodies),
        f"all_else_{len(bodies)}": median(all_else / load for _, all_else, _, load in turns),
        f"longer_{len(bodies)}": median((made - call) / load for made, _, call, load in turns),
    }


def main() -> None:
    """Print all of it as JSON."""
    bundle = Bundle.load(ROOT)
    bodies = list(planets(max(SIZES)))
    found = single(bundle, bodies[:SINGLE])
    for_many = bundle.for_many(Settings().model_threads)
    for size in SIZES:
        found |= ranking(bundle, for_many, bodies[:size])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
