"""Store: a stand-in for the file of the catalogue."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from exohabit.catalog.rows import CatalogError, Row


class CatalogInfo(msgspec.Struct, frozen=True):
    """Where the planets of a catalogue come from."""

    table: str
    date: str
    """ISO date of the table."""


_Content = tuple[list[Row], CatalogInfo, list[tuple[str, str]]]


def write_catalog(
    path: Path, rows: Sequence[Row], info: CatalogInfo, aliases: Sequence[tuple[str, str]] = ()
) -> None:
    """Write a catalogue, whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(msgspec.json.encode((rows, info, aliases)))
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise


def read_rows(path: Path) -> _Content:
    """Read a catalogue; raises CatalogError if it is absent or damaged."""
    try:
        content: _Content = msgspec.json.decode(path.read_bytes(), type=_Content)
    except (OSError, msgspec.DecodeError) as error:
        raise CatalogError(f"{path} is not a catalogue ({error})") from error
    return content
