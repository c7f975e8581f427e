"""Every format gives the scores, warnings and reasons of /rank, to the last bit."""

from __future__ import annotations

import gzip

import pyarrow.parquet as pq
import pytest

from exohabit.inputs.readers import CSV
from tests.archive_data import CATALOG, DATA, KOI, needs_archive, needs_tables
from tests.bulk.made_up import KEYS, as_csv, as_ndjson
from tests.bulk.running import rank, read, scored, write_parquet
from utils import parse_planets


def without_problems(rows):
    return [{**row, "problems": None} for row in rows]


@pytest.fixture(scope="module")
def table(planets) -> bytes:
    return as_csv(planets)


@pytest.fixture(scope="module")
def expected(bundle, table):
    return rank(bundle, table)


def test_csv_gives_the_rows_of_rank(tmp_path, table, expected):
    (tmp_path / "in.csv").write_bytes(table)

    scored(tmp_path / "in.csv", tmp_path / "out.csv")

    assert without_problems(read(tmp_path / "out.csv")) == expected


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_with_another_separator_gives_the_same(tmp_path, planets, expected, separator):
    (tmp_path / "in.csv").write_bytes(as_csv(planets, separator=separator))

    scored(tmp_path / "in.csv", tmp_path / "out.csv")

    assert without_problems(read(tmp_path / "out.csv")) == expected


NAMES = {
    "name": "Planet",
    "pl_rade": "PL_RADE",
    "pl_bmasse": "Planet Mass or Mass*sin(i) [Earth Mass]",
    "pl_eqt": "T_eq (K)",
    "st_spectype": "SpType",
}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_other_names_of_columns_give_the_rows_and_warnings_of_rank(bundle, tmp_path, planets, kind):
    names = [NAMES.get(key, key) for key in KEYS]
    body = as_csv([{NAMES.get(k, k): v for k, v in p.items()} for p in planets], keys=names)
    path = tmp_path / f"in.{kind}"
    write_parquet(planets, path)
    if kind == "csv":
        path.write_bytes(body)
    else:
        pq.write_table(pq.read_table(path).rename_columns(names), path)

    done = scored(path, tmp_path / "out.csv")

    (synonyms,) = (n for n in parse_planets(body, CSV).table_warnings if n.code == "synonyms")
    assert set(synonyms.column.split(",")) == NAMES.keys()
    assert f"note: {synonyms.message}" in done.output
    assert without_problems(read(tmp_path / "out.csv")) == rank(bundle, body)


def unguarded(rows):
    """Take back the apostrophe that only a table puts in front of a formula."""
    return [{**row, "name": row["name"] and row["name"].removeprefix("'")} for row in rows]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "ndjson", "ndjson.gz", "parquet"])
@pytest.mark.parametrize("kind", ["csv", "csv.gz", "ndjson", "parquet"])
def test_every_pair_of_formats_gives_the_same(tmp_path, planets, expected, kind, ending):
    source, target = tmp_path / f"in.{kind}", tmp_path / f"out.{ending}"
    plain = as_csv(planets) if "csv" in kind else as_ndjson(planets)
    if kind == "parquet":
        write_parquet(planets, source)
    else:
        source.write_bytes(gzip.compress(plain) if kind.endswith("gz") else plain)

    scored(source, target)

    assert unguarded(without_problems(read(target))) == unguarded(expected)


@needs_archive
@needs_tables
@pytest.mark.parametrize("path", [CATALOG, KOI], ids=lambda path: path.stem[:10])
def test_a_table_of_the_archive_gives_the_rows_of_rank(bundle, tmp_path, path):
    scored(path, tmp_path / "out.csv", "--on-invalid", "skip")

    rows = without_problems(read(tmp_path / "out.csv"))
    assert rows == rank(bundle, path.read_bytes())
    assert len(rows) > 6_000


REFUSED = "exoplanet_eu.csv"
"""It has no size in our unit."""
TABLES = [path for path in sorted((DATA / "tables").glob("*.csv")) if path.name != REFUSED]


@needs_archive
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_public_table_gives_the_rows_of_rank(bundle, tmp_path, path):
    scored(path, tmp_path / "out.csv", "--on-invalid", "skip")

    assert without_problems(read(tmp_path / "out.csv")) == rank(bundle, path.read_bytes())
