"""Runs the command `exohabit score`, reads what it writes, and asks the service for the same."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner, Result

import inference
from exohabit.console import main
from exohabit.inputs.query import Query
from exohabit.inputs.readers import CSV
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.science.columns import COLUMNS
from exohabit.scoring.bundle import Bundle
from tests.bulk.made_up import KEYS, Planet


def score(*arguments: object, jobs: int = 1, content: bytes | None = None) -> Result:
    """Run the command in this process."""
    words = ["score", *map(str, arguments), "--jobs", str(jobs)]
    return CliRunner().invoke(main, words, input=content, catch_exceptions=False)


def scored(*arguments: object, **more: Any) -> Result:
    """Run the command, which must succeed."""
    done = score(*arguments, **more)
    assert done.exit_code == 0, done.output
    return done


def read(path: Path) -> list[dict[str, Any]]:
    """Read an output of any format; empty cells are None, and numbers are numbers."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".ndjson" in path.name:
        return [json.loads(line) for line in content.splitlines()]
    return [*map(_typed, csv.DictReader(io.StringIO(content.decode())))]


def rank(bundle: Bundle, body: bytes, media_type: str = CSV, **query: Any) -> list[dict[str, Any]]:
    """Return the rows of /rank's CSV, in the order of the request."""
    request = InferenceRequest(body, media_type, Query(on_invalid="skip", **query), CSV)
    rows = csv.DictReader(io.StringIO(inference.rank(bundle, request).content.decode()))
    typed = ({**_typed(row), "problems": None} for row in rows)
    return sorted(typed, key=lambda row: row["index"])


def _typed(row: dict[str, str]) -> dict[str, Any]:
    kinds = {"score": float, "prediction": int, "index": int}
    return {k: kinds.get(k, str)(v) if v else None for k, v in row.items()}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_parquet(planets: Sequence[Planet], path: Path, *, rows: int = 300) -> None:
    numbers = {column.name for column in COLUMNS if column.range} | {"pl_radelim"}
    kinds = {key: pa.float64() if key in numbers else pa.string() for key in KEYS}
    columns = {key: pa.array([p.get(key) for p in planets], kinds[key]) for key in KEYS}
    pq.write_table(pa.table(columns), path, row_group_size=rows)


def parts_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.parts")
