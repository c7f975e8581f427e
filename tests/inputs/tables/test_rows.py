"""A table with problems is read row by row."""

from __future__ import annotations

import tracemalloc

import pytest

from exohabit.inputs.readers import CSV
from exohabit.inputs.schemas import PLAIN_SCHEMA
from exohabit.inputs.tables.rows import read_table_rows
from utils import parse_planets

WIDE = b"," * 1_500


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (b"pl_rade,pl_eqt,note" + WIDE, b"x,288,mine" + WIDE),
        (b"pl_rade,pl_eqt,note", b"1,288,mine" + WIDE),
    ],
    ids=["unused columns", "a wrong length"],
)
def test_only_used_fields_of_a_row_are_kept(header, row):
    def peak_of(rows):
        body = b"%s\n%s" % (header, (row + b"\n") * rows)
        tracemalloc.start()
        read_table_rows(body, PLAIN_SCHEMA, ["note"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak - 2 * len(body)

    assert peak_of(2_000) - peak_of(1_000) < 1_000 * len(WIDE)


def test_kept_fields_stay_with_their_rows():
    body = b"pl_rade,pl_eqt,note,sy_dist\n1,288,a,12\nx,288,b,13\n1,2\n"

    raw = read_table_rows(body, PLAIN_SCHEMA, ["sy_dist", "note"])

    assert raw.kept == {"sy_dist": ["12", "13", None], "note": ["a", "b", None]}
    assert [*raw.unreadable] == [2]


@pytest.mark.parametrize(
    ("header", "row", "hint"),
    [
        ("pl_rade,pl_eqt", "1,1,288", "write decimals with a point"),
        ("pl_rade,pl_eqt", "1,288,", "remove the separator at the end"),
        ("pl_rade,pl_eqt,", "1,288", "the header ends with a separator"),
        ("pl_rade,pl_eqt", '"1",1.1,288', "write.csv(…, row.names = FALSE)"),
        ("pl_rade,pl_eqt", "# made by hand, in 2026, by me", "comments belong above the header"),
    ],
)
def test_a_row_of_a_wrong_length_gets_a_hint(header, row, hint):
    (problem,) = read_table_rows(f"{header}\n{row}\n".encode(), PLAIN_SCHEMA).unreadable.values()

    assert problem.code == "wrong_length"
    assert hint in problem.message


def test_a_short_row_gets_no_hint():
    (problem,) = read_table_rows(b"pl_rade,pl_eqt,x\n1,288\n", PLAIN_SCHEMA).unreadable.values()

    assert problem.message == "the row has 2 fields; expected 3, as in the header"


def test_a_comment_below_the_header_is_skipped_and_a_planet_with_such_a_name_is_not():
    body = b"name,pl_rade,pl_eqt\nb,1,288\n# note\n#9,2,288\n#8,,\n # end\n"

    raw = read_table_rows(body, PLAIN_SCHEMA)

    assert [planet["name"] for planet in raw.planets] == ["b", "#9", "#8"]
    assert raw.unreadable == {}
    assert [planets.names for planets in [parse_planets(body, CSV)]] == [["b", "#9", "#8"]]
