"""Other units: a size that only stands in another unit is said once, with the number of rows."""

from __future__ import annotations

import csv

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

import inference
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import CSV, NDJSON
from exohabit.inputs.unit_advice import MAX_ADVISED
from exohabit.outputs.inference_types import InferenceRequest
from tests.bulk.running import read, scored
from tests.bulk.small_parts import SIZE, run_small
from utils import parse_planets

HEADER = "pl_name,pl_rade,pl_radj,pl_bmasse,pl_bmassj,pl_orbper,pl_eqt,st_spectype\n"
ROWS = {
    "both units": "1,0.09,1,0.003",
    "radius only in Jupiter's": ",0.09,1,",
    "radius and mass only in Jupiter's": ",0.09,,0.003",
    "no size": ",,,",
    "a word for nothing": ",n/a,,-",
    "mass only in Jupiter's": "1,,,0.003",
}
TABLE = HEADER + "".join(f"{name},{sizes},365,255,G\n" for name, sizes in ROWS.items())


@pytest.fixture(params=["csv", "numbers.parquet", "texts.parquet"])
def source(request, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(TABLE)
    if request.param == "csv":
        return table
    path = tmp_path / request.param
    kinds = {"pl_radj": "string", "pl_bmassj": "string"} if "texts" in request.param else {}
    convert = pa_csv.ConvertOptions(column_types=kinds, null_values=["", "n/a", "-"])
    pq.write_table(pa_csv.read_csv(table, convert_options=convert), path)
    return path


def test_the_warning_and_the_reasons_are_those_of_a_request(bundle, tmp_path, source):
    by_service = [each.message for each in parse_planets(TABLE.encode(), CSV).table_warnings]
    answer = inference.rank(bundle, InferenceRequest(TABLE.encode(), CSV, NO_QUERY, CSV)).content
    reasons = {row["name"]: row["reason"] for row in csv.DictReader(answer.decode().splitlines())}

    outcome = run_small(source, tmp_path / "out.ndjson")

    assert [each.message for each in outcome.notes] == by_service
    assert by_service[0].startswith("pl_rade is empty in 2 of 6 rows, but")
    assert {row["name"]: row["reason"] or "" for row in read(tmp_path / "out.ndjson")} == reasons
    assert '"pl_radj" is in Jupiter radii' in reasons["radius and mass only in Jupiter's"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rows_of_many_parts_and_with_problems_are_counted_once(tmp_path, kind):
    rows = "".join(f"p{i},,0.1,1,,365,255,{'G' if i % 9 else 'Sun'}\n" for i in range(900))
    (tmp_path / "in.csv").write_text(HEADER + rows)
    pq.write_table(pa_csv.read_csv(tmp_path / "in.csv"), tmp_path / "in.parquet")

    done = scored(tmp_path / f"in.{kind}", tmp_path / "out.csv", "--on-invalid", "skip")

    assert done.output.count("note: ") == 1
    assert 'note: pl_rade is empty in 900 of 900 rows, but "pl_radj" is in' in done.output


FIRST = "planet,,0.1,,,365,255,G\n"
QUOTED = 'planet"number 0,,0.1,,,365,255,G\n'
LINE = (
    '{"pl_rade":null,"pl_bmasse":null,"pl_radj":0.1,"pl_orbper":9,"pl_eqt":9,"st_spectype":"G"}\n'
)


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("in.csv", HEADER + FIRST * 2_000 + QUOTED, CSV),
        ("in.csv", HEADER + QUOTED * 5, CSV),
        (
            "in.csv",
            HEADER.replace("pl_rade,", "") + FIRST.replace(",,", ",", 1) + 'a"b,1,,,1,255,G\n',
            CSV,
        ),
        ("in.ndjson", LINE, NDJSON),
    ],
    ids=["one row read again", "all rows read again", "no column of ours", "NDJSON"],
)
def test_planets_that_are_rechecked_count_and_get_the_advice(tmp_path, name, body, media_type):
    (tmp_path / name).write_text(body)
    by_service = parse_planets(body.encode(), media_type)

    outcome = run_small(tmp_path / name, tmp_path / "out.ndjson")

    notes = [each for each in by_service.table_warnings if each.code != "repeated_names"]
    reasons = {row["reason"] for row in read(tmp_path / "out.ndjson")}
    assert [*outcome.notes] == notes
    assert reasons == {by_service.reasons()[0]}
    assert '"pl_radj" is in Jupiter radii' in reasons.pop()


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("in.csv", HEADER, FIRST),
        ("in.csv", HEADER, QUOTED),
        ("in.csv", HEADER.replace("pl_rade,", ""), FIRST.replace(",,", ",", 1)),
        ("in.csv", HEADER.replace("pl_rade,", ""), QUOTED.replace(",,", ",", 1)),
        ("in.ndjson", "", LINE),
    ],
)
def test_every_planet_gets_the_advice_whatever_the_size_of_the_parts(tmp_path, name, head, row):
    (tmp_path / name).write_text(head + row * (MAX_ADVISED + 200))

    run_small(tmp_path / name, tmp_path / "small.csv")
    run_small(tmp_path / name, tmp_path / "large.csv", partition_bytes=1_000 * SIZE)

    large = (tmp_path / "large.csv").read_text()
    assert large.count("multiply by 11.209") == MAX_ADVISED + 200
    assert (tmp_path / "small.csv").read_text() == large
