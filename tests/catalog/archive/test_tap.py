"""TAP: what is asked of the archive, and what counts as a complete answer."""

from __future__ import annotations

import time

import pytest

from exohabit.catalog.archive import download
from exohabit.catalog.archive.table import read_archive_table
from exohabit.catalog.archive.tap import COUNT, SELECT, check_complete, fetch_archive
from exohabit.catalog.rows import ALL_COLUMNS, NEEDED_COLUMNS, CatalogError
from tests.catalog import tap_server as tap
from tests.catalog.archive_csv import as_csv, made_up
from tests.catalog.tap_server import fail, serve
from tests.running import python

TABLE = as_csv(made_up(number) for number in range(100))


def table_of(count: int, columns=ALL_COLUMNS):
    return read_archive_table(as_csv(map(made_up, range(count)), columns), str.lower)


def test_the_rows_are_counted_and_then_named_columns_fetched():
    with serve(TABLE) as server:
        fetched = fetch_archive(server.url)

    assert (fetched.content, fetched.counted) == (TABLE, 100)
    assert server.queries == [COUNT, SELECT]


def test_the_query_names_every_column_of_the_catalogue():
    start, _, rest = SELECT.partition(" ")
    names, _, end = rest.partition(" ")

    assert (start, end) == ("select", "from pscomppars")
    assert tuple(names.split(",")) == ALL_COLUMNS


def test_every_row_is_reported_with_the_number_of_all():
    reported = []

    with serve(TABLE) as server:
        fetch_archive(server.url, report=lambda *each: reported.append(each))

    assert sum(rows for rows, _ in reported) == 101  # with the header
    assert {counted for _, counted in reported} == {100}


@pytest.mark.parametrize(
    "count", [b"count(*)\n100\n", b"\xef\xbb\xbfCOUNT\r\n100\r\n", b'"count(*)"\n100']
)
def test_a_count_is_read_however_its_column_is_called(count):
    with serve(TABLE, count=count) as server:
        assert fetch_archive(server.url).counted == 100


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (tap.PAGE, 'this is HTML or XML, not a table: "<!DOCTYPE html>"'),
        (tap.XML, "this is HTML or XML"),
        (b"", "the table is empty"),
        (b"100\n", "the number of planets is not a number"),
        (b"count(*)\nmany\n", "the number of planets is not a number"),
        (b"count(*)\n-1\n", "the number of planets is not a number"),
        (b"count(*)\n1\n2\n", "the number of planets is not a number"),
        (b"count(*)\n" + b"9" * 10_000, "the number of planets is not a number"),
        (b"count(*)\n\xff\n", "the number of planets is not a number"),
    ],
)
def test_an_answer_without_a_count_is_refused(count, message):
    with serve(TABLE, count=count) as server:
        with pytest.raises(CatalogError, match=message):
            fetch_archive(server.url)

        assert not server.asked.is_set()


@pytest.mark.parametrize(
    "answer",
    [
        tap.stall,
        tap.never_answer,
        tap.drip,
        tap.drip_headers,
        tap.never_end,
        fail(503),
        fail(503, retry_after="0"),
    ],
)
def test_the_deadline_holds_whatever_the_server_does(answer, monkeypatch):
    monkeypatch.setattr(download, "_ATTEMPTS", 1_000_000)
    with serve(TABLE, answer) as server:
        start = time.monotonic()
        with pytest.raises(CatalogError):
            fetch_archive(server.url, seconds=0.3, max_bytes=2**40)

        assert time.monotonic() - start < 3.0


def test_a_complete_table_may_have_more_rows_than_were_counted():
    check_complete(table_of(100), 99, table_of(105).rows)
    check_complete(table_of(100), 100, [])


@pytest.mark.parametrize(
    ("count", "counted", "old", "message"),
    [
        (100, 101, 100, "the table has 100 planets, but the archive counted 101"),
        (100, 100, 106, "the table has only 100 of the 106 planets of the old catalogue"),
    ],
)
def test_a_table_with_too_few_planets_is_not_complete(count, counted, old, message):
    with pytest.raises(CatalogError, match=message):
        check_complete(table_of(count), counted, table_of(old).rows)


def test_other_planets_do_not_make_up_for_the_old_ones():
    old = read_archive_table(as_csv(made_up(n) for n in range(50, 150)), str.lower).rows

    with pytest.raises(CatalogError, match="the table has only 50 of the 100 planets"):
        check_complete(table_of(100), 100, old)


@pytest.mark.parametrize("lost", sorted({*ALL_COLUMNS} - {*NEEDED_COLUMNS}))
def test_a_table_without_a_column_that_was_asked_for_is_not_complete(lost):
    table = table_of(1, [name for name in ALL_COLUMNS if name != lost])

    with pytest.raises(CatalogError, match=f"the table lacks columns: {lost}$"):
        check_complete(table, 1, [])


def test_the_service_does_not_load_the_library_that_connects_to_the_archive():
    done = python("-c", "import sys, app; print('urllib3' in sys.modules)")

    assert done.stdout.split() == ["False"], done.stderr
