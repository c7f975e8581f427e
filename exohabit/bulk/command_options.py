"""Command options: what `exohabit score` takes."""

from __future__ import annotations

import os

import click

from exohabit.bulk.file_formats import KINDS
from exohabit.bulk.jobs import PARTITION_BYTES
from exohabit.inputs.query_parameters import FAIL, SKIP

MIB = 2**20


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _text(name: str, metavar: str, meaning: str) -> click.Option:
    return click.Option([name], metavar=metavar, help=meaning)


def _flag(name: str, meaning: str) -> click.Option:
    return click.Option([name], is_flag=True, help=meaning)


PARAMETERS: tuple[click.Parameter, ...] = (
    click.Argument(["source"], metavar="IN"),
    click.Argument(["target"], metavar="OUT"),
    click.Option(["--from", "source_kind"], type=click.Choice(KINDS), help="Format of IN."),
    click.Option(["--to", "target_kind"], type=click.Choice(KINDS), help="Format of OUT."),
    click.Option(
        ["--jobs"], type=click.IntRange(1, 256), default=_cores, help="Processes; one per core."
    ),
    _text("--cluster", "ADDRESS", "Score on a Dask cluster: tcp://scheduler:8786."),
    click.Option(
        ["--on-invalid"],
        type=click.Choice((FAIL, SKIP)),
        default=FAIL,
        help="Write nothing if rows have problems (fail), or leave these without a score (skip).",
    ),
    _text("--keep", "COLUMNS", "Columns of IN to copy; * copies all."),
    _text("--fields", "FIELDS", "Columns to write, separated by commas."),
    _text("--top", "N", "Write only the N best planets, best first."),
    _text("--min-score", "SCORE", "Write only planets with such a score."),
    _flag("--explain", "Add what made each score, in a sentence."),
    _flag("--uncertainty", "Add an interval for each score."),
    _flag("--context", "Add insolation, habitable zone and others."),
    _flag("--summary", "Print counts, a histogram and the best ten."),
    _flag("--resume", "Continue a run that was interrupted."),
    click.Option(
        ["--part-mib"],
        type=click.IntRange(1, 1024),
        default=PARTITION_BYTES // MIB,
        show_default=True,
        help="Size of the partitions in which IN is scored.",
    ),
)
"""Each arrives at the command under its own name, with `_` for `-`."""
