"""A valid table is read by columns, and gives what row by row would give."""

from __future__ import annotations

import csv
import io
import random
from unittest.mock import Mock

import numpy as np
import pytest

from exohabit.inputs.planet_table import from_rows
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.readers import CSV, read_csv
from exohabit.inputs.schemas import DETAILED_SCHEMA, PLAIN_SCHEMA
from exohabit.inputs.tables import columns as table_columns
from exohabit.inputs.tables.columns import TableColumns
from exohabit.inputs.tables.table import open_table
from exohabit.inputs.valid_lists import read_valid_table
from tests.bad_requests import EARTH
from utils import parse_planets

FIELDS = ("1", "1.5", " 2 ", "\t3", "1e1", "-1", "0", "", "NaN", "n/a", "--", "null", "x", "1,5")
FIELDS += ("+1", ".5", "5.", "1e400", "1_0", "١", "true", '"1"', "[1]", "1]", "1\n", "\n1", "G2 V")
FIELDS += ("1d0", "Infinity", "1 2", "0x1", "9" * 400, "{}", "1e-400", "'1'")


def write(header, *rows) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([header, *rows])
    return file.getvalue().encode()


def read_both_ways(body, schema=PLAIN_SCHEMA):
    """Return the planets of a table read by columns (None: not valid), and those row by row."""
    by_columns = read_valid_table(body, schema)
    try:
        return by_columns, from_rows(read_csv(body, schema), schema=schema)
    except InvalidInput:
        return by_columns, None


def assert_same(one, other):
    assert (one is None) == (other is None)
    if one is None:
        return
    assert one.names == other.names
    assert [one.types.text_of(i) for i in range(len(one.names))] == [
        other.types.text_of(i) for i in range(len(one.names))
    ]
    for name, values in one.table.items():
        assert np.array_equal(values, other.table[name], equal_nan=True), name
    assert one.warnings == other.warnings
    assert one.reasons() == other.reasons()
    assert list(one.table_warnings) == list(other.table_warnings)


@pytest.mark.parametrize("column", ["pl_rade", "st_spectype", "name"])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: ascii(field[:9]))
def test_every_field_means_the_same_by_columns_as_row_by_row(field, column):
    planet = {"name": "b", **EARTH, column: field}

    one, other = read_both_ways(write(planet, planet.values(), {**planet, **EARTH}.values()))

    assert_same(one, other)


@pytest.mark.parametrize("schema", [PLAIN_SCHEMA, DETAILED_SCHEMA], ids=["plain", "detailed"])
def test_random_tables_are_the_same_by_columns_as_row_by_row(schema):
    chance = random.Random(24)  # noqa: S311 - nothing secret
    header = ["pl_name", *EARTH, "pl_radelim", "pl_bmasselim", "pl_radeerr1", "pl_radeerr2"]
    header += ["pl_bmassprov", "st_mas", "hostname", "default_flag"]
    choices = {
        "pl_radelim": ("0", "1", "-1", "", "2"),
        "pl_bmasselim": ("0", "", "1"),
        "pl_radeerr1": ("", "0.1", "x"),
        "pl_radeerr2": ("", "-0.1"),
        "pl_bmassprov": ("M-R relationship", "Mass", ""),
        "default_flag": ("0", "1"),
        "st_spectype": ("G", "K2 V", "", "NA", "Q9"),
        "pl_name": ("a", "b", "", "c"),
        "hostname": ("x",),
        "st_mas": ("1",),
    }
    numbers = ("1", "2.5", "", "nan", "700", "-3")
    for _ in range(300):
        names = chance.sample(header, chance.randint(6, len(header)))
        weights = [chance.choice((0, 1)) for _ in range(2)]
        rows = [
            [chance.choice(choices.get(name, numbers)[: 2 + 4 * weights[0]]) for name in names]
            for _ in range(chance.randint(1, 6))
        ]
        if "default_flag" in names:  # a table without such a row is read row by row
            rows[0][names.index("default_flag")] = "1"
        assert_same(*read_both_ways(write(names, *rows), schema))


def test_a_limit_may_be_out_of_range_because_it_is_not_used():
    names = (*EARTH, "pl_radelim")
    rows = [(9000, 1, 365, 288, "G", 1), (1.1, 1, 365, 288, "G", 0)]
    one, other = read_both_ways(write(names, *rows))

    assert_same(one, other)
    assert np.isnan(one.table["pl_rade"]).tolist() == [True, False]
    assert [warning.code for warning in one.warnings[0]] == ["limit"]
    assert read_valid_table(write(names, rows[1], (9000, 1, 365, 288, "G", 0))) is None


@pytest.mark.parametrize(
    ("no", "yes"), [(0, 1), ("FALSE", "TRUE"), ("false", " true"), ("", "1.0")]
)
def test_rows_with_default_flag_1_are_used_or_all_if_there_are_none(no, yes):
    names = ("pl_name", *EARTH, "default_flag")
    flags = (("a", no), ("b", yes), ("c", yes))
    flagged = write(names, *[(name, *EARTH.values(), flag) for name, flag in flags])
    without = write(names, *[("a", *EARTH.values(), no)] * 3)

    assert parse_planets(flagged, CSV).names == ["b", "c"]
    assert parse_planets(without, CSV).names == ["a", "a", "a"]
    assert [each.code for each in parse_planets(flagged, CSV).table_warnings] == ["default_rows"]
    (repeated,) = parse_planets(without, CSV).table_warnings
    assert (repeated.code, repeated.message[:12]) == ("repeated_names", "2 of 3 rows ")


def test_a_row_that_is_left_out_may_be_invalid():
    names = ("pl_name", *EARTH, "default_flag")
    rows = [("a", -5, *list(EARTH.values())[1:], 0), ("b", *EARTH.values(), 1)]

    assert parse_planets(write(names, *rows), CSV).names == ["b"]


def test_an_absent_column_is_one_warning_for_the_whole_table():
    planets = parse_planets(b"pl_rade,pl_eqt\n1,300\n2,400\n", CSV)

    (warning,) = planets.table_warnings
    assert (warning.code, warning.column) == ("absent_columns", "pl_bmasse,pl_orbper,st_spectype")
    assert planets.warnings == {}


def notes_about(header, code):
    planets = parse_planets(f"{header}\n{'5,' * header.count(',')}G\n".encode(), CSV)
    return [each for each in planets.table_warnings if each.code == code]


def test_a_column_without_a_unit_is_named_with_the_absent_one():
    (absent,) = notes_about("pl_rade,pl_insol,Teq,period,temperature,Spt", "absent_columns")

    assert absent.column == "pl_bmasse,pl_orbper,pl_eqt"
    assert '"Teq" has no unit: if it is in K, name it pl_eqt' in absent.message
    assert '"period" has no unit: if it is in days, name it pl_orbper' in absent.message


@pytest.mark.parametrize(
    ("name", "column", "says"),
    [
        ("Teff", "st_teff", '"Teff" has no unit: if it is in K, name it st_teff'),
        ("Teff [C]", "st_teff", '"Teff [C]" is in °C: add 273.15 and name it st_teff'),
        ("SMA (km)", "pl_orbsmax", "divide by 149,597,870.7 and name it pl_orbsmax"),
        ("id", "name", 'the table has no names: if "id" holds them, call it name'),
    ],
)
def test_a_column_that_is_not_read_is_named_in_one_warning(name, column, says):
    (note,) = notes_about(f"{name},pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype", "near_miss")

    assert note.column == column
    assert says in note.message


def test_an_id_beside_a_name_is_not_warned_of():
    assert notes_about("id,planet,pl_rade,pl_eqt,st_spectype", "near_miss") == []


def test_a_size_in_another_unit_is_named_where_none_is_known():
    planets = parse_planets(b"pl_bmasse,pl_radj,pl_eqt\n1,1,300\n,1,400\n", CSV)

    assert list(planets.reasons()) == [1]
    assert "Jupiter radii: multiply by 11.209 and name it pl_rade" in planets.reasons()[1]


@pytest.mark.parametrize("name", ["pl_radj", "radius (R_J)"])
@pytest.mark.parametrize("has_problem", [False, True])
def test_a_size_in_another_unit_is_named_where_ours_is_empty(name, has_problem):
    header = f"name,pl_rade,{name},pl_bmasse,pl_orbper,pl_eqt,st_spectype"
    rows = ["A,,1,,365,288,G", "B,,1,0.9,365,288,G", "C,1,0.1,,365,288,G", "D,,,1,365,288,G"]
    body = "\n".join([header, *rows, *["E,1,,1,365,-5,G"] * has_problem]).encode()

    planets = parse_planets(body, CSV, skip_invalid=has_problem)

    reason = planets.reasons()[0]
    (warning,) = [each for each in planets.table_warnings if each.code == "near_miss"]
    how = f'"{name}" is in Jupiter radii: multiply by 11.209 and name it pl_rade'
    assert reason == f"neither radius nor mass is known ({how})"
    assert warning.column == "pl_rade"
    assert warning.message == f"pl_rade is empty in 2 of {4 + has_problem} rows, but {how}"


def test_a_size_in_another_unit_is_silent_where_ours_is_known_or_both_are_empty():
    names = "pl_rade,pl_radj,pl_bmasse,pl_orbper,pl_eqt,st_spectype"

    planets = parse_planets(f"{names}\n1,0.1,,365,288,G\n,,1,365,288,G\n".encode(), CSV)

    assert planets.table_warnings == []


@pytest.mark.parametrize("place", [0, 4_999, 5_000, 11_999])
def test_a_wrong_field_in_any_chunk_is_found_with_its_line(place):
    rows = [list(EARTH.values()) for _ in range(12_000)]
    rows[place][0] = "large"

    with pytest.raises(InvalidInput) as refused:
        parse_planets(write(EARTH, *rows), CSV)

    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (place + 2, "pl_rade")


def test_chunks_of_a_table_are_scored_while_it_is_read():
    body = write(EARTH, *[EARTH.values()] * 12_000)
    started = []

    def start_scoring(table, _):
        started.append(len(table["pl_rade"]))

    parse_planets(body, CSV, start_scoring=start_scoring)

    assert started == [5_000, 5_000, 2_000]


@pytest.mark.parametrize("field", ["-7e15", "-7000000000000000"])
def test_the_number_that_stands_for_an_empty_field_is_itself_out_of_range(field):
    with pytest.raises(InvalidInput, match="pl_rade"):
        parse_planets(f"pl_rade,pl_eqt\n{field},300\n,300\n1,300\n".encode(), CSV)


def test_columns_to_keep_are_looked_up_once_for_all_chunks(monkeypatch):
    looked_up = Mock(wraps=table_columns.choose_kept)
    monkeypatch.setattr(table_columns, "choose_kept", looked_up)
    body = "pl_rade,pl_eqt,note\n" + "".join(f"1,288,{i}\n" for i in range(2_500))
    columns = TableColumns(open_table(body.encode(), PLAIN_SCHEMA), PLAIN_SCHEMA, ["note"])

    chunks = [*columns.chunks()]

    assert len(chunks) > 2
    assert columns.kept == {"note": [str(i) for i in range(2_500)]}
    assert looked_up.call_count == 1
