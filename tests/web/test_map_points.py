"""Map points: where planets and zones lie in the diagram."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.habitability import zone_limit
from exohabit.web.map_points import ZONES, zone_edges
from tests.bad_requests import EARTH

COUNTED = ("name", "hostname", "score", "insolation", "st_teff", "radius", "zone", "sy_dist")


@pytest.fixture(scope="module")
def points(client):
    """The planets of the catalogue, each as an object, by name."""
    columns = client.get("/map/planets").json["planets"]
    return {
        name: {key: columns[key][i] for key in columns} for i, name in enumerate(columns["name"])
    }


def test_all_known_planets_are_there_with_every_column(client, points):
    columns = client.get("/map/planets").json["planets"]

    count = client.get("/planets?limit=1").json["count"]
    assert {len(values) for values in columns.values()} == {count} == {len(points)}
    assert set(COUNTED) < set(columns)


def test_the_scores_are_those_of_the_list_of_known_planets(client, points):
    listed = client.get("/planets?limit=1000&fields=name,score,sy_dist").json["planets"]

    assert len(listed) == 1000
    for planet in listed:
        point = points[planet["name"]]
        assert (point["score"], point["sy_dist"]) == (planet["score"], planet["sy_dist"])


@pytest.mark.parametrize(
    "name", ["Earth", "Venus", "Jupiter", "TRAPPIST-1 d", "TRAPPIST-1 e", "GJ 1061 d", "55 Cnc e"]
)
def test_light_and_zone_are_those_of_the_context(client, points, name):
    context = client.get(f"/planets/{name}?context=true&fields=context").json["context"]

    point = points[name]
    assert point["insolation"] == context["insolation"]["value"]
    positions = [context[f"{zone}_zone"]["position"] for zone in ("optimistic", "conservative")]
    expected = {
        ("inside", "inside"): "conservative zone",
        ("inside", "too hot"): "optimistic zone",
        ("inside", "too cold"): "optimistic zone",
    }
    assert point["zone"] == expected.get(tuple(positions), positions[0])


def test_every_zone_word_occurs_among_known_planets(points):
    assert {point["zone"] for point in points.values()} == {*ZONES, None}


def test_a_radius_that_is_not_measured_follows_from_the_mass(points):
    proxima = points["Proxima Cen b"]

    assert proxima["pl_rade"] is None
    assert 1.0 < proxima["radius"] < 1.1


def test_the_edges_of_the_zones_are_those_of_the_score():
    edges = zone_edges()

    teff = np.array(edges.st_teff)
    assert (teff[0], teff[-1]) == (2300.0, 7310.0)
    assert edges.optimistic == list(
        zip(zone_limit("early_mars", teff), zone_limit("recent_venus", teff), strict=True)
    )
    assert edges.conservative == list(
        zip(zone_limit("maximum_greenhouse", teff), zone_limit("runaway_greenhouse", teff),
            strict=True)
    )  # fmt: skip


def test_a_planet_of_the_query_has_the_score_and_light_of_the_api(client):
    query = {**EARTH, "name": "mine"}

    own = client.get("/map/planet", query_string=query).json["planets"]

    asked = {**query, "context": "true"}
    answer = client.get("/predict", query_string=asked).json
    assert own["name"] == ["mine"]
    assert own["score"] == [answer["score"]]
    assert own["insolation"] == [answer["context"]["insolation"]["value"]]


def test_a_planet_of_which_little_is_known_has_no_score_and_no_place(client):
    own = client.get("/map/planet?pl_rade=1.1").json["planets"]

    assert (own["score"], own["insolation"], own["zone"]) == ([None], [None], [None])
    assert own["radius"] == [1.1]


def test_a_wrong_value_of_the_query_is_a_problem(client):
    answer = client.get("/map/planet?pl_rade=-1&st_spectype=blue")

    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json["problems"]] == ["pl_rade", "st_spectype"]
    radius, star = answer.json["message"].split(". ")
    assert radius.startswith("Radius is “-1”; expected a number from 0.01 to 3,200 Earth radii, or")
    assert star.startswith("Type of its star is “blue”; expected a spectral type such as")


def test_a_known_planet_with_changed_values_has_the_score_and_light_of_what_if(client):
    changed = client.get("/map/planet?planet=Earth&pl_rade=2").json["planets"]

    answer = client.get("/planets/Earth/predict?pl_rade=2&context=true").json
    assert changed["name"] == ["Earth, changed"]
    assert changed["score"] == [answer["score"]] != [answer["catalog_score"]]
    assert changed["insolation"] == [answer["context"]["insolation"]["value"]]
    assert changed["pl_rade"] == [2.0]


@pytest.mark.parametrize(("name", "status"), [("no such planet", 404), ("", 200)])
def test_the_known_planet_of_the_query_must_exist(client, name, status):
    answer = client.get("/map/planet", query_string={"planet": name, "pl_rade": 2})

    assert answer.status_code == status


@pytest.mark.parametrize("name", ["Proxima Cen b", "GJ 251 c", "TRAPPIST-1 e"])
def test_the_listed_radius_is_that_of_the_list_of_known_planets(client, points, name):
    planet = client.get(f"/planets/{name}").json

    assert points[name]["listed_rade"] == planet["planet"]["pl_rade"] is not None
    assert (points[name]["pl_rade"] is None) == ("pl_rade" in planet["computed"])
