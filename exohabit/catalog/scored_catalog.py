"""Scored catalogue: prepares a catalogue file that has the scores of the current model.

The server calls this before it starts its workers. An app without that server calls it at the first
request for a known planet. The package's own catalogue has the scores of the shipped model, so it
is scored again only for another model.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from exohabit.catalog.embedded import embedded_info, embedded_rows, embedded_scores
from exohabit.catalog.reader import is_there, open_catalog, read_rows
from exohabit.catalog.rows import CatalogError, Row
from exohabit.catalog.store import Scores, write_catalog

FILE = "catalog.sqlite"
"""Name of a catalogue that is made in the folder that the workers share."""
_SCORING_SECONDS = 600
"""Time for scoring; 100,000 planets take about 30 s."""
Score = Callable[[Sequence[Row]], Scores]


def prepare_catalog(source: Path | None, folder: Path, model_version: str, score: Score) -> Path:
    """Return a catalogue file that has scores of a model; make it in a folder if necessary.

    Args:
        source: the operator's catalogue; where there is none, the package's own is used.
        folder: where a file may be made.
        model_version: the model that the scores must be of.
        score: scores planets, if the scores are of another model.

    Raises:
        CatalogError: the source is damaged, or the file cannot be written.
    """
    made = folder / FILE
    if source is None or not is_there(source):
        scores = embedded_scores()
        if scores.model_version != model_version:
            scores = score([*embedded_rows()])
        write_catalog(made, embedded_rows(), embedded_info(), (), scores)
        return made
    connection, stored = open_catalog(source)
    with closing(connection):
        if stored.model_version == model_version:
            return source
    rows, info, aliases = read_rows(source)
    write_catalog(made, rows, info, aliases, score(rows))
    return made


def share_catalog(source: Path | None, folder: Path, model_version: str, score: Score) -> None:
    """Make `FILE` in the folder of a server, as `prepare_catalog` chooses or makes it.

    A worker that starts later can then use what the server chose, even if the operator's catalogue
    was damaged meanwhile.

    Raises:
        CatalogError: as `prepare_catalog`.
    """
    made = folder / FILE
    chosen = prepare_catalog(source, folder, model_version, score)
    try:
        if chosen != made:
            shutil.copyfile(chosen, made)
    except OSError as error:
        raise CatalogError(f"{made} cannot be written ({error.strerror})") from error


def score_in_new_process(rows: Sequence[Row]) -> Scores:
    """Score planets in a process that loads the model, because this one must not.

    Raises:
        CatalogError: it failed; the text says why.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "exohabit.catalog.scoring"],
            input=msgspec.json.encode(rows),
            capture_output=True,
            check=False,
            timeout=_SCORING_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise CatalogError(
            f"the known planets cannot be scored: not ready after {_SCORING_SECONDS} s"
        ) from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        status = f"its process ended with status {done.returncode}"
        raise CatalogError(f"the known planets cannot be scored: {reason or status}")
    try:
        return msgspec.json.decode(done.stdout.splitlines()[-1], type=Scores)
    except (IndexError, msgspec.DecodeError) as error:
        raise CatalogError(
            f"the known planets cannot be scored: its process answers {error}"
        ) from error
