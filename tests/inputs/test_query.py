"""What the query parameters of a request ask for."""

from __future__ import annotations

import pickle

import pytest

from exohabit.inputs.limits import MAX_PARAMETERS
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.query import check_count, read_query
from exohabit.inputs.query_parameters import (
    EXPLAIN,
    EXTRAS_PARAMETERS,
    ORDER_BY,
    PARAMETER_OF_FIELD,
    TOP,
    fields_among,
)
from exohabit.inputs.schemas import DETAILED_SCHEMA, PLAIN_SCHEMA

FIELDS = fields_among(("name", "score"))


@pytest.mark.parametrize(("name", "text"), [("top", "0"), ("fields", "mass")])
def test_an_invalid_value_is_a_problem_of_its_parameter(name, text):
    (problem,) = read_query([(name, text)], (TOP, FIELDS)).problems

    assert (problem.code, problem.parameter) == ("wrong_type", name)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("score,nmae", 'fields contains "nmae"; expected some of'),
        ("name,scor", 'fields contains "scor" (did you mean score?); expected some of'),
        ("score,mass", 'fields contains "mass"; expected some of'),
        ("", 'fields is ""; expected some of'),
    ],
)
def test_the_wrong_name_in_a_list_is_named(text, fault):
    (problem,) = read_query([("fields", text)], (FIELDS,)).problems

    assert problem.message.startswith(fault)


def test_a_parameter_given_twice_is_refused():
    query = read_query([("top", "1"), ("top", "2")], (TOP,))

    assert [problem.code for problem in query.problems] == ["repeated_parameter"]
    with pytest.raises(InvalidInput, match="twice"):
        query.check()


def test_fields_may_be_repeated_as_generated_clients_do():
    query = read_query([("fields", "score"), ("top", "2"), ("fields", "name")], (TOP, FIELDS))

    assert (query.fields, query.top, query.problems) == (("score", "name"), 2, ())
    assert read_query([("fields", "score"), ("fields", "mass")], (FIELDS,)).problems


def test_a_repeated_field_is_kept_once():
    assert read_query([("fields", "score,name,score")], (FIELDS,)).fields == ("score", "name")


def test_a_parameter_without_a_name_is_unknown():
    (problem,) = read_query([("", "5")], (), planet=True).problems

    assert problem.code == "unknown_parameter"


def test_parameters_are_read():
    query = read_query([("fields", "score,name"), ("top", "12")], (TOP, FIELDS))

    assert (query.top, query.fields, query.problems) == (12, ("score", "name"), ())


def test_absent_parameters_are_none():
    query = read_query([], (TOP, FIELDS))

    assert (query.top, query.fields) == (None, None)
    query.check()


def test_a_planet_in_the_query_is_separate_and_the_archives_other_columns_are_ignored():
    pairs = [("pl_rade", "1"), ("hostname", "Sun"), ("pl_radelim", "0"), ("fields", "score")]

    query = read_query(pairs, (FIELDS,), planet=True)

    assert query.planet == [("pl_rade", "1"), ("pl_radelim", "0")]
    assert query.problems == ()


def test_a_column_in_the_query_is_unknown_if_the_planet_is_in_the_body():
    (problem,) = read_query([("pl_rade", "1")], (FIELDS,)).problems

    assert problem.code == "unknown_parameter"


@pytest.mark.parametrize(("name", "meant"), [("pl_radee", "pl_rade"), ("field", "fields")])
def test_a_near_miss_is_named_with_the_right_name(name, meant):
    (problem,) = read_query([(name, "1")], (FIELDS,), planet=True).problems

    assert f"did you mean {meant}?" in problem.message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("mass", '"mass" has no unit: if it is in Earth masses, name it pl_bmasse'),
        ("insolation", "if it is in Earth's insolation, name it pl_insol"),
        ("SpType", "did you mean st_spectype?"),
    ],
)
def test_another_name_or_unit_in_the_query_is_named_as_in_a_body(name, says):
    (problem,) = read_query([(name, "1")], (FIELDS,), planet=True).problems

    assert says in problem.message


def test_a_query_asks_for_no_extras_by_default():
    query = read_query([("explain", "false")], (*EXTRAS_PARAMETERS, ORDER_BY))

    assert not any((query.explain, query.uncertainty, query.context, query.needs_intervals))
    assert (query.schema, query.cost_per_planet, query.order_by) == (PLAIN_SCHEMA, 1, "score")


@pytest.mark.parametrize(
    ("name", "text", "cost"),
    [
        ("explain", "true", 50),
        ("uncertainty", "True", 50),
        ("order_by", "score_low", 50),
        ("context", "TRUE", 10),
    ],
)
def test_extras_need_errors_and_cost_more(name, text, cost):
    query = read_query([(name, text)], (*EXTRAS_PARAMETERS, ORDER_BY))

    assert query.schema is DETAILED_SCHEMA
    assert query.cost_per_planet == cost


def test_an_order_by_the_lower_end_needs_intervals():
    assert read_query([("order_by", "score_low")], (ORDER_BY,)).needs_intervals
    assert not read_query([("order_by", "score")], (ORDER_BY,)).needs_intervals
    assert read_query([("order_by", "mass")], (ORDER_BY,)).problems


def test_a_query_may_contain_the_errors_of_a_planet():
    query = read_query([("pl_radeerr2", "-0.1"), ("explain", "true")], (EXPLAIN,), planet=True)

    assert (query.problems, query.planet) == ((), [("pl_radeerr2", "-0.1")])


@pytest.mark.parametrize(
    ("pairs", "cost"),
    [
        ([], 200),
        ([("top", "3")], 200),
        ([("explain", "true")], 10_000),
        ([("context", "true")], 2_000),
        ([("explain", "true"), ("top", "3")], 200 + 3 * 49),
        ([("explain", "true"), ("top", "300")], 10_000),
        ([("order_by", "score_low"), ("top", "3")], 10_000),
        ([("order_by", "score_low"), ("top", "3"), ("explain", "true")], 10_000 + 3 * 50),
    ],
)
def test_the_cost_of_two_hundred_planets_depends_on_the_extras(pairs, cost):
    assert read_query(pairs, (*EXTRAS_PARAMETERS, ORDER_BY, TOP)).cost(200) == cost


def test_a_plain_query_stays_plain_in_another_process():
    query = read_query([], [])
    assert (query.schema, query.cost_per_planet) == (PLAIN_SCHEMA, 1)

    elsewhere = pickle.loads(pickle.dumps(query))

    assert elsewhere == query
    assert elsewhere.schema is PLAIN_SCHEMA


def test_a_query_string_with_more_parameters_than_the_limit_is_refused():
    check_count(b"&".join([b"a=1"] * MAX_PARAMETERS))

    with pytest.raises(InvalidInput) as raised:
        check_count(b"&".join([b"a=1"] * (MAX_PARAMETERS + 1)))

    (problem,) = raised.value.problems
    assert (problem.code, problem.received) == ("too_many_parameters", "201")


@pytest.mark.parametrize("field", PARAMETER_OF_FIELD)
def test_a_field_that_needs_another_parameter_is_refused_without_it(field):
    parameters = (*EXTRAS_PARAMETERS, fields_among((*PARAMETER_OF_FIELD, "score")))
    needed = (PARAMETER_OF_FIELD[field], "true")

    (problem,) = read_query([("fields", field)], parameters).problems

    assert (problem.code, problem.received) == ("not_asked", field)
    assert f"{needed[0]}=true" in problem.message
    assert read_query([("fields", field), needed], parameters).problems == ()


def test_an_order_by_the_lower_end_adds_the_fields_of_the_interval():
    parameters = (ORDER_BY, fields_among(PARAMETER_OF_FIELD))
    pairs = [("order_by", "score_low"), ("fields", "score_interval")]

    assert read_query(pairs, parameters).problems == ()
