"""Score ten well-known planets one by one and print a summary table.

Needs nothing but Python and a running service:

    python examples/score_ten.py [http://127.0.0.1:5000]
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

# No proxy for this machine, even if http_proxy is set.
os.environ["no_proxy"] = f"127.0.0.1,localhost,{os.environ.get('no_proxy', '')}"
PLANETS = Path(__file__).with_name("known_planets.json")
TEN = (
    "Earth",
    "Mars",
    "Venus",
    "Jupiter",
    "TRAPPIST-1 e",
    "Proxima Cen b",
    "Kepler-186 f",
    "K2-18 b",
    "GJ 1214 b",
    "51 Peg b",
)


def ask(service: str, planet: dict[str, Any]) -> dict[str, Any]:
    """Post one planet to /predict and return the answer."""
    request = urllib.request.Request(
        f"{service}/predict",
        data=json.dumps(planet).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        sys.exit(f"{error.code}: {error.read().decode()}")
    except urllib.error.URLError:
        sys.exit(f"Nothing is listening at {service}. Start ExoHabit with: make run")
    return answer


def main() -> None:
    """Score each of the ten and print its line."""
    service = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000"
    planets = {planet["name"]: planet for planet in json.loads(PLANETS.read_bytes())["planets"]}
    print(f"{'planet':14s} {'score':>7s}  label")
    habitable = 0
    for name in TEN:
        answer = ask(service, planets[name])
        habitable += answer["prediction"]
        print(f"{name:14s} {answer['score']:7.4f}  {answer['label']}")
    print(f"{habitable} of {len(TEN)} are potentially habitable (model {answer['model_version']})")


if __name__ == "__main__":
    main()
