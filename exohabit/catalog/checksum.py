"""Checksum: a file contains its own SHA-256, which is computed with zeros in that position."""

from __future__ import annotations

import hashlib
from pathlib import Path

BLANK = "0" * 64
"""The zeros that `seal` replaces by the checksum."""


def seal(path: Path, before: str) -> None:
    """Write the checksum of a file over its `BLANK`, which follows the text `before`.

    Raises:
        ValueError: the file lacks the text.
        OSError: the file cannot be read or written.
    """
    content = path.read_bytes()
    position = content.index((before + BLANK).encode()) + len(before)
    with path.open("r+b") as file:
        file.seek(position)
        file.write(hashlib.sha256(content).hexdigest().encode())


def is_intact(content: bytes, checksum: str, before: str) -> bool:
    """Whether the content of a sealed file is unchanged."""
    position = content.find((before + checksum).encode())
    if position < 0:
        return False
    position += len(before)
    view = memoryview(content)  # a slice of bytes would be a copy
    digest = hashlib.sha256(view[:position])
    digest.update(BLANK.encode())
    digest.update(view[position + len(BLANK) :])
    return digest.hexdigest() == checksum
