"""Disk: writes files, and reports a full disk as such, not as an error in the model."""

from __future__ import annotations

import os
from pathlib import Path

from exohabit.custom_model.refusal import Refused


def write_file(folder: Path, name: Path | str, content: bytes) -> None:
    """Write a file below a folder, down to the disk.

    Raises:
        Refused: it cannot be written.
    """
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Refused(f"{folder} cannot be written ({error.strerror})") from error
