"""Commands: `exohabit score`, which scores files of any size."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import click

from exohabit.bulk.command_options import MIB, PARAMETERS
from exohabit.bulk.errors import BulkError
from exohabit.bulk.exits import explain_errors
from exohabit.bulk.file_formats import STANDARD, FileFormat, format_of
from exohabit.bulk.jobs import PARTITION_BYTES, PARTITION_ROWS, Model, Options
from exohabit.bulk.part_columns import FIELDS
from exohabit.bulk.processes import Execute, score_in_processes
from exohabit.bulk.runs import Outcome, Request, run
from exohabit.bulk.summaries import describe
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.query import Query, read_query
from exohabit.inputs.query_parameters import (
    EXTRAS_PARAMETERS,
    MIN_SCORE,
    SKIP,
    TOP,
    fields_among,
    keep_beside,
)
from exohabit.scoring.manifest import MANIFEST, find_root, read_manifest
from exohabit.scoring.model_columns import columns_of

TAKES = (TOP, MIN_SCORE, fields_among(FIELDS), keep_beside(FIELDS), *EXTRAS_PARAMETERS)
_ROWS_PER_MIB = PARTITION_ROWS * MIB // PARTITION_BYTES


class FoundModel(NamedTuple):
    """The model of a run, and what it needs of the input."""

    model: Model
    needs: ModelNeeds


FindModel = Callable[[], FoundModel]


def model_in(root: Path, sha256: str | None, *, fast_engines: bool) -> FoundModel:
    """Return what identifies the model in a folder; raises BundleError if it cannot be read."""
    manifest = read_manifest(root, sha256)
    digest = hashlib.sha256((root / MANIFEST).read_bytes()).hexdigest()
    place = None if root == find_root() else str(root.absolute())
    model = Model(place, manifest.model_version, digest, fast_engines, manifest.threshold)
    return FoundModel(model, columns_of(manifest))


def score_command(find_model: FindModel) -> click.Command:
    """Return the command `score`, which scores with the model that `find_model` returns."""

    @click.command(params=[*PARAMETERS])
    def score(**values: Any) -> None:
        """Score the planets in a file of any size.

        IN and OUT are CSV (.csv, .csv.gz), NDJSON (.ndjson, .jsonl) or Parquet (.parquet); IN may
        be a folder of Parquet files, and - is standard input or output. OUT has the planets in the
        order of IN.
        """
        with explain_errors(values["target"]):
            _score(find_model(), values)

    return score


def _score(model: FoundModel, values: dict[str, Any]) -> None:
    request = _request(model, values)
    outcome = run(request, _execute(values))
    _report(outcome, request, shows_summary=values["summary"])


def _execute(values: dict[str, Any]) -> Execute:
    """Return what scores the partitions: processes of this machine, or a cluster."""
    if values["cluster"] is None:
        return score_in_processes(values["jobs"])
    if values["target"] == STANDARD:
        raise BulkError("--cluster needs a file as OUT: its workers write the parts beside it")
    cluster: Any = import_module("exohabit.bulk.cluster.client")  # Dask is slow to import
    execute: Execute = cluster.score_on_cluster(values["cluster"], _say)
    return execute


def _say(text: str) -> None:
    click.echo(text, err=True)


def _request(model: FoundModel, values: dict[str, Any]) -> Request:
    source, target = values["source"], values["target"]
    if values["resume"] and STANDARD in (source, target):
        raise BulkError("--resume needs files: standard input and output cannot be read again")
    return Request(
        source=source,
        source_format=format_of(source, values["source_kind"]),
        target=target,
        target_format=_target_format(target, values["target_kind"]),
        options=_options(values),
        model=model.model,
        needs=model.needs,
        skip_invalid=values["on_invalid"] == SKIP,
        resume=values["resume"],
    )


def _target_format(target: str, kind: str | None) -> FileFormat:
    if kind is None and target.lower().endswith((".tsv", ".tsv.gz")):
        raise BulkError(f"{target}: tables are written with commas, so end its name in .csv")
    return format_of(target, kind)


def _options(values: dict[str, Any]) -> Options:
    """Return the options, checked as query parameters of the service."""
    texts = {parameter.name: values[parameter.name] for parameter in TAKES}
    pairs = [
        (name, "true" if value is True else value)
        for name, value in texts.items()
        if value not in (None, False)
    ]
    query: Query = read_query(pairs, TAKES)
    query.check()
    return Options(
        fields=query.fields,
        keep=query.keep,
        top=query.top,
        min_score=query.min_score,
        explain=query.explain,
        uncertainty=query.uncertainty,
        context=query.context,
        partition_bytes=values["part_mib"] * MIB,
        partition_rows=values["part_mib"] * _ROWS_PER_MIB,
    )


def _report(outcome: Outcome, request: Request, *, shows_summary: bool) -> None:
    summary = outcome.summary
    for note in outcome.notes:
        click.echo(f"note: {note.message}", err=True)
    if shows_summary:
        to_error = request.target == STANDARD
        click.echo(describe(summary, request.model.threshold), err=to_error)
    where = f", listed in {outcome.problems}" if outcome.problems else ""
    invalid = (
        f"; {summary.invalid:,} {_are(summary.invalid)} invalid{where}" if summary.invalid else ""
    )
    target = "standard output" if request.target == STANDARD else request.target
    click.echo(
        f"{summary.written:,} of {summary.planets:,} planets written to {target}; "
        f"{summary.scored:,} {'has' if summary.scored == 1 else 'have'} a score{invalid}",
        err=True,
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
