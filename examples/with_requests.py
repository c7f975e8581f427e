"""Ask ExoHabit with requests: one planet, a ranking, an error.

Needs `pip install requests` and a running service:

    python examples/with_requests.py [http://127.0.0.1:5000]
"""

from __future__ import annotations

import sys
from typing import Any

import requests

EARTH_LIKE = {
    "name": "EarthLike",
    "pl_rade": 1.1,
    "pl_bmasse": None,  # not known; requests refuses float("nan"), which is no JSON
    "pl_orbper": 365,
    "pl_eqt": 288,
    "st_spectype": "G2 V",
}
HOT = EARTH_LIKE | {"name": "HotPlanet", "pl_rade": 3.5, "pl_orbper": 50, "pl_eqt": 900}


def ask(session: requests.Session, url: str, content: Any, **query: Any) -> dict[str, Any]:
    """Post JSON and return the answer, or raise with what the service says is wrong."""
    response = session.post(url, json=content, params=query, timeout=30)
    answer: dict[str, Any] = response.json()
    if not response.ok:  # raise_for_status() would tell the status and hide the reason
        faults = [fault["message"] for fault in answer.get("problems", [])]
        raise ValueError("\n  ".join([f"{response.status_code} {answer['code']}", *faults]))
    return answer


def main() -> None:
    """Ask three times on one connection."""
    service = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000"
    with requests.Session() as session:
        judged = ask(session, f"{service}/predict", EARTH_LIKE)
        print(f"{EARTH_LIKE['name']}: {judged['score']:.4f}, {judged['label']}")

        ranking = ask(session, f"{service}/rank", {"planets": [HOT, EARTH_LIKE]}, top=1)
        for place, planet in enumerate(ranking["ranked_planets"], 1):
            print(f"{place}. {planet['name']} {planet['score']:.4f}")

        try:
            ask(session, f"{service}/predict", EARTH_LIKE | {"pl_rade": -1, "pl_eqt": "hot"})
        except ValueError as error:
            print(error)


if __name__ == "__main__":
    main()
