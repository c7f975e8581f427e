"""Ask ExoHabit with requests: one planet, a ranking, an error.

Needs `pip install requests` and a running service:

    python examples/with_requests.py [http://127.0.0.1:5000]
"""

from __future__ import annotations

import os
import sys
from typing import Any

import requests

# No proxy for this machine, even if http_proxy is set.
os.environ["no_proxy"] = f"127.0.0.1,localhost,{os.environ.get('no_proxy', '')}"
EARTH_LIKE = {
    "name": "EarthLike",
    "pl_rade": 1.1,
    "pl_bmasse": None,  # not known; JSON has no NaN, so requests refuses float("nan")
    "pl_orbper": 365,
    "pl_eqt": 288,
    "st_spectype": "G2 V",
}
HOT = EARTH_LIKE | {"name": "HotPlanet", "pl_rade": 3.5, "pl_orbper": 50, "pl_eqt": 900}


def ask(session: requests.Session, url: str, content: Any, **query: Any) -> dict[str, Any]:
    """Post JSON and return the answer, or raise an error that says what is wrong."""
    try:
        response = session.post(url, json=content, params=query, timeout=30)
    except requests.ConnectionError:
        sys.exit(f"Nothing is listening at {url}. Start ExoHabit with: make run")
    answer: dict[str, Any] = response.json()
    if not response.ok:  # raise_for_status() would hide the reason
        problems = [problem["message"] for problem in answer.get("problems", [])]
        raise ValueError("\n  ".join([f"{response.status_code} {answer['code']}", *problems]))
    return answer


def main() -> None:
    """Send three requests on one connection."""
    service = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000"
    with requests.Session() as session:
        answer = ask(session, f"{service}/predict", EARTH_LIKE)
        print(f"{EARTH_LIKE['name']}: {answer['score']:.4f}, {answer['label']}")

        ranking = ask(session, f"{service}/rank", {"planets": [HOT, EARTH_LIKE]}, top=1)
        for place, planet in enumerate(ranking["ranked_planets"], 1):
            print(f"{place}. {planet['name']} {planet['score']:.4f}")

        try:
            ask(session, f"{service}/predict", EARTH_LIKE | {"pl_rade": -1, "pl_eqt": "hot"})
        except ValueError as error:
            print(error)


if __name__ == "__main__":
    main()
