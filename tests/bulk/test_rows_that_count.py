"""Rows that count: those with a `default_flag` of 1, if there are any; blank rows never do."""

from __future__ import annotations

import io

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from exohabit.bulk.errors import WorkerError
from exohabit.bulk.processes import score_here
from exohabit.inputs.problems import RequestError
from exohabit.inputs.readers import CSV, NDJSON
from tests.bulk.made_up import as_ndjson
from tests.bulk.running import rank, read, score
from tests.bulk.small_parts import SIZE, run_small
from utils import parse_planets

HEADER = b"default_flag,pl_name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\n"
BLANK = b",,,,,,\n"


def rows_of(flag: str, count: int) -> bytes:
    """Make rows with a flag; together they are as large as several partitions."""
    return b"".join(b"%s,p%d,1.%d,1,365,255,G\n" % (flag.encode(), n, n) for n in range(count))


TABLES = {
    "a partition without a row that counts": rows_of("0", 400) + rows_of("1", 400),
    "the same at the end": rows_of("1", 10) + rows_of("0", 400),
    "the same in between": rows_of("1", 10) + rows_of("0", 400) + rows_of("TRUE", 10),
    "no row with a flag of 1": rows_of("0", 300),
    "every row with a flag of 1": rows_of("1", 300),
    "blank rows at the end": rows_of("1", 100) + BLANK * SIZE + b"\n" * SIZE,
    "blank rows in between": rows_of("1", 100) + BLANK * SIZE + rows_of("1", 100),
    "comments at the start": b"# a comment\n" * SIZE + rows_of("0", 100),
}
INVALID = b"%d,bad,x,1,365,255,G\n"


def without_problems(rows):
    return [{**row, "problems": None} for row in rows]


@pytest.mark.parametrize("explain", [False, True])
@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_a_table_gives_the_rows_of_rank(bundle, tmp_path, rows, explain):
    (tmp_path / "in.csv").write_bytes(HEADER + rows)

    run_small(tmp_path / "in.csv", tmp_path / "out.csv", explain=explain)

    expected = rank(bundle, HEADER + rows, explain=explain)
    assert without_problems(read(tmp_path / "out.csv")) == expected


@pytest.mark.parametrize("name", [each for each in TABLES if "comments" not in each])
def test_parquet_gives_the_rows_of_rank(bundle, tmp_path, name):
    body = HEADER + TABLES[name].replace(b"\n" * SIZE, b"")
    table = pa_csv.read_csv(io.BytesIO(body))
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=60)

    run_small(tmp_path / "in.parquet", tmp_path / "out.csv")

    scores = [row["score"] for row in read(tmp_path / "out.csv") if row["name"]]
    assert scores == [row["score"] for row in rank(bundle, body)]


@pytest.mark.parametrize("flag", [0, 1])
@pytest.mark.parametrize("rows", [b"", rows_of("1", 9)], ids=["no other", "others of 1"])
@pytest.mark.parametrize("more", [(), ("--explain",)], ids=["plain", "explain"])
def test_an_invalid_row_gets_the_reason_of_rank(bundle, tmp_path, flag, rows, more):
    body = HEADER + INVALID % flag + rows + rows_of("0", 3)
    if flag and not rows:
        body += rows_of("1", 1)
    (tmp_path / "in.csv").write_bytes(body)

    done = score(tmp_path / "in.csv", tmp_path / "out.csv", "--on-invalid", "skip", *more)

    assert done.exit_code == 0, done.output
    expected = rank(bundle, body, explain=bool(more))
    assert without_problems(read(tmp_path / "out.csv")) == expected


@pytest.mark.parametrize(
    "blank", [BLANK, b"\n", b"# a comment\n"], ids=["commas", "none", "comment"]
)
def test_what_is_skipped_behind_a_full_partition_is_not_a_planet(bundle, tmp_path, blank):
    rows = rows_of("0", 100)
    (tmp_path / "in.csv").write_bytes(HEADER + rows + blank)

    run_small(tmp_path / "in.csv", tmp_path / "out.csv", partition_bytes=len(rows))

    assert without_problems(read(tmp_path / "out.csv")) == rank(bundle, HEADER + rows + blank)


def test_a_blank_line_behind_a_full_partition_is_not_a_planet(bundle, tmp_path, planets):
    body = as_ndjson(planets[:20])
    (tmp_path / "in.ndjson").write_bytes(body + b" \n")

    run_small(tmp_path / "in.ndjson", tmp_path / "out.csv", partition_bytes=len(body))

    assert without_problems(read(tmp_path / "out.csv")) == rank(bundle, body, NDJSON)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [CSV, NDJSON])
def test_many_blank_rows_are_not_taken_for_a_long_one(bundle, tmp_path, planets, kind):
    """A spreadsheet may write a million rows of separators."""
    head, rows, blank = HEADER, rows_of("0", 100), BLANK
    if kind == NDJSON:
        head, rows, blank = b"", as_ndjson(planets[:20]), b" \n"
    body = head + rows + blank * (2**21 // len(blank)) + rows
    source = tmp_path / ("in.csv" if kind == CSV else "in.ndjson")
    source.write_bytes(body)

    run_small(source, tmp_path / "out.csv")

    assert without_problems(read(tmp_path / "out.csv")) == rank(bundle, body, kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(HEADER + b"# a comment\n", CSV), (HEADER + BLANK + b"#\n", CSV), (b"\n" * 2**20, NDJSON)],
    ids=["a comment", "a blank row and a comment", "blank lines"],
)
def test_a_file_without_planets_is_refused_as_by_the_service(tmp_path, body, kind):
    source = tmp_path / ("in.csv" if kind == CSV else "in.ndjson")
    source.write_bytes(body)
    with pytest.raises(RequestError) as error:
        parse_planets(body, kind)

    done = score(source, tmp_path / "out.csv")

    assert done.exit_code == 1
    assert done.output.strip() == f"Error: {error.value.message}"
    assert not (tmp_path / "out.csv").exists()


def test_rows_that_do_not_count_must_be_text_too(tmp_path):
    body = HEADER + rows_of("1", 10) + rows_of("0", 20_000) + b"0,caf\xe9,1,1,365,255,G\n"
    (tmp_path / "in.csv").write_bytes(body)
    with pytest.raises(RequestError) as expected:
        parse_planets(body, CSV)

    with pytest.raises(RequestError) as error:
        run_small(tmp_path / "in.csv", tmp_path / "out.csv", partition_bytes=100_000)

    assert error.value.message == expected.value.message


def test_a_file_that_becomes_blank_during_the_run_is_refused(tmp_path):
    source = tmp_path / "in.csv"
    source.write_bytes(HEADER + rows_of("1", 300))

    def execute(job, partitions):
        source.write_bytes(HEADER + BLANK * SIZE)
        return score_here(job, partitions)

    with pytest.raises(WorkerError, match="the input has changed during the run"):
        run_small(source, tmp_path / "out.csv", execute)
