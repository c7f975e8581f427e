"""Tables as files: what is read, and what is refused before any value is looked at."""

from __future__ import annotations

import gzip
from functools import partial

import pytest

from exohabit.catalog.archive import table_file
from exohabit.catalog.archive.table_file import open_table
from exohabit.catalog.rows import CatalogError
from exohabit.inputs.limits import MAX_LINE

compress = partial(gzip.compress, mtime=0)  # xdist needs the same names of tests everywhere
TABLE = b"a,b\n1,2\n3,4\n"
ROWS = [["1", "2"], ["3", "4"]]


def read(content) -> tuple[tuple[str, ...], str | None, list[list[str]]]:
    with open_table(content) as table:
        return table.columns, table.date, [fields for _, fields in table.rows]


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        b"\xef\xbb\xbf" + TABLE,
        TABLE.replace(b"\n", b"\r\n"),
        TABLE.replace(b"\n", b"\r"),
        TABLE.removesuffix(b"\n"),
        TABLE.replace(b"a,b", b" a ,b\t"),
        TABLE.replace(b"\n", b"\n\n"),
        b"# one\n\n#,two,,\n" + TABLE,
        b'\xef\xbb\xbf"# quoted, by a spreadsheet"\r\n' + TABLE,
        b'"a","b"\n"1","2"\n"3","4"\n',
        compress(TABLE),
        compress(TABLE[:5]) + compress(TABLE[5:]),
        compress(b"\xef\xbb\xbf# one\r\n" + TABLE),
    ],
    ids=[
        "plain",
        "byte order mark",
        "CRLF",
        "CR",
        "no line break at the end",
        "blanks in the header",
        "blank lines",
        "comments",
        "quoted comment",
        "quoted fields",
        "gzip",
        "gzip in two members",
        "gzip with mark, comment and CRLF",
    ],
)
def test_a_table_is_read_however_it_was_saved(content, tmp_path):
    path = tmp_path / "table"
    path.write_bytes(content)

    assert read(content) == read(path) == (("a", "b"), None, ROWS)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("# Tue Dec 30 00:59:44 2025", "2025-12-30"),
        ("# Mon Oct  2 17:53:33 2023,,,,", "2023-10-02"),
        ('"# Mon Oct 23 17:53:33 2023, saved"', "2023-10-23"),
        ("# Tue Feb 30 00:59:44 2025", None),
        ("# Tue Dez 30 00:59:44 2025", None),
        ("# User preference: 2025", None),
    ],
)
def test_the_date_is_the_one_above_the_header(line, date):
    assert read(f"# This file\n{line}\n".encode() + TABLE)[1] == date


def test_the_first_date_counts():
    above = b"# Tue Dec 30 00:59:44 2025\n# Wed Dec 31 00:59:44 2025\n"

    assert read(above + TABLE)[1] == "2025-12-30"


def test_a_text_in_a_row_may_begin_with_a_hash():
    assert read(b"a,b\n#1,2\n")[2] == [["#1", "2"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the table is empty"),
        (b"\n# only a comment\n", "the table is empty"),
        (compress(b""), "the table is empty"),
        (b"<!DOCTYPE html>\n<html>", 'HTML or XML, not a table: "<!DOCTYPE html>"'),
        (b"# above\n  <?xml version='1.0'?>\n", "HTML or XML"),
        (b"a,b,a\n1,2,3\n", 'two columns are called "a"'),
        (b"a, a\n1,2\n", 'two columns are called "a"'),
        (b"a,b\n1,2\n3\n", "line 3 has 1 instead of 2 fields"),
        (b"# above\na,b\n1,2\n3,4,5\n", "line 4 has 3 instead of 2 fields"),
        (b'a,b\n1,"2\n3,4\n', "line 3: unexpected end of data"),
        (b'a,b\n1,"2"x\n3,4\n', "line 2: ',' expected"),
        (b"a,b\n1,\xff\n", "the text is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "the text is not UTF-8"),
        (compress(TABLE)[:-9], "the file is damaged or incomplete"),
        (compress(TABLE)[:-8] + b"\0" * 8, "the file is damaged or incomplete"),
        (b"\x1f\x8bnot gzip", "the file is damaged or incomplete"),
        (b"a,b\n1," + b"2" * MAX_LINE, "line 2 is longer than 65,536 characters"),
    ],
)
def test_what_is_not_a_whole_table_is_refused(content, message):
    with pytest.raises(CatalogError) as caught:
        read(content)

    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_that_is_absent_or_a_folder_is_refused(tmp_path):
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(CatalogError, match="the file cannot be read"):
            read(path)


def test_a_small_file_that_expands_without_end_is_refused_early(monkeypatch):
    monkeypatch.setattr(table_file, "MAX_CHARACTERS", 100_000)
    lines = []

    with (
        pytest.raises(CatalogError, match="the table is longer than 100,000 characters"),
        open_table(compress(b"a,b\n" + b"1,2\n" * 1_000_000)) as table,
    ):
        lines.extend(line for line, _ in table.rows)

    assert len(lines) < 25_000


def test_select_leaves_out_columns_that_the_table_lacks():
    with open_table(b"# above\n" + TABLE) as table:
        selected = list(table.select(["b", "c"]))

    assert selected == [(3, {"b": "2"}), (4, {"b": "4"})]
