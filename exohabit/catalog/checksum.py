"""Checksum: a file that contains its own SHA-256, computed with zeros in the place of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

BLANK = "0" * 64
"""Stands in a file for the checksum that `seal` writes."""


def seal(path: Path, before: str) -> None:
    """Write the checksum of a file over its `BLANK`, which follows a text that is in it once.

    Raises:
        ValueError: the file lacks the text.
        OSError: the file cannot be read or written.
    """
    content = path.read_bytes()
    place = content.index((before + BLANK).encode()) + len(before)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(hashlib.sha256(content).hexdigest().encode())


def is_intact(content: bytes, checksum: str, before: str) -> bool:
    """Whether the content of a sealed file is what was sealed."""
    place = content.find((before + checksum).encode())
    if place < 0:
        return False
    place += len(before)
    view = memoryview(content)  # a slice of bytes would be a copy
    digest = hashlib.sha256(view[:place])
    digest.update(BLANK.encode())
    digest.update(view[place + len(BLANK) :])
    return digest.hexdigest() == checksum
