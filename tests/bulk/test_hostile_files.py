"""Hostile files: the service's own codes and lines, or its error about the whole file."""

from __future__ import annotations

import csv

import pytest

from exohabit.inputs.problems import RequestError
from exohabit.inputs.readers import CSV, NDJSON
from tests.bulk.made_up import as_csv
from tests.bulk.running import score
from tests.bulk.small_parts import run_small
from utils import parse_planets

HEADER = b"pl_name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\n"
GOOD = b"Earth,1,1,365,255,G2 V\n"
ROW = b'{"pl_rade": 1, "pl_bmasse": 1, "pl_orbper": 365, "pl_eqt": 255, "st_spectype": "G"}\n'
ROWS = {
    "a short row": b"b,1,1\n",
    "a long row": b"b,1,1,365,255,G,7,8\n",
    "numbers that are none": b"b,nan?,0x10,1_000,+5,G\n",
    "points without digits": b"b,.5,1.,01,1e5,G\n",
    "infinity": b"b,inf,Infinity,1e400,255,G\n",
    "zeros": b"b,0,0,0,0,G\n",
    "another unit": b"b,6371,5.97e24,365,255,G\n",
    "no spectral type": b"b,1,1,365,255,Sun\n",
    "a long name": b"b" * 300 + b",1,1,365,255,G\n",
    "a decimal comma": b'b,"1,5",1,365,255,G\n',
    "blanks and words": b"b , 1.5 ,NaN, - ,n/a,  \n",
    "a blank row and a comment": b",,,,,\n\n# a comment\nc,-1,1,365,255,G\n",
    "line ends within quotes": b'"b\nb",1,x,365,255,G\n"c",2,1,365,y,G\n',
    "quotes within a field": b'5" b,1,x,365,255,G\n',
    "line ends of Windows": b"b,1,x,365,255,G\r\n\r\nc,2,1,365,y,G\r\n",
    "line ends of an old Mac": b"b,1,x,365,255,G\rc,2,1,365,y,G\r",
    "Ctrl-Z at the end": b"b,1,x,365,255,G\n\x1a",
    "no line end at the end": b"b,1,x,365,255,G",
    "digits of another script": "b,١,1,365,255,G\n".encode(),
    "row names of R": b"2,b,1,1,365,255,G\n",
}
FILES = {
    "text behind a quote": b'"b"x,1,1,365,255,G\n',
    "an open quote": b'b,"1,1,365,255,G\n' + GOOD * 3,
    "bytes that are not UTF-8": b"caf\xe9,1,1,365,255,G\n",
    "a line that is too long": b"b," + b"1" * 70_000 + b",1,365,255,G\n",
}
LINES = {
    "an array": b"[1]\n",
    "a number that is text": ROW.replace(b"255", b'"255"'),
    "a cut line": ROW[:40] + b"\n",
    "NaN": ROW.replace(b"255", b"NaN"),
    "a missing key": ROW.replace(b'"pl_eqt"', b'"pl_eqtt"'),
    "two objects": ROW.strip() + ROW,
    "true": ROW.replace(b"255", b"true"),
    "blank lines": b"\n  \n" + ROW.replace(b"255", b"-1"),
}


def problems_by_service(body: bytes, kind: str) -> list[tuple[str, ...]]:
    with pytest.raises(RequestError) as error:
        parse_planets(body, kind)
    assert error.value.problems
    return [
        (str(p.line or ""), p.column or (p.pointer or "").strip("/"), p.code, p.message)
        for p in error.value.problems
    ]


def problems_in_bulk(path, tmp_path) -> list[tuple[str, ...]]:
    done = score(path, tmp_path / "out.csv")
    assert done.exit_code == 1, done.output
    assert not (tmp_path / "out.csv").exists()
    with (tmp_path / "out.csv.problems.csv").open(newline="") as table:
        return [tuple(row.values()) for row in csv.DictReader(table)]


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_a_hostile_row_has_the_problems_that_the_service_finds(tmp_path, rows):
    body = HEADER + GOOD + rows + (GOOD if rows[-1:] == b"\n" else b"")
    (tmp_path / "in.csv").write_bytes(body)
    try:
        parse_planets(body, CSV)
    except RequestError:
        assert problems_in_bulk(tmp_path / "in.csv", tmp_path) == problems_by_service(body, CSV)
    else:
        assert score(tmp_path / "in.csv", tmp_path / "out.csv").exit_code == 0


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
def test_a_hostile_file_has_the_error_of_the_service(tmp_path, rows):
    body = HEADER + GOOD + rows + GOOD
    (tmp_path / "in.csv").write_bytes(body)

    done = score(tmp_path / "in.csv", tmp_path / "out.csv", "--on-invalid", "skip")

    assert done.exit_code == 1
    ((_, _, _, message),) = problems_by_service(body, CSV)
    assert done.output.strip().removeprefix("Error: ") == message


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
def test_a_hostile_file_with_default_rows_has_the_error_of_the_service(tmp_path, rows):
    good = b"1," + GOOD
    body = b"default_flag," + HEADER + b"0," + GOOD + b"1," + rows.replace(GOOD, good) + good
    (tmp_path / "in.csv").write_bytes(body)

    done = score(tmp_path / "in.csv", tmp_path / "out.csv", "--on-invalid", "skip")

    assert done.exit_code == 1
    ((_, _, _, message),) = problems_by_service(body, CSV)
    assert done.output.strip().removeprefix("Error: ") == message


@pytest.mark.parametrize("row", LINES.values(), ids=LINES)
def test_a_hostile_line_has_the_problems_that_the_service_finds(tmp_path, row):
    body = ROW + row + ROW
    (tmp_path / "in.ndjson").write_bytes(body)

    assert problems_in_bulk(tmp_path / "in.ndjson", tmp_path) == problems_by_service(body, NDJSON)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HEADER,
        b"name,mass\nx,1\n",
        HEADER.replace(b"pl_rade", b"pl_radee") + GOOD,
        HEADER.replace(b"pl_bmasse", b"pl_rade") + GOOD,
        HEADER + b",[Earth radii],[Jupiter masses],[days],[K],\n" + GOOD,
        HEADER + b",[Earth radii],[Earth masses],[days],[K],\n",
        HEADER + b'"b"x,1,1,365,255,G\n' + GOOD,
        b"PK\x03\x04",
        "\ufeff".encode("utf-16") + HEADER,
        b'{"planets": []}',
    ],
)
def test_a_file_without_a_usable_table_has_the_error_of_the_service(tmp_path, body):
    (tmp_path / "in.csv").write_bytes(body)
    with pytest.raises(RequestError) as error:
        parse_planets(body, CSV)

    done = score(tmp_path / "in.csv", tmp_path / "out.csv")

    assert done.exit_code == 1
    first_line = done.output.splitlines()[0].removeprefix("Error: ")
    assert first_line == error.value.file_message.splitlines()[0]


@pytest.mark.parametrize(
    ("bad", "says"), [(1, "1 of 3 planets is invalid"), (2, "2 of 3 planets are invalid")]
)
def test_a_refusal_counts_the_invalid_planets(tmp_path, bad, says):
    (tmp_path / "in.csv").write_bytes(HEADER + GOOD * (3 - bad) + b"x,big,1,365,255,G\n" * bad)

    assert says in score(tmp_path / "in.csv", tmp_path / "out.csv").output


def test_problems_have_the_lines_of_the_file_in_every_part(tmp_path):
    bad = {5, 211, 212, 799}
    rows = [b"p%d,%s,1,365,255,G\n" % (n, b"x" if n in bad else b"1") for n in range(2, 1_000)]
    (tmp_path / "in.csv").write_bytes(HEADER + b"".join(rows))

    with pytest.raises(Exception, match="4 of 998 planets are invalid"):
        run_small(tmp_path / "in.csv", tmp_path / "out.csv")

    with (tmp_path / "out.csv.problems.csv").open(newline="") as table:
        assert {int(row["line"]) for row in csv.DictReader(table)} == bad


def test_a_short_row_of_a_table_with_every_column_is_a_problem(tmp_path, planets):
    body = as_csv(planets[:40]) + b"x,1\n"
    (tmp_path / "in.csv").write_bytes(body)

    assert problems_in_bulk(tmp_path / "in.csv", tmp_path) == problems_by_service(body, CSV)
