"""Options: the columns and rows that /rank gives for the same query."""

from __future__ import annotations

import csv
import io

import pytest

import inference
from exohabit.bulk.commands import TAKES
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import ON_INVALID, UNSCORED
from exohabit.inputs.readers import CSV
from exohabit.outputs.inference_types import InferenceRequest
from tests.bulk.made_up import as_csv, as_ndjson
from tests.bulk.running import read, score, scored, write_parquet
from tests.bulk.small_parts import run_small


@pytest.fixture(scope="module")
def few(planets):
    """Planets that are few enough for extras."""
    return [{**planet, "pl_radeerr1": 0.2, "pl_radeerr2": -0.1} for planet in planets[:60]]


def as_table(planets) -> bytes:
    table = io.StringIO()
    keys = [*dict.fromkeys(key for planet in planets for key in planet)]
    writer = csv.DictWriter(table, keys, lineterminator="\n")
    writer.writeheader()
    writer.writerows(planets)
    return table.getvalue().encode()


def rank(bundle, body: bytes, **texts: str) -> list[dict[str, str]]:
    query = read_query([*texts.items()], (*TAKES, ON_INVALID, UNSCORED))
    query.check()
    content = inference.rank(bundle, InferenceRequest(body, CSV, query, CSV)).content
    return [*csv.DictReader(io.StringIO(content.decode()))]


def cells(path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as table:
        return [*csv.DictReader(table)]


def same(ours: list[dict[str, str]], theirs: list[dict[str, str]]) -> bool:
    """Compare rows as numbers where both are."""

    def plain(text: str) -> object:
        try:
            return float(text)
        except ValueError:
            return text

    return [{k: plain(v) for k, v in row.items()} for row in ours] == [
        {k: plain(v) for k, v in row.items()} for row in theirs
    ]


@pytest.mark.parametrize(
    "texts",
    [
        {"top": "7"},
        {"min_score": "0.2", "top": "30"},
        {"top": "5", "fields": "name,score"},
        {"top": "5", "keep": "pl_rade,st_spectype"},
        {"top": "5", "keep": "*"},
        {"top": "9", "explain": "true"},
        {"top": "9", "uncertainty": "true", "context": "true"},
    ],
    ids="&".join,
)
def test_a_cut_ranking_is_that_of_rank(bundle, tmp_path, few, texts):
    body = as_table(few)
    (tmp_path / "in.csv").write_bytes(body)
    words = [
        f"--{k.replace('_', '-')}" + ("" if v == "true" else f"={v}") for k, v in texts.items()
    ]

    scored(tmp_path / "in.csv", tmp_path / "out.csv", *words)

    assert same(cells(tmp_path / "out.csv"), rank(bundle, body, **texts))


@pytest.mark.parametrize("extra", ["explain", "uncertainty", "context"])
def test_extras_are_those_of_rank(bundle, tmp_path, few, extra):
    body = as_table(few)
    (tmp_path / "in.csv").write_bytes(body)

    scored(tmp_path / "in.csv", tmp_path / "out.csv", f"--{extra}")

    theirs = sorted(rank(bundle, body, **{extra: "true"}), key=lambda row: int(row["index"]))
    assert same(cells(tmp_path / "out.csv"), theirs)


def test_the_best_of_many_parts_are_those_of_one(tmp_path, planets):
    (tmp_path / "in.csv").write_bytes(as_csv(planets))
    for size in (4_000, 10**8):
        outcome = run_small(
            tmp_path / "in.csv",
            tmp_path / f"{size}.ndjson",
            top=20,
            partition_bytes=size,
            fields=("name",),
        )
        assert outcome.summary.written == 20

    assert read(tmp_path / "4000.ndjson") == read(tmp_path / "100000000.ndjson")
    assert len(read(tmp_path / "4000.ndjson")) == 20


def test_every_row_above_a_score_keeps_the_order_of_the_input(tmp_path, planets):
    (tmp_path / "in.csv").write_bytes(as_csv(planets))

    scored(tmp_path / "in.csv", tmp_path / "out.csv", "--min-score", "0.5")

    rows = read(tmp_path / "out.csv")
    assert rows
    assert all(row["score"] >= 0.5 for row in rows)
    assert [row["index"] for row in rows] == sorted(row["index"] for row in rows)
    assert "reason" not in rows[0]


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
def test_kept_columns_are_those_of_the_input(tmp_path, planets, kind):
    source = tmp_path / f"in.{kind}"
    if kind == "parquet":
        write_parquet(planets, source)
    else:
        source.write_bytes(as_csv(planets) if kind == "csv" else as_ndjson(planets))

    scored(source, tmp_path / "out.parquet", "--keep", "st_spectype,pl_orbper")

    rows = read(tmp_path / "out.parquet")
    assert [row["st_spectype"] or None for row in rows] == [p["st_spectype"] for p in planets]
    kept = [row["pl_orbper"] and float(row["pl_orbper"]) for row in rows]
    assert [each or None for each in kept] == [p["pl_orbper"] for p in planets]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--top", "0"], "top is"),
        (["--fields", "nme"], "fields contains"),
        (["--keep", "score"], "keep is"),
        (["--keep", "pl_radee"], "did you mean pl_rade?"),
        (["--fields", "sentence"], "needs the option explain"),
        (["--min-score", "1.5"], "min_score is"),
    ],
)
def test_a_wrong_option_is_refused_as_in_the_service(tmp_path, planets, arguments, message):
    (tmp_path / "in.csv").write_bytes(as_csv(planets[:5]))

    done = score(tmp_path / "in.csv", tmp_path / "out.csv", *arguments)

    assert done.exit_code == 1
    assert message in done.output
    assert not (tmp_path / "out.csv").exists()


def test_the_summary_counts_every_planet(tmp_path, planets):
    (tmp_path / "in.csv").write_bytes(as_csv(planets))

    summary = run_small(tmp_path / "in.csv", tmp_path / "out.csv").summary
    printed = scored(tmp_path / "in.csv", tmp_path / "out.csv", "--summary").output

    rows = read(tmp_path / "out.csv")
    scores = [row["score"] for row in rows if row["score"] is not None]
    assert (summary.planets, summary.scored) == (1_000, len(scores))
    assert sum(summary.histogram) == len(scores)
    assert summary.histogram[9] == sum(each >= 0.9 for each in scores)
    assert summary.best[0][1] == max(scores)
    assert f"{len(scores):,} scored" in printed


def test_invalid_rows_have_no_score_if_they_are_skipped(tmp_path, planets):
    (tmp_path / "in.csv").write_bytes(as_csv([*planets[:4], {**planets[4], "pl_rade": "big"}]))

    done = scored(tmp_path / "in.csv", tmp_path / "out.csv", "--on-invalid", "skip")

    rows = read(tmp_path / "out.csv")
    assert [row["reason"] for row in rows][-1] == "invalid"
    assert rows[-1]["score"] is None
    assert "1 is invalid, listed in" in done.output


def test_a_run_that_failed_because_of_invalid_rows_can_skip_them(tmp_path, planets):
    (tmp_path / "in.csv").write_bytes(as_csv([*planets[:4], {**planets[4], "pl_rade": "big"}]))
    assert score(tmp_path / "in.csv", tmp_path / "out.csv").exit_code == 1

    scored(tmp_path / "in.csv", tmp_path / "out.csv", "--on-invalid", "skip", "--resume")

    assert len(read(tmp_path / "out.csv")) == 5
