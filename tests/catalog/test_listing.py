from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

import pytest

from app import create_app
from exohabit.catalog.embedded import embedded_rows, embedded_scores
from exohabit.catalog.list_parameters import COLUMN_OF, ORDERS
from tests.catalog.small import planet, write
from tests.ways import new_settings


@pytest.fixture(scope="module")
def planets():
    """All planets of the catalogue with their scores, by the names of columns."""
    scores = embedded_scores().values
    rows = zip(embedded_rows(), scores, strict=True)
    return with_name_order(
        [dict(row) | {"name": row["pl_name"], "score": score} for row, score in rows]
    )


def with_name_order(planets) -> list[dict]:
    """Add the place of each name if numbers in names are ordered as numbers."""

    def parts(each):
        return [int(x) if x.isdigit() else x for x in re.split(r"(\d+)", each["pl_name"].lower())]

    places = {each["pl_name"]: place for place, each in enumerate(sorted(planets, key=parts))}
    return [each | {"name_order": places[each["pl_name"]]} for each in planets]


def walk(client, **query) -> Iterator[dict]:
    """Yield the pages of a list."""
    cursor = {}
    while True:
        answer = client.get("/planets", query_string=query | cursor)
        assert answer.status_code == 200, answer.text
        yield answer.json
        if answer.json["next_cursor"] is None:
            return
        cursor = {"cursor": answer.json["next_cursor"]}


def names_of(pages) -> list[str]:
    return [each["name"] for page in pages for each in page["planets"]]


def is_known(each: dict, column: str) -> bool:
    """Whether a planet has a value that is not only a limit."""
    return each[column] is not None and not each.get(f"{column}lim")


def in_order(planets, sort: str) -> list[dict]:
    """Sort planets as the list does: equal values in the catalogue's order, unknown values last."""
    column = ORDERS[sort.removeprefix("-")]
    known = [each for each in planets if is_known(each, column)]

    ordered = sorted(known, key=lambda each: each[column], reverse=sort.startswith("-"))
    return ordered + [each for each in planets if not is_known(each, column)]


@pytest.mark.parametrize(
    ("limit", "sort"),
    [(1000, "-score"), (83, "score"), (700, "-distance"), (701, "year"), (1000, "-year")]
    + [
        (999, sign + name)
        for name in ("name", "orbeccen", "st_teff", "bmasse")
        for sign in ("", "-")
    ],
)
def test_a_walk_by_cursor_is_the_whole_list_in_order(client, planets, limit, sort):
    pages = [*walk(client, limit=limit, sort=sort, fields="name")]

    assert names_of(pages) == [each["name"] for each in in_order(planets, sort)]
    assert {page["count"] for page in pages} == {len(planets)}
    assert {len(page["planets"]) for page in pages[:-1]} == {limit}


def test_numbers_in_names_are_ordered_as_numbers(client):
    answer = client.get("/planets?sort=name&host=TOI-700&fields=name").json
    kepler = [*walk(client, limit=1000, sort="name", fields="name")]

    assert [each["name"][-1] for each in answer["planets"]] == [*"bcde"]
    names = names_of(kepler)
    assert names.index("Kepler-9 b") < names.index("Kepler-10 b") < names.index("Kepler-100 b")


@pytest.mark.parametrize("sort", ["name", "-name", "rade", "-rade", "score", "-score"])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_equal_and_missing_values_are_walked_once_each(stub, tmp_path, sort, limit):
    sizes = [2.0, None, 1.0, 2.0, None, 1.0]
    stars = ["beta", "Alpha", "gamma", "alpha-2", "Delta", "BETA-2"]
    rows = [planet(f"{star} b", size) for star, size in zip(stars, sizes, strict=True)]
    client = create_app(new_settings(catalog=write(tmp_path / "catalog", rows)), stub).test_client()
    scored = with_name_order([row | {"score": row["pl_rade"]} for row in rows])

    found = names_of(walk(client, limit=limit, sort=sort, fields="name"))

    assert found == [each["pl_name"] for each in in_order(scored, sort)]


FILTERS = {
    "a lowest score": {"min_score": "0.5"},
    "a highest distance": {"max_distance": "15"},
    "both ends": {"min_rade": "0.8", "max_rade": "1.25"},
    "equal ends": {"min_year": "2017", "max_year": "2017"},
    "the star": {"max_st_teff": "3000", "max_vmag": "17"},
    "an exponent": {"min_orbper": "1e5"},
    "nothing": {"min_score": "0.999999", "max_score": "1"},
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_bounds_keep_planets_whose_value_is_known_and_within_them(client, planets, filters):
    def is_kept(each) -> bool:
        for name, text in filters.items():
            column, bound = COLUMN_OF[name], float(text)
            if not is_known(each, column):
                return False
            if each[column] < bound if name.startswith("min_") else each[column] > bound:
                return False
        return True

    kept = [each for each in planets if is_kept(each)]
    expected = [each["name"] for each in in_order(kept, "-score")]
    pages = [*walk(client, limit=13 if len(expected) < 400 else 400, fields="name", **filters)]

    assert names_of(pages) == expected
    assert {page["count"] for page in pages} == {len(expected)}
    assert bool(expected) == ("max_score" not in filters)


@pytest.mark.parametrize("method", ["Microlensing", "microlensing"])
def test_a_method_is_found_in_any_case(client, planets, method):
    expected = {each["name"] for each in planets if each["discoverymethod"] == "Microlensing"}

    assert {*names_of(walk(client, method=method, limit=1000))} == expected != set()


@pytest.mark.parametrize("host", ["TRAPPIST-1", "trappist 1", "TRAPPIST-1 e"])
def test_the_planets_of_a_star_are_found_by_any_of_its_names(client, host):
    answer = client.get("/planets", query_string={"host": host, "sort": "orbper"}).json

    assert [each["name"][-1] for each in answer["planets"]] == [*"bcdefgh"]


def test_the_sun_has_the_solar_system(client):
    assert client.get("/planets?host=sun").json["count"] == 9


def test_an_unknown_host_is_a_star_or_a_planet_for_the_message(client):
    answer = client.get("/planets?host=Nowhere")

    assert answer.status_code == 400
    assert answer.json["problems"][0]["message"].startswith(
        'no known star or planet is called "Now'
    )


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"host": "no such star at all"}, "unknown_planet"),
        ({"method": "no such method"}, "wrong_type"),
    ],
)
def test_a_host_or_method_that_no_planet_has_is_refused(client, query, code):
    answer = client.get("/planets", query_string=query)

    (problem,) = answer.json["problems"]
    assert answer.status_code == 400
    assert (problem["code"], problem["parameter"]) == (code, *query)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("min_mass=1", "min_bmasse"),
        ("min_radius=1", "min_rade"),
        ("max_period=1", "max_orbper"),
        ("min_temp=1", "min_eqt"),
        ("max_dist=1", "max_distance"),
        ("max_sma=1", "max_orbsmax"),
        ("min_teff=1", "min_st_teff"),
        ("sort=mass", "bmasse"),
        ("sort=-radius", "-rade"),
        ("sort=temperature", "eqt"),
        ("method=RV", "Radial Velocity"),
        ("method=radial velocty", "Radial Velocity"),
    ],
)
def test_a_usual_word_in_a_query_is_answered_by_the_word_that_is_taken(client, query, meant):
    answer = client.get(f"/planets?{query}")

    assert answer.status_code == 400
    assert f"did you mean {meant}?" in answer.json["message"]


def test_a_list_without_planets_is_empty(client):
    answer = client.get("/planets?min_score=1").json

    assert (answer["planets"], answer["count"], answer["next_cursor"]) == ([], 0, None)


def test_a_value_that_is_only_a_limit_is_listed_as_unknown(client, planets):
    limits = [each["name"] for each in planets if each.get("pl_orbeccenlim")]
    listed = [
        p for page in walk(client, limit=1000, fields="name,pl_orbeccen") for p in page["planets"]
    ]

    values = {each["name"]: each["pl_orbeccen"] for each in listed}
    assert len(limits) > 100
    assert {values[name] for name in limits} == {None}


def test_the_prediction_follows_from_score_and_threshold(client):
    answers = [*walk(client, limit=1000, fields="score,prediction")]

    threshold = answers[0]["threshold"]
    for each in [each for page in answers for each in page["planets"]]:
        score = each["score"]
        assert each["prediction"] == (None if score is None else int(score >= threshold))


def test_fields_are_given_in_the_order_asked_and_missing_values_are_null(client):
    answer = client.get("/planets?fields=tic_id,name&limit=1&host=TRAPPIST-1").json

    assert [*answer["planets"][0].items()] == [("tic_id", None), ("name", "TRAPPIST-1 e")]


def test_computed_sizes_are_those_that_a_planets_own_answer_names(client):
    listed = [*walk(client, limit=1000, fields="name,computed", max_distance=30)]
    planets = [each for page in listed for each in page["planets"]]
    names = [each["name"] for each in planets]
    alone = [client.get(f"/planets/{name}?fields=computed").json["computed"] for name in names]

    assert [each["computed"] for each in planets] == alone
    assert {*map(tuple, alone)} == {(), ("pl_rade",), ("pl_bmasse",)}


def test_a_limit_is_not_a_computed_size(stub, tmp_path):
    mass = {"pl_bmasse": 1.05, "pl_radeerr1": None, "pl_radeerr2": None}
    rows = [planet("A b", 1.02, **mass), planet("B b", 1.02, **mass, pl_radelim=1)]
    catalog = write(tmp_path / "catalog", rows)
    client = create_app(new_settings(catalog=catalog), stub).test_client()

    listed = client.get("/planets?sort=name&fields=computed,pl_rade").json["planets"]

    assert listed == [
        {"computed": ["pl_rade"], "pl_rade": 1.02},
        {"computed": [], "pl_rade": None},
    ]


@pytest.fixture
def replaceable(stub, tmp_path):
    path = write(tmp_path / "catalog")
    return path, create_app(new_settings(catalog=path), stub).test_client()


def test_a_cursor_of_a_replaced_catalogue_is_stale(replaceable):
    path, client = replaceable
    cursor = client.get("/planets?limit=1").json["next_cursor"]
    write(path, [planet("New b"), planet("New c")])

    answer = client.get("/planets", query_string={"limit": 1, "cursor": cursor})

    assert (answer.status_code, answer.json["code"]) == (410, "stale_cursor")
    assert "start again" in answer.json["message"]


def test_a_cursor_stays_valid_when_the_same_catalogue_is_written_again(replaceable):
    path, client = replaceable
    cursor = client.get("/planets?limit=1").json["next_cursor"]
    write(path)

    answer = client.get("/planets", query_string={"limit": 1, "cursor": cursor})

    assert [each["name"] for each in answer.json["planets"]] == ["One c"]


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"limit": 2}, 200),
        ({"fields": "name"}, 200),
        ({"sort": "score"}, 400),
        ({"min_rade": "0.5"}, 400),
        ({"min_rade": "1.5"}, 400),
        ({"host": "One"}, 400),
    ],
)
def test_a_cursor_is_of_one_query_whatever_its_limit_and_fields(replaceable, other, status):
    _, client = replaceable
    cursor = client.get("/planets?limit=1").json["next_cursor"]

    answer = client.get("/planets", query_string={"cursor": cursor, **other})

    assert answer.status_code == status
    if status == 400:
        (problem,) = answer.json["problems"]
        assert (problem["code"], problem["parameter"]) == ("invalid_cursor", "cursor")


def encoded(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def test_a_cursor_with_another_position_is_never_an_error_of_the_service(replaceable):
    _, client = replaceable
    cursor = client.get("/planets?limit=1").json["next_cursor"]
    digest, query, _ = json.loads(base64.urlsafe_b64decode(cursor))

    def ask(position):
        text = encoded([digest, query, position])
        return client.get("/planets", query_string={"limit": 1, "cursor": text})

    assert ask(1).json["next_cursor"] == encoded_like(digest, query, 2)
    assert ask(10**6).json["planets"] == []
    assert ask(10**6).json["next_cursor"] is None
    for wrong in (-1, 2**31, 2**63, 10**40, 1.5, "1", None, True, [1]):
        assert ask(wrong).status_code == 400


def encoded_like(digest, query, position) -> str:
    """Return a cursor in the service's own spelling, which has no spaces."""
    content = json.dumps([digest, query, position], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode()


MADE_UP = [
    *("x", "====", "\0", "\U0001f30d", "%", "e30", "W1tb", "a" * 200, "[" * 200),
    *map(encoded, ([], {}, "x", [1, 2, 3], ["", "", 0])),
]


@pytest.mark.parametrize("cursor", MADE_UP)
def test_a_made_up_cursor_is_refused(replaceable, cursor):
    _, client = replaceable

    answer = client.get("/planets", query_string={"cursor": cursor})

    assert answer.status_code in (400, 410)
    assert answer.json["problems"][0]["code"] in ("invalid_cursor", "stale_cursor")


@pytest.mark.parametrize("name", sorted({each.partition("_")[2] for each in COLUMN_OF}))
def test_a_lowest_value_above_the_highest_is_refused(client, name):
    query = {f"min_{name}": "0.9", f"max_{name}": "0.1"}
    answer = client.get("/planets", query_string=query)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")
    assert answer.json["problems"] == [
        {
            "code": "out_of_range",
            "message": f"min_{name} is 0.9; expected a number up to max_{name}, 0.1",
            "parameter": f"min_{name}",
            "expected": f"a number up to max_{name}, 0.1",
            "received": "0.9",
        }
    ]


def test_all_bounds_that_contradict_each_other_are_listed(client):
    query = "min_score=1&max_score=0&min_rade=2&max_rade=1&min_eqt=1&max_eqt=2"
    problems = client.get(f"/planets?{query}").json["problems"]

    assert [each["parameter"] for each in problems] == ["min_score", "min_rade"]


def test_only_a_magnitude_has_a_negative_bound(client):
    is_accepted = {
        name: client.get("/planets", query_string={name: "-1", "limit": 1}).status_code == 200
        for name in COLUMN_OF
    }

    assert {name for name, is_ok in is_accepted.items() if is_ok} == {"min_vmag", "max_vmag"}


def test_equal_bounds_ask_for_one_value(client):
    assert client.get("/planets?min_year=1995&max_year=1995").json["count"] > 0


def test_a_problem_names_the_exact_bounds(client):
    problems = client.get("/planets?min_rade=1.0000000000001&max_rade=1").json["problems"]

    assert [each["message"] for each in problems] == [
        "min_rade is 1.0000000000001; expected a number up to max_rade, 1"
    ]


def test_problems_with_bounds_method_host_and_cursor_are_listed_together(client):
    query = "min_score=1&max_score=0&method=none&host=no+such+star&cursor=x"
    problems = client.get(f"/planets?{query}").json["problems"]

    assert [each["parameter"] for each in problems] == ["min_score", "method", "host", "cursor"]


def test_other_problems_are_listed_before_a_cursor_is_called_stale(client):
    stale = encoded(["another catalogue", "", 0])
    answer = client.get("/planets", query_string={"method": "none", "cursor": stale})

    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json["problems"]] == ["method"]
