"""Records: the rows that Python's csv module finds, for any text; pyarrow agrees on plain texts."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pyarrow.csv as pa_csv
from hypothesis import given, settings
from hypothesis import strategies as st

from exohabit.bulk.formats.records import find_lines, find_records

PIECES = ("a", '"', '""', ",", "\n", "\r\n", "\r", " ", "#", "é", '"b"', '"c\nd"', ",,\n", "x,y\n")
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def by_csv(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]


@given(texts)
@settings(max_examples=400)
def test_every_row_of_the_csv_module_is_a_record(text):
    body = text.encode()

    found = find_records(body, ",", 1)

    spans = zip(found.starts.tolist(), found.stops.tolist(), strict=True)
    rows = [next(csv.reader(io.StringIO(body[a:b].decode(), newline=""))) for a, b in spans]
    assert rows == by_csv(text)


@given(texts)
@settings(max_examples=400)
def test_the_last_line_of_a_record_is_that_of_the_csv_module(text):
    reader = csv.reader(io.StringIO(text, newline=""))
    expected = [reader.line_num for row in reader if any(row)]

    assert find_records(text.encode(), ",", 1).lines.tolist() == expected


@given(texts)
@settings(max_examples=400)
def test_pyarrow_reads_the_same_fields_of_a_plain_text(text):
    rows = by_csv(text)
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        return
    if not find_records(text.encode(), ",", 1).is_plain:
        return

    table = pa_csv.read_csv(
        pa.BufferReader(text.encode()),
        pa_csv.ReadOptions(use_threads=False, column_names=[str(i) for i in range(width)]),
        pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip"),
        pa_csv.ConvertOptions(column_types={str(i): pa.string() for i in range(width)}),
    )

    found = [[*row.values()] for row in table.to_pylist()]
    assert [row for row in found if any(row)] == rows


@given(texts, st.integers(1, 20))
@settings(max_examples=200)
def test_a_cut_text_has_the_first_records_of_the_whole(text, length):
    whole = find_records(text.encode(), ",", 2)
    cut = find_records(text.encode()[:length], ",", 2, is_end=False)

    if whole.is_plain and cut.is_plain:
        assert cut.stops.tolist() == whole.stops.tolist()[: cut.stops.size]


def test_comments_are_no_records_of_a_table_with_several_columns():
    text = b'a,b\n# c\n "#d"\n"# e"\n#,f\n'

    assert find_records(text, ",", 2).stops.size == 3
    assert find_records(text, ",", 1).stops.size == 5


def test_rows_without_values_are_told_from_empty_lines():
    assert find_records(b'a,b\n\n,\n"",""\n\r\nc,d\n', ",", 2).padding.tolist() == [1, 2]


def test_lines_end_at_a_line_feed_only():
    found = find_lines(b"a\r b\n \t\n\nc")

    assert found.lines.tolist() == [1, 4]
    assert found.stops.tolist() == [5, 10]
