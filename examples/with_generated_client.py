"""Ask ExoHabit with a client that openapi-python-client makes from its API description.

Needs `pip install openapi-python-client` and a running service:

    openapi-python-client generate --meta none --output-path exohabit_client --url http://127.0.0.1:5000/openapi.json
    python examples/with_generated_client.py [http://127.0.0.1:5000]
"""

from __future__ import annotations

import os
import sys

import httpx
from exohabit_client import Client
from exohabit_client.api.known_planets import planet, what_if
from exohabit_client.api.planets import predict, rank
from exohabit_client.models import (
    ErrorAnswer,
    ErrorCode,
    KnownPlanet,
    Narrowed,
    Planet,
    PlanetList,
    Prediction,
    RankFieldsItem,
    Ranking,
    WhatIf,
)

# No proxy for this machine, even if http_proxy is set.
os.environ["no_proxy"] = f"127.0.0.1,localhost,{os.environ.get('no_proxy', '')}"
EARTH_LIKE = Planet(
    name="EarthLike", pl_rade=1.1, pl_bmasse=0.9, pl_orbper=365.0, pl_eqt=288.0, st_spectype="G"
)
PROXIMA = Planet(
    name="Proxima Cen b",
    pl_rade=None,  # not known
    pl_bmasse=1.055,
    pl_orbper=11.18465,
    pl_eqt=218.0,
    st_spectype="M5.5 V",
)
UNKNOWN = Planet(pl_rade=1.0, pl_bmasse=None, pl_orbper=365.0, pl_eqt=None, st_spectype=None)


def explain(error: ErrorAnswer) -> str:
    """Say what to do about an error."""
    if error.code is ErrorCode.NOT_ENOUGH_DATA:
        return "Measure more of this planet first."
    return f"{error.code}: {error.message}"


def ask_about_planets(client: Client) -> None:
    """Score planets; one has too few values."""
    for each in (EARTH_LIKE, PROXIMA, UNKNOWN):
        answer = predict.sync(client=client, body=each)
        if isinstance(answer, Prediction):
            print(f"{answer.name}: {answer.score:.4f}, {answer.label}")
        elif isinstance(answer, ErrorAnswer):
            print(explain(answer))


def ask_for_a_ranking(client: Client) -> None:
    """Rank two planets, one of them by its name; the answer may have fewer fields."""
    body = PlanetList(planets=[EARTH_LIKE, "Mars"])
    answer = rank.sync(client=client, body=body, top=2)
    if isinstance(answer, Ranking):
        for place, each in enumerate(answer.ranked_planets, 1):
            print(f"{place}. {each.name} {each.score:.4f} {each.prediction}")
    narrowed = rank.sync(client=client, body=body, fields=[RankFieldsItem.NAME])
    if isinstance(narrowed, Narrowed):
        print(narrowed["ranked_planets"])


def ask_about_a_known_planet(client: Client) -> None:
    """Look up a planet, then ask for its score if it were twice as large."""
    known = planet.sync("TRAPPIST-1e", client=client)
    if isinstance(known, KnownPlanet):
        radius = known.planet.pl_rade or 1.0
        larger = what_if.sync(known.name, client=client, pl_rade=2 * radius)
        if isinstance(larger, WhatIf):
            print(f"{known.name}: {known.score:.4f}, twice as large {larger.score:.4f}")


def main() -> None:
    """Send a few requests."""
    service = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000"
    client = Client(base_url=service)
    try:
        ask_about_planets(client)
        ask_for_a_ranking(client)
        ask_about_a_known_planet(client)
    except httpx.ConnectError:
        sys.exit(f"Nothing is listening at {service}. Start ExoHabit with: make run")


if __name__ == "__main__":
    main()
