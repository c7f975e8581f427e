"""Extraction: the process that reads a user's files, and writes the plain bytes of the model.

It imports neither XGBoost nor numpy.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from exohabit.custom_model.child_process import refuse_in_one_line
from exohabit.custom_model.disk import write_file
from exohabit.custom_model.model_file import MAX_BYTES, read_file, read_model, read_names
from exohabit.custom_model.process_limits import SECONDS_PER_BYTE, limit_cpu, limit_memory

EXTRACTED, NAMES = "model.bin", "names.json"
"""Files that it writes: a `RawModel` as MessagePack, and the names of the columns."""
_SECONDS = 0.8
_MEMORY = 2**30


def extract(model: Path, columns: Path | None, folder: Path) -> None:
    """Write the model's bytes and the names of its columns into a folder.

    Raises:
        Refused: a file cannot be used, or the folder cannot be written.
    """
    content = read_file(model)
    limit_cpu(_SECONDS + len(content) * SECONDS_PER_BYTE)
    write_file(folder, EXTRACTED, msgspec.msgpack.encode(read_model(content)))
    if columns is not None:
        write_file(folder, NAMES, msgspec.json.encode(read_names(read_file(columns))))


def main() -> None:
    """Extract the files named in the arguments: folder, model and perhaps columns."""
    limit_memory(_MEMORY + 4 * MAX_BYTES)
    limit_cpu(_SECONDS + MAX_BYTES * SECONDS_PER_BYTE)
    folder, model, *columns = map(Path, sys.argv[1:])
    with refuse_in_one_line():
        extract(model, columns[0] if columns else None, folder)


if __name__ == "__main__":
    main()
