"""Inside: the cost of a prediction in its process, without HTTP, and the model's share of it.

Runs in the serving environment, in a new process for each round.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import inference
from bench.bodies import listed, planets
from exohabit.fast.few_planets import predict_few
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.science.features import FeatureMatrix, feature_matrix
from exohabit.scoring.bundle import Bundle, Scores
from exohabit.scoring.model_columns import OWN_COLUMNS
from exohabit.service.settings import Settings
from utils import parse_planets

ROOT = Path(__file__).resolve().parent.parent
SINGLE = 2_000
SIZES = (1_000, 10_000, 100_000)
REPEATS = 7


class Scored:
    """A bundle that returns known scores without a call of the model."""

    start_scoring = None
    custom = None
    columns = OWN_COLUMNS

    def __init__(self, bundle: Bundle, scores: Scores) -> None:
        self.manifest = bundle.manifest
        self.version, self.threshold = bundle.version, bundle.threshold
        self._scores = scores

    def score(self, _: FeatureMatrix) -> Scores:
        """Return the known scores."""
        return self._scores


def clocked(act: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds that a call takes."""
    began = clock()
    act()
    return clock() - began


def single(bundle: Bundle, bodies: Sequence[str]) -> dict[str, float]:
    """Measure one planet as it is served, from bytes to bytes, and the model call alone, in µs."""
    requests = [InferenceRequest(body.encode(), JSON, NO_QUERY, JSON) for body in bodies]
    rows = feature_matrix(parse_planets(listed(bodies)).table).tolist()

    def predict() -> None:
        for request in requests:
            predict_few(bundle, request)

    def score() -> None:
        for row in rows:
            bundle.score_one(row)

    predict()  # once unmeasured, to warm up
    measured = {
        "one_planet": (predict, time.perf_counter),
        "one_planet_cpu": (predict, time.process_time),
        "model_call": (score, time.perf_counter),
    }
    return {
        name: median(clocked(act, clock) for _ in range(REPEATS)) * 1e6 / len(bodies)
        for name, (act, clock) in measured.items()
    }


def ranking(bundle: Bundle, for_many: Bundle, bodies: Sequence[str]) -> dict[str, float]:
    """Measure a ranking, and compare its parts with `json.loads` of the same body.

    `inside`: µs a planet in the batch process, which scores while it reads. `all_else`: everything
    but the model call, one step after the other. `longer`: how much longer the ranking takes than
    its model call alone.
    """
    body = listed(bodies)
    request = InferenceRequest(body, JSON, NO_QUERY, JSON)
    matrix = feature_matrix(parse_planets(body).table)
    scored = Scored(bundle, bundle.score(matrix))
    acts: tuple[Callable[[], object], ...] = (
        lambda: inference.rank(for_many, request),
        lambda: inference.rank(scored, request),  # type: ignore[arg-type]
        lambda: for_many.score(matrix),
        lambda: json.loads(body),
    )
    # Alternately, so that each is compared with the calls next to it.
    rounds = [[clocked(act) for act in acts] for _ in range(REPEATS)]
    return {
        f"inside_{len(bodies)}": median(each[0] for each in rounds) * 1e6 / len(bodies),
        f"all_else_{len(bodies)}": median(all_else / load for _, all_else, _, load in rounds),
        f"longer_{len(bodies)}": median((made - call) / load for made, _, call, load in rounds),
    }


def main() -> None:
    """Print all measures as JSON."""
    bundle = Bundle.load(ROOT)
    bodies = list(planets(max(SIZES)))
    measured = single(bundle, bodies[:SINGLE])
    for_many = bundle.for_many(Settings().model_threads)
    for size in SIZES:
        measured |= ranking(bundle, for_many, bodies[:size])
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
