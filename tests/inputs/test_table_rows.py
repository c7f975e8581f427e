"""A table with problems is read row by row."""

from __future__ import annotations

import tracemalloc

import pytest

from exohabit.inputs.schemas import PLAIN
from exohabit.inputs.table_rows import read_table_rows

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
        read_table_rows(body, PLAIN, ["note"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak - 2 * len(body)

    assert peak_of(2_000) - peak_of(1_000) < 1_000 * len(WIDE)


def test_kept_fields_stay_with_their_rows():
    body = b"pl_rade,pl_eqt,note,sy_dist\n1,288,a,12\nx,288,b,13\n1,2\n"

    raw = read_table_rows(body, PLAIN, ["sy_dist", "note"])

    assert raw.kept == {"sy_dist": ["12", "13", None], "note": ["a", "b", None]}
    assert [*raw.unreadable] == [2]
