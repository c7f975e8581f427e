"""Formats: how long tables and lines take inside the process, beside the same planets as JSON.

Prints ratios from interleaved rounds: `python -m bench.formats` in the serving environment.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import inference
from bench.bodies import listed, planets, tabled
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import CSV, JSON, NDJSON
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.scoring.bundle import Bundle

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10, 100, 1_000, 10_000, 100_000)
_PLANETS = 50_000
"""Planets of all rounds of a size together; at least `_ROUNDS` rounds."""
_ROUNDS, _MOST = 5, 300


def measure(bundle: Bundle, bodies: list[str]) -> dict[str, float]:
    """Return the µs a planet of a ranking as JSON, and the ratios of the other formats to it."""
    contents = {JSON: listed(bodies), CSV: tabled(bodies), NDJSON: "\n".join(bodies).encode()}
    requests = [InferenceRequest(body, kind, NO_QUERY, JSON) for kind, body in contents.items()]
    rounds = min(max(_PLANETS // len(bodies), _ROUNDS), _MOST)
    seconds = [[_seconds(bundle, request) for request in requests] for _ in range(rounds)]
    return {
        "json": median(as_json for as_json, _, _ in seconds) * 1e6 / len(bodies),
        "csv": median(as_csv / as_json for as_json, as_csv, _ in seconds),
        "ndjson": median(as_lines / as_json for as_json, _, as_lines in seconds),
    }


def _seconds(bundle: Bundle, request: InferenceRequest) -> float:
    began = time.process_time()
    inference.rank(bundle, request)
    return time.process_time() - began


def main() -> None:
    """Print a line for each size."""
    bundle = Bundle.load(ROOT)
    bodies = list(planets(max(SIZES)))
    for size in SIZES:
        found = measure(bundle, bodies[:size])
        print(
            f"{size:>7,} planets: JSON {found['json']:.2f} µs a planet, CSV {found['csv']:.2f} ×, "
            f"NDJSON {found['ndjson']:.2f} ×"
        )


if __name__ == "__main__":
    main()
