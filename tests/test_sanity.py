"""Well-known planets, with the numbers that a teacher would try."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

EARTH = (1.0, 1.0, 365.25, 255.0, "G2 V")
VENUS = (0.949, 0.815, 224.7, 227.0, "G2 V")
KEYS = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype")
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def planet(*values, **more):
    return {**dict(zip(KEYS, values, strict=True)), **more}


def score(client, body) -> float:
    answer = client.post("/predict", json=body)
    assert answer.status_code == 200, answer.json
    return answer.json["score"]


@pytest.mark.parametrize(
    ("name", "body", "low", "high"),
    [
        ("Earth", planet(*EARTH), 0.9, 1.0),
        ("Earth by radius and T_eq only", planet(1.0, None, None, 255.0, None), 0.5, 1.0),
        ("Venus", planet(*VENUS), 0.0, 0.6),
        ("Venus without T_eq", planet(0.949, 0.815, 224.7, None, "G2 V"), 0.0, 0.5),
        ("Mars", planet(0.532, 0.107, 687, 210, "G2 V"), 0.5, 1.0),
        ("Jupiter", planet(11.21, 317.8, 4332.6, 110, "G2 V"), 0.0, 0.01),
        ("a hot Jupiter", planet(13.0, 250.0, 3.5, 1450, "G0 V"), 0.0, 0.01),
        ("Mercury", planet(0.383, 0.055, 88, 440, "G2 V"), 0.0, 0.01),
        ("the Moon at Earth's place", planet(0.273, 0.0123, 365.25, 255, "G2 V"), 0.0, 0.01),
        ("the README's first planet", planet(1.1, 0.9, 365, 288, "G"), 0.8, 1.0),
        ("Kepler-62 f by orbit and star", planet(1.41, None, 267.29, None, "K2 V"), 0.5, 1.0),
        ("Kepler-10 b by orbit and star", planet(1.47, None, 0.8375, None, "G"), 0.0, 0.01),
        ("Earth around a white dwarf", planet(1.0, 1.0, 365.25, 255.0, "WD"), 0.0, 0.05),
        ("Earth around an A star", planet(1.0, 1.0, 365.25, 255.0, "A5 V"), 0.0, 0.05),
        ("Earth around a brown dwarf", planet(1.0, 1.0, 365.25, 255.0, "T5"), 0.0, 0.05),
    ],
)
def test_a_known_planet_scores_as_physics_says(client, name, body, low, high):
    found = score(client, body)

    assert low <= found <= high
    assert found not in (low, high)


def test_the_score_falls_as_a_planet_of_unknown_orbit_gets_hotter(client):
    planets = [planet(1.0, None, None, eqt, None) for eqt in np.arange(255.0, 1001.0, 5.0)]

    answers = client.post("/predict", json={"planets": planets}).json["predictions"]

    scores = np.array([answer["score"] for answer in answers])
    assert (scores - np.minimum.accumulate(scores)).max() <= 0.01
    assert scores[0] > 0.5
    assert scores[-1] < 0.01


def test_earthlike_is_habitable_and_hotplanet_is_not(client):
    answer = client.post("/rank", data=(EXAMPLES / "rank.json").read_bytes()).json

    first, second = answer["ranked_planets"]
    assert (first["name"], first["prediction"]) == ("EarthLike", 1)
    assert first["score"] > 0.8
    assert (second["name"], second["prediction"]) == ("HotPlanet", 0)
    assert second["score"] < 0.01


def test_the_same_light_is_too_much_from_a_cool_star_and_not_from_a_warm_one(client):
    body = planet(1.0, None, None, None, None, pl_insol=1.65)

    cool, warm = (score(client, {**body, "st_teff": teff}) for teff in (2900, 6800))
    assert cool < 0.5 < warm
