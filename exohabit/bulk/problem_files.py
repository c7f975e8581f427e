"""Problem files: the problems of a run's rows as a table, with line, column, code and message."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable
from pathlib import Path

from exohabit.bulk.part_files import replacing, write_file
from exohabit.inputs.problems import Problem
from exohabit.outputs.csv_cells import to_cell

COLUMNS = ("line", "column", "code", "message")


def write_problems(problems: Iterable[Problem], path: Path) -> None:
    """Write problems as rows of a table, without a header."""
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(map(_row, problems))
    write_file(path, table.getvalue().encode())


def join_problems(parts: Iterable[Path], path: Path) -> None:
    """Join the problems of parts, in their order, to a table with a header."""
    with replacing(path) as temporary, temporary.open("wb") as joined:
        joined.write((",".join(COLUMNS) + "\n").encode())
        for each in parts:
            with each.open("rb") as part:
                shutil.copyfileobj(part, joined)


def _row(problem: Problem) -> tuple[int | None, str, str, str]:
    column = problem.column or (problem.pointer or "").removeprefix("/")
    return problem.line, to_cell(column), problem.code, to_cell(problem.message)
