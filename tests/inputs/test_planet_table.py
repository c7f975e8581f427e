"""Planets are checked and ordered into columns."""

from __future__ import annotations

from concurrent.futures import Future

import msgspec
import numpy as np
import pytest

from exohabit.inputs.columnar import Columns
from exohabit.inputs.limits import MAX_PLANETS, MAX_PROBLEMS
from exohabit.inputs.planet_table import from_rows, order_columns
from exohabit.inputs.problems import InvalidInput, Problem, TooManyPlanets
from exohabit.inputs.raw_planets import RawPlanets, json_pointer
from exohabit.inputs.schemas import DETAILED_SCHEMA, BarePlanet
from exohabit.science.columns import COLUMNS, NUMERIC
from tests.bad_requests import EARTH


def raw(*planets, **more) -> RawPlanets:
    return RawPlanets([*planets], lambda i, key: {"pointer": json_pointer(i, key)}, **more)


def order(*planets, size=100, **more):
    """Order planets in chunks of a size."""
    rows = [msgspec.convert(planet, BarePlanet) for planet in planets]
    chunks = (rows[i : i + size] for i in range(0, len(rows), size))
    return order_columns(map(Columns.of_bare_rows, chunks), **more)


def test_what_was_understood_is_every_column_and_none_where_it_is_not_known():
    planets = order(EARTH, {**EARTH, "name": "b", "pl_eqt": None})

    known = planets.understood(1)

    assert list(known) == ["name", *(column.name for column in COLUMNS)]
    given = {key: value for key, value in known.items() if value is not None}
    assert given == {k: v for k, v in EARTH.items() if k != "pl_eqt"} | {"name": "b"}


@pytest.mark.parametrize(("flag", "side"), [(1, "upper"), (-1, "lower"), (1.0, "upper")])
def test_a_limit_is_treated_as_not_known_with_a_warning(flag, side):
    planets = from_rows(raw(EARTH, {**EARTH, "pl_bmasselim": flag}))

    assert np.isnan(planets.table["pl_bmasse"]).tolist() == [False, True]
    assert planets.understood(1)["pl_bmasse"] is None
    (warning,) = planets.warnings[1]
    assert (warning.code, warning.column) == ("limit", "pl_bmasse")
    assert side in warning.message
    assert 0 not in planets.warnings


@pytest.mark.parametrize("flag", [0, 0.0, None])
def test_a_value_that_is_not_a_limit_stays(flag):
    planets = from_rows(raw({**EARTH, "pl_bmasselim": flag}))

    assert planets.table["pl_bmasse"].tolist() == [0.9]
    assert planets.warnings == {}


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_every_numeric_column_has_a_limit_flag(column):
    low, high = column.bounds
    value = (low * high) ** 0.5

    planets = from_rows(raw({**EARTH, column.name: value, column.limit_flag: 1}))

    assert np.isnan(planets.table[column.name]).all()


def test_a_temperature_that_is_a_limit_does_not_tell_the_stars_class():
    star = {**EARTH, "st_spectype": None, "st_teff": 9000.0}

    measured, limit = from_rows(raw(star)), from_rows(raw({**star, "st_tefflim": 1}))

    assert [warning.code for warning in measured.warnings[0]] == ["outside_fgkm"]
    assert [warning.code for warning in limit.warnings[0]] == ["limit"]


def test_a_limit_can_leave_too_little_to_score():
    planets = from_rows(raw({**EARTH, "pl_rade": None, "pl_bmasselim": 1}))

    assert list(planets.reasons()) == [0]


def test_a_planet_needs_a_size_and_its_light_to_be_scored():
    nothing = dict.fromkeys(EARTH)
    rows = [
        {**nothing, "pl_rade": 1.0, "pl_eqt": 255.0},
        {**nothing, "pl_bmasse": 1.0, "pl_insol": 1.0},
        {**nothing, "pl_rade": 1.0, "pl_orbper": 365.0, "st_spectype": "G"},
        {**nothing, "pl_rade": 1.0, "pl_orbsmax": 1.0, "st_teff": 5772.0},
        {**nothing, "pl_eqt": 255.0},
        {**nothing, "pl_rade": 1.0, "pl_orbper": 365.0},
        {**nothing, "pl_rade": 1.0, "st_teff": 5772.0},
        nothing,
    ]

    reasons = order(*rows).reasons()

    named = {i: ("radius" in text, "irradiation" in text) for i, text in reasons.items()}
    assert named == {4: (True, False), 5: (False, True), 6: (False, True), 7: (True, True)}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 12, 13])
def test_each_planet_of_several_chunks_keeps_its_own_values(count):
    rng = np.random.default_rng(count)
    rows = [{column.name: rng.uniform(*column.range) for column in NUMERIC} for _ in range(count)]
    for i, row in enumerate(rows):
        row[rng.choice([column.name for column in NUMERIC])] = None
        row |= {"st_spectype": rng.choice(["G2 V", "K0 III", "WD"]), "name": f"b{i}"}

    together = order(*rows, size=3)

    alone = [order(row) for row in rows]
    assert together.names == [f"b{i}" for i in range(count)]
    assert together.warnings == {i: one.warnings[0] for i, one in enumerate(alone) if one.warnings}
    for name, values in together.table.items():
        assert np.array_equal(values, [one.table[name][0] for one in alone], equal_nan=True)
    assert [together.types.text_of(i) for i in range(count)] == [row["st_spectype"] for row in rows]


def test_each_chunk_is_passed_on_as_soon_as_it_is_ordered():
    started: list[Future] = []

    def start_scoring(table, _):
        started.append(Future())
        started[-1].set_result(table["pl_rade"])
        return started[-1]

    rows = ({**EARTH, "pl_rade": i} for i in range(1, 6))
    planets = order(*rows, size=2, start_scoring=start_scoring)

    assert [scores.result().tolist() for scores in planets.pending] == [[1, 2], [3, 4], [5]]


def test_scores_that_were_started_are_cancelled_if_a_later_planet_is_invalid():
    started: list[Future] = []

    def start_scoring(*_):
        started.append(Future())
        return started[-1]

    with pytest.raises(ValueError, match="spectral type"):
        order(EARTH, {**EARTH, "st_spectype": "Mars"}, size=1, start_scoring=start_scoring)

    assert [scores.cancelled() for scores in started] == [True]


def test_some_planets_can_be_taken_in_another_order():
    rows = [{**EARTH, "name": f"b{i}", "st_spectype": kind} for i, kind in enumerate(("G", "WD"))]
    planets = from_rows(raw(*rows, labels=["x", "y"]), schema=DETAILED_SCHEMA)

    taken = planets.take([1, 0])

    assert (taken.names, taken.labels) == (["b1", "b0"], ["y", "x"])
    assert taken.understood(0) == planets.understood(1)
    assert taken.warnings == {0: planets.warnings[1]}
    assert taken.measurement_errors.like_dwarf.tolist() == [False, True]


def test_errors_that_were_not_read_cannot_be_used():
    with pytest.raises(ValueError, match="without their errors"):
        _ = order(EARTH).measurement_errors


def test_all_problems_of_planets_and_of_the_query_are_listed_together():
    rows = [{**EARTH, "pl_rade": -1, "st_spectype": "Mars"}, EARTH, {"pl_rade": True, "name": [5]}]
    of_query = Problem("unknown_parameter", "unknown", parameter="tpo")

    with pytest.raises(InvalidInput) as raised:
        from_rows(raw(*rows), [of_query])

    places = [problem.pointer or problem.parameter for problem in raised.value.problems]
    assert places == [
        "tpo",
        *("/0/pl_rade", "/0/st_spectype", "/2/pl_rade", "/2/pl_bmasse", "/2/pl_orbper"),
        *("/2/pl_eqt", "/2/st_spectype", "/2/name"),
    ]


def test_a_limited_number_of_problems_is_listed_and_all_are_counted():
    with pytest.raises(InvalidInput) as raised:
        from_rows(raw(*[{**EARTH, "pl_rade": -1}] * 250))

    assert len(raised.value.problems) == MAX_PROBLEMS
    assert raised.value.problem_count == 250


def test_too_many_planets_are_refused_for_their_number_even_if_they_are_invalid():
    with pytest.raises(TooManyPlanets):
        from_rows(raw(*[{}] * (MAX_PLANETS + 1)))
