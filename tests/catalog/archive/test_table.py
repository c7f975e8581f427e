"""The archive's tables: which planets and names they give, and which tables are refused."""

from __future__ import annotations

import gzip
import re
import tracemalloc

import pytest

from exohabit.catalog.archive import table
from exohabit.catalog.archive.table import (
    DEFAULT_FLAG,
    PS_TITLE,
    kind_of,
    read_archive_table,
    read_koi_table,
    read_table,
)
from exohabit.catalog.rows import ALL_COLUMNS, NEEDED_COLUMNS, CatalogError
from exohabit.catalog.solar_system import solar_system
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.planet_table import from_rows
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.science.columns import CATALOG as TITLE
from tests.archive_data import CATALOG, DATA, KOI, needs_tables
from tests.catalog.archive_csv import ABOVE, as_csv, made_up

PS = (*ALL_COLUMNS, DEFAULT_FLAG, "rowupdate")


def key(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def read(*planets, columns=ALL_COLUMNS):
    return read_archive_table(as_csv(planets, columns), key)


def dropped(**values: str) -> set[str]:
    """Return the columns of a planet that are set to None because of some values."""
    (plain,), table = read(made_up(1)).rows, read(made_up(1, **values))
    (row,) = table.rows
    assert table.dropped >= 1
    from_rows(RawPlanets([row], lambda *_: {}), schema=DETAILED_SCHEMA)
    return {
        name for name in row if row[name] is None and (plain[name] is not None or name in values)
    }


@needs_tables
def test_every_planet_of_the_archive_is_read_and_is_valid_as_it_is():
    table = read_archive_table(CATALOG, key)

    assert len(table.rows) == 6065
    assert (table.date, table.title, table.dropped) == ("2025-12-30", TITLE, 0)
    assert (
        from_rows(RawPlanets(table.rows, lambda *_: {}), schema=DETAILED_SCHEMA).names[0]
        == "11 Com b"
    )


@needs_tables
def test_every_kepler_name_of_the_koi_table_is_read():
    names = read_koi_table(KOI)

    assert len(names) == 2301
    assert names[0] == ("K00752.01", "Kepler-227 b")


@needs_tables
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("archive_2018.csv", "the table lacks columns: hostname, st_spectype, discoverymethod"),
        ("exoplanet_eu.csv", "two columns are called"),
        ("k2_planets_and_candidates.csv", "the table also lists candidates"),
        ("phl_catalog_2020.csv", "without pl_name"),
        ("ps_by_tap.csv", "the table lacks columns"),
        ("ps_saved_by_a_spreadsheet.csv", "the table lacks columns"),
        ("toi.csv", "without pl_name"),
    ],
)
def test_other_tables_are_refused(name, message):
    with pytest.raises(CatalogError, match=message):
        read_table(DATA / "tables" / name, key)


def test_a_row_has_numbers_and_texts_and_none():
    (row,) = read(made_up(1, st_spectype="", pl_controv_flag="1", tic_id="TIC 1")).rows

    assert row.keys() == {*ALL_COLUMNS}
    assert (row["pl_name"], row["hostname"], row["tic_id"]) == ("Test-1 b", "Test-1", "TIC 1")
    assert (row["pl_orbper"], row["pl_radeerr2"], row["pl_controv_flag"]) == (365.25, -0.1, 1.0)
    assert row["st_spectype"] is row["pl_insol"] is row["cb_flag"] is None


def test_columns_that_a_table_may_lack_are_not_known():
    table = read(made_up(1, tic_id="TIC 1"), columns=[*NEEDED_COLUMNS, "pl_radj"])

    assert table.columns == (*NEEDED_COLUMNS, "pl_radj")
    assert table.rows[0]["tic_id"] is None


def test_a_compressed_file_with_comments_is_read_like_the_plain_table(tmp_path):
    path = tmp_path / "table.csv.gz"
    plain = as_csv(made_up(number) for number in range(3))
    path.write_bytes(
        gzip.compress(b"\xef\xbb\xbf" + (ABOVE.encode() + plain).replace(b"\n", b"\r\n"))
    )

    table = read_archive_table(path, key)

    assert table.rows == read_archive_table(plain, key).rows
    assert table.date == "2025-12-30"


def test_of_ps_the_rows_that_the_archive_prefers_are_kept():
    table = read(
        made_up(1, default_flag="0", pl_rade="1", rowupdate="2025-01-01"),
        made_up(1, default_flag="1", pl_rade="2", rowupdate="2014-05-14"),
        made_up(2, default_flag="TRUE", pl_rade="3", rowupdate="2024-02-29 10:00:00"),
        columns=PS,
    )

    assert [row["pl_rade"] for row in table.rows] == [2.0, 3.0]
    assert (table.title, table.date) == (PS_TITLE, "2024-02-29")


def test_the_date_above_the_header_counts_before_those_of_the_rows():
    rows = as_csv([made_up(1, default_flag="1", rowupdate="2014-05-14")], PS)

    assert read_archive_table(ABOVE.encode() + rows, key).date == "2025-12-30"


@pytest.mark.parametrize("written", ["", "soon", "2024-2-1"])
def test_a_table_that_does_not_tell_its_date_has_none(written):
    assert read(made_up(1, rowupdate=written, default_flag="1"), columns=PS).date is None
    assert read(made_up(1)).date is None


@pytest.mark.parametrize(
    ("values", "columns"),
    [
        ({"pl_rade": "12000"}, {"pl_rade", "pl_radeerr1", "pl_radeerr2", "pl_radelim"}),
        ({"pl_rade": "0"}, {"pl_rade", "pl_radeerr1", "pl_radeerr2", "pl_radelim"}),
        ({"pl_radelim": "2"}, {"pl_rade", "pl_radeerr1", "pl_radeerr2", "pl_radelim"}),
        ({"pl_radeerr1": "-0.1"}, {"pl_radeerr1"}),
        ({"pl_radeerr2": "0.1"}, {"pl_radeerr2"}),
        ({"pl_orbper": "1e999"}, {"pl_orbper"}),
        ({"st_spectype": "no type"}, {"st_spectype"}),
        ({"cb_flag": "2"}, {"cb_flag"}),
        ({"sy_dist": "1e999"}, {"sy_dist"}),
        ({"dec": "-1e999"}, {"dec"}),
    ],
)
def test_a_value_that_no_request_may_carry_is_dropped_and_the_planet_stays(values, columns):
    assert dropped(**values) == columns


def test_dropped_values_are_counted():
    planets = [made_up(1, pl_rade="0", st_spectype="?!"), made_up(2), made_up(3, ra="1e999")]

    assert read(*planets).dropped == 3


def test_html_entities_in_types_are_read():
    (row,) = read(made_up(1, st_spectype="G8&nbsp;V&plusmn;1")).rows
    (other,) = read(made_up(1, st_spectype="&nbsp;G8 V")).rows

    assert "&" not in str(row["st_spectype"])
    assert other["st_spectype"] == "G8 V"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (as_csv([]), "the table has no planets"),
        (as_csv([made_up(1, default_flag="0")], PS), "the table has no planets"),
        (as_csv([made_up(1), made_up(2, pl_rade="big")]), 'line 3: pl_rade of "Test-2 b" is "big"'),
        (as_csv([made_up(1, sy_dist="1_0")]), 'line 2: sy_dist of "Test-1 b" is "1_0"'),
        (as_csv([made_up(1, ra="nan")]), 'ra of "Test-1 b" is "nan", not a number'),
        (as_csv([made_up(1, pl_name="")]), 'line 2 has no usable name: ""'),
        (as_csv([made_up(1, pl_name="--")]), 'line 2 has no usable name: "--"'),
        (as_csv([made_up(1, pl_name="b" * 201)]), "line 2 has no usable name"),
        (as_csv([made_up(1), made_up(2), made_up(1)]), 'lines 2 and 4 are both called "Test-1 b"'),
        (as_csv([made_up(1), made_up(1)], [*ALL_COLUMNS]), "needs its column default_flag"),
        (as_csv([made_up(1), made_up(2, pl_name="TEST 1b")]), "lines 2 and 3 are both called"),
        (as_csv([made_up(1, default_flag="1")] * 2, PS), "lines 2 and 3 are both called"),
        (as_csv([made_up(1)], ALL_COLUMNS[1:]), "without pl_name"),
        (as_csv([made_up(1)], [*ALL_COLUMNS, "disposition"]), "the table also lists candidates"),
        (as_csv([made_up(1)], ["pl_name", "pl_rade"]), "the table lacks columns: hostname, "),
        (b'{"planets": []}', "this is not a table of planets"),
        (b"ERROR: ORA-00904: invalid identifier\n", "this is not a table of planets"),
        (b"kepoi_name,kepler_name\nK00752.01,Kepler-227 b\n", "this is a KOI table"),
    ],
)
def test_a_table_that_is_not_whole_is_refused_in_one_line(content, message):
    with pytest.raises(CatalogError) as caught:
        read_archive_table(content, key)

    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", NEEDED_COLUMNS[1:])
def test_a_table_without_a_needed_column_is_refused(name):
    with pytest.raises(CatalogError, match=f"the table lacks columns: {name}$"):
        read(made_up(1), columns=[each for each in ALL_COLUMNS if each != name])


def test_a_koi_table_gives_the_planets_that_have_a_name():
    table = b"# above\nkepid,kepoi_name,kepler_name\n1,K00752.01,Kepler-227 b\n1,K00753.01,\n"

    assert read_koi_table(table) == read_table(table, key) == [("K00752.01", "Kepler-227 b")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (b"K00753.01,\n", "the table has no Kepler names"),
        (b",Kepler-227 b\n", "line 2 has no usable KOI name"),
        (b"K1.01," + b"b" * 201, "line 2 has no usable KOI name"),
        (b"K00752.01,Kepler-227 b\nK00752.01,Kepler-227 c\n", 'line 3: "K00752.01" is there twice'),
    ],
)
def test_a_koi_table_that_is_not_whole_is_refused(rows, message):
    with pytest.raises(CatalogError, match=message):
        read_koi_table(b"kepoi_name,kepler_name\n" + rows)


def test_a_table_of_planets_is_refused_as_a_koi_table():
    with pytest.raises(CatalogError, match="this is a table of planets"):
        read_koi_table(as_csv([made_up(1)]))


@pytest.mark.parametrize(
    ("columns", "kind"),
    [(ALL_COLUMNS, "planets"), (PS, "planets"), (["kepler_name", "x", "kepoi_name"], "koi")],
)
def test_the_columns_tell_which_table_it_is(columns, kind):
    assert kind_of(columns) == kind


def test_a_table_of_more_planets_than_a_request_may_carry_is_refused(monkeypatch):
    monkeypatch.setattr(table, "_MAX_ROWS", 2)

    assert len(read(made_up(1), made_up(2)).rows) == 2
    with pytest.raises(CatalogError, match="the table has more than 2 planets"):
        read(made_up(1), made_up(2), made_up(3))


def test_the_planets_of_the_largest_table_and_the_solar_system_can_be_scored_at_once():
    assert table._MAX_ROWS + len([*solar_system()]) == MAX_PLANETS


def test_a_wide_table_takes_no_more_memory_than_the_rows_that_are_kept():
    wide = "x" * 4_000
    rows = (made_up(n, default_flag=str(int(n % 20 == 0)), wide=wide) for n in range(2_000))
    content = as_csv(rows, [*PS, "wide"])
    tracemalloc.start()

    table = read_archive_table(content, key)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(table.rows) == 100
    assert peak < len(content) / 5
