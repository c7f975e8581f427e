"""File formats: which format a file has, by its ending or as stated."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from exohabit.bulk.errors import FormatError

CSV, NDJSON, PARQUET = "csv", "ndjson", "parquet"
STANDARD = "-"
"""Standard input or output, instead of a path."""
_ENDINGS = {
    ".csv": CSV,
    ".tsv": CSV,
    ".ndjson": NDJSON,
    ".jsonl": NDJSON,
    ".parquet": PARQUET,
    ".pq": PARQUET,
}
KINDS = (CSV, NDJSON, PARQUET)


class FileFormat(NamedTuple):
    """A format of files."""

    kind: str
    """One of `KINDS`."""
    is_gzip: bool = False

    @property
    def ending(self) -> str:
        """The ending of its files."""
        return f".{self.kind}.gz" if self.is_gzip else f".{self.kind}"


def format_of(path: str, stated: str | None = None) -> FileFormat:
    """Return the format of a file, or of a folder of Parquet files.

    Args:
        path: its path, or `STANDARD`.
        stated: its kind, from an option.

    Raises:
        FormatError: the ending is unknown, and no kind is stated.
    """
    name = path.lower()
    is_gzip = name.endswith(".gz")
    kind = stated or _ENDINGS.get(Path(name.removesuffix(".gz")).suffix)
    if kind is None and Path(path).is_dir():
        kind = PARQUET
    if kind is None and path == STANDARD:
        kind = CSV
    if kind is None and name.removesuffix(".gz").endswith(".json"):
        raise FormatError(f"{path} is JSON: write one planet per line (.ndjson)")
    if kind is None or (is_gzip and kind == PARQUET):
        endings = ", ".join(_ENDINGS)
        raise FormatError(
            f"{path} has an ending that is not known: rename it, or state the format by --from or "
            f"--to (known are {endings}, and .gz behind the endings of text)"
        )
    return FileFormat(kind, is_gzip)
