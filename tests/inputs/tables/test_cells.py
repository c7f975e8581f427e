"""Lines without quotes are split by their separators, with the fields that `csv.reader` finds."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exohabit.inputs.schemas import PLAIN_SCHEMA
from exohabit.inputs.tables import table
from exohabit.inputs.tables.cells import Cells, NotValid, split_lines
from exohabit.inputs.tables.table import open_table


@given(st.text(alphabet='ab,;"\n\r\t \x1a\x85é', max_size=40), st.integers(1, 4))
def test_split_lines_have_the_fields_of_the_csv_reader(text, width):
    lines = [*io.StringIO(text, newline="")]

    fields = split_lines(lines, ",", width)

    if fields is not None:
        rows = [*csv.reader(lines, strict=True)]
        assert {len(row) for row in rows} <= {width}
        assert fields == [field for row in rows for field in row]
        assert all(any(row) for row in rows)


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ([], []),
        (["a,b\n", "c,d\n"], ["a", "b", "c", "d"]),
        (["a,b\r\n", "cc,\r", ",ddd"], ["a", "b", "cc", "", "", "ddd"]),
        (["a;b,c\n"], ["a;b", "c"]),
        (["a,b\n", "\n"], None),
        (["a,b\n", ",\n"], None),
        (["a,b\n", "c\n"], None),
        (["a,b\n", "c,d,e\n"], None),
        (['a,"b"\n'], None),
    ],
)
def test_lines_with_quotes_or_blank_or_ragged_ones_are_left_to_the_reader(lines, fields):
    assert split_lines(lines, ",", 2) == fields


def test_some_rows_of_cells():
    cells = Cells(["a", "b", "c", "d", "e", "f"], 2)

    some = cells.take([2, 0])

    assert (some.rows, some.column(0), some.column(1)) == (2, ["e", "a"], ["f", "b"])


@pytest.mark.parametrize("count", [1, 2, 999, 1_000, 1_001, 2_345])
@pytest.mark.parametrize("quoted", [None, 0, 1, 1_500])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_are_the_fields_of_every_row_once(count, quoted, end):
    rows = [f'"{i}",x' if i == quoted else f"{i},x" for i in range(count)]
    table = open_table(("a,b" + end + end.join(rows)).encode(), PLAIN_SCHEMA)

    cells = [*table.cells()]

    assert [text for each in cells for text in each.column(0)] == [str(i) for i in range(count)]
    assert {text for each in cells for text in each.column(1)} == {"x"}


@pytest.mark.parametrize("row", [0, 1, 30])
def test_cells_of_ragged_rows_are_not_valid(row):
    body = "a,b\n" + "".join("1,2,3\n" if i == row else "1,2\n" for i in range(40))

    with pytest.raises(NotValid):
        list(open_table(body.encode(), PLAIN_SCHEMA).cells())


def test_few_long_lines_are_taken_at_a_time(monkeypatch):
    body = b"a,b\n" + (b"x" * 60_000 + b",y\n") * 500
    taken = []
    split = table.split_lines
    monkeypatch.setattr(
        table, "split_lines", lambda lines, *rest: taken.append(len(lines)) or split(lines, *rest)
    )

    assert sum(cells.rows for cells in open_table(body, PLAIN_SCHEMA).cells()) == 500
    assert max(taken) < 100
