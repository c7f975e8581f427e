"""Tables: header and rows, with what spreadsheets and catalogues write around them."""

from __future__ import annotations

import tracemalloc

import pytest

from exohabit.inputs.problems import InvalidCSV
from exohabit.inputs.schemas import PLAIN_SCHEMA
from exohabit.inputs.tables.lines import split_table
from exohabit.inputs.tables.table import open_table
from tests.bad_requests import EARTH

HEADER = ",".join(EARTH)
ROW = "1.1,0.9,365,288,G"


def rows_of(body):
    return list(open_table(body, PLAIN_SCHEMA).numbered_rows())


def test_each_row_has_the_number_of_its_last_line():
    rows = rows_of(b'# x\n\na,b\n"1\n2",3\n\n#4,5\n')

    assert rows == [(5, ["1\n2", "3"]), (7, ["#4", "5"])]


@pytest.mark.parametrize("count", [1, 4_999, 5_000, 5_001, 12_345])
def test_chunks_hold_every_row_once(count):
    body = "a,b\n" + "".join(f"{i},x\n" for i in range(count))

    chunks = list(open_table(body.encode(), PLAIN_SCHEMA).chunks())

    assert [row[0] for chunk in chunks for row in chunk] == [str(i) for i in range(count)]
    assert max(map(len, chunks)) <= 1_000


def test_a_wide_table_is_read_in_smaller_chunks():
    body = b"," * 1_999 + b"\n" + (b"1" + b"," * 1_999 + b"\n") * 250

    assert max(map(len, open_table(body, PLAIN_SCHEMA).chunks())) == 100


def test_a_row_that_is_wider_than_the_header_ends_a_chunk():
    body = b"a,b\n" + b"1,2\n" * 45 + (b"," * 60_000 + b"1\n") * 100

    chunk = next(open_table(body, PLAIN_SCHEMA).chunks())

    assert 45 < len(chunk) <= 65


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not a table"),
        (b"a,b", "--data-binary"),
        (b'{"pl_rade": 1}', "JSON, not a table"),
        (b'\n[\n{"pl_rade": 1}\n]', "JSON, not a table"),
        (
            b"pl_rade|pl_eqt\n1|2\n",
            "bars; use commas, and write decimals with a point",
        ),
        (b"# only\n# comments\n", "not a table"),
        (b"pl_rade,pl_eqt\n,\n,\n", "not a table"),
        (b"pl_rade\n\xff\n", "line 2: it is not UTF-8"),
        ("pl_rade\n1\n".encode("utf-16"), "UTF-16"),
        ("pl_rade\n1\n".encode("utf-16-le"), "UTF-16"),
        (b"pl_rade\r1\r\xff\r", "line 3: it is not UTF-8"),
        (b'pl_rade\n"1\n', "line 2"),
        (b'pl_rade\n"1"2\n', "line 2"),
        (b'"pl_rade\n1\n', r"line 1: a quotation mark in this row, which is read up to line 2,"),
        (b'# x\npl_rade,b\n1,2\n3,"4\n5,6\n7,8\n', "line 4: a quotation mark .* line 6, is"),
        (b'pl_rade,b\n1,"2\n3,4\n5,"6"\n', "line 2: a quotation mark .* up to line 4, is not"),
        (b'pl_rade,b\n"1\n2",3\n4,"5', "line 4: a quotation mark in this row is not closed"),
        (b"pl_rade pl_eqt\n1 288\n", "separated by blanks; use commas"),
        (b'"pl_name"  "pl_rade"\n"b c"  1\n', "separated by blanks"),
        (b"# pl_rade pl_eqt\n1 288\n", "separated by blanks"),
        (b"pl_name,pl_rade\nG\xe4a,1\n", "line 2: it is not UTF-8 text: save it as UTF-8"),
        (b'# x\n"pl_rade"x\n1\n', "line 2"),
        (b"pl_rade\n" + b"1" * 70_000, "line 2: it is longer"),
        (b"x," * 40_000, "line 1: it is longer"),
        (b"\na" + b"," * 2_000 + b"\n1\n", "line 2: the header has more than 2,000 columns"),
        (b"# pl_rade,pl_eqt" + b"," * 1_999 + b"\n1" + b"," * 2_000, "line 1: the header has more"),
        (b'"' + (b"x" * 999 + b"\n") * 66 + b'"\n1\n', "line 66: the header is longer"),
        (b"\n" * 1_000_001 + b"a\n1\n", "more than 1,000,000 lines"),
    ],
)
def test_invalid_csv_is_refused_with_a_reason(body, message):
    with pytest.raises(InvalidCSV, match=message):
        rows_of(body)


@pytest.mark.parametrize(
    "body",
    [
        f"{HEADER}\n{ROW}\n",
        f"{HEADER}\r\n{ROW}\r\n\x1a",
        f"{HEADER}\r\n{ROW}\r\n\x1a\r\n",
        f"sep=,\n{HEADER}\n{ROW}\n",
        f'"sep=,"\n{HEADER}\n{ROW}\n',
        f"# made by\n{HEADER}\n{ROW}\n",
        f'"# COLUMN pl_rade, radius"\n#,,,,\n{HEADER}\n{ROW}\n',
        f"# This file,,,,\n#,,,,\n,,,,\n{HEADER}\n{ROW}\n,,,,\n,,,,\n",
        f'"# a ""quoted"" comment, with a comma"\n{HEADER}\n{ROW}\n',
        f"# {HEADER}\n{ROW}\n",
        f"#{HEADER}\n{ROW}\n",
        f"# made by\n# {HEADER}\n{ROW}\n",
        f"{HEADER}\n\n{ROW}\n\n\n",
        f"{HEADER.replace(',', ';')}\n{ROW.replace(',', ';')}\n",
        f"sep=;\n{HEADER.replace(',', ';')}\n{ROW.replace(',', ';')}\n",
        f"{HEADER.replace(',', chr(9))}\n{ROW.replace(',', chr(9))}\n",
        f"# made by; x, y, z\n{HEADER.replace(',', ';')}\n{ROW.replace(',', ';')}\n",
        f"{HEADER}\nearthRad,earthMass,d,K,\n{ROW}\n",
        f"{HEADER}\nR_Earth,M_Earth,days,kelvin,text\n{ROW}\n",
    ],
)
def test_what_stands_around_header_and_rows_is_skipped(body):
    table = open_table(body.encode(), PLAIN_SCHEMA)

    (chunk,) = table.chunks()
    assert table.header.names == list(EARTH)
    assert table.header.problems == []
    assert chunk == [ROW.split(",")]


def test_a_comment_that_is_not_the_header_of_the_next_line_stays_a_comment():
    lines = split_table(b"# pl_rade, pl_eqt\npl_rade,x\n1,2\n", lambda name: name.startswith("pl_"))

    assert (lines.header, lines.header_line) == (["pl_rade", "x"], 2)


def test_a_row_of_other_units_is_a_problem_with_the_factor():
    table = open_table(f"{HEADER}\nR_jup,M_earth,d,K,\n{ROW}\n".encode(), PLAIN_SCHEMA)

    assert len(list(table.chunks())) == 1
    (problem,) = table.header.problems
    assert (problem.code, problem.line, problem.column) == ("other_unit", 2, "pl_rade")
    assert "Jupiter radii: multiply by 11.209" in problem.message


def test_a_row_over_many_lines_is_refused_before_it_takes_much_memory():
    body = b"pl_rade,pl_eqt\n" + (b'x,"\n",' + b"y," * 1_000) * 5_000
    tracemalloc.start()
    with pytest.raises(InvalidCSV, match="longer than 65,536 characters"):
        rows_of(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(body) > 10_000_000
    assert peak < 3 * len(body)


def test_many_blank_rows_and_long_comments_are_not_a_long_row():
    blank = b"," * 60_000 + b"\n"
    comments = (b"#" + b"x" * 60_000 + b"\n") * 100

    rows = rows_of(comments + b"a,b\n" + blank * 100 + b"1,2\n" + blank * 100)

    assert rows == [(202, ["1", "2"])]


def test_rows_of_the_longest_lines_are_read():
    row = b'"' + b"x" * 65_500 + b'",1\n'

    assert len(rows_of(b"a,b\n" + row * 100)) == 100
