"""Part files: the folder of a run's parts, and how files in it are replaced at once.

A file gets its name when it is complete and on the disk: it is written under another name, synced,
and renamed. The names of parts depend on their numbers only.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from exohabit.bulk.jobs import Job, Partition, Receipt, decode_receipt

MANIFEST, LOCK = "manifest.json", "lock"
_TEMPORARY = ".tmp"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the path of a temporary file, which then replaces `path`; it is removed on an error.

    Several processes may replace the same file at the same time.
    """
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}{_TEMPORARY}")
    try:
        yield temporary
        sync(temporary)
        temporary.replace(path)
        sync(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a small file, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk.

    Windows needs a file that may be written, and cannot open folders.
    """
    if os.name == "nt" and path.is_dir():
        return
    number = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def remove_files(folder: Path) -> None:
    """Remove the files of a run from its folder, but not the lock."""
    for pattern in (MANIFEST, "part-*", "input.*", f"*{_TEMPORARY}"):
        for each in folder.glob(pattern):
            each.unlink(missing_ok=True)


class PartsFolder:
    """The parts of a run, as files of one folder."""

    def __init__(self, path: Path, fingerprint: str, ending: str) -> None:
        self.path, self._fingerprint, self._ending = path, fingerprint, ending

    @classmethod
    def of(cls, job: Job) -> PartsFolder:
        """Return the folder of a job."""
        return cls(Path(job.folder), job.fingerprint, job.part_format.ending)

    def part(self, number: int) -> Path:
        """Return the path of a part."""
        return self._file(number, self._ending)

    def problems(self, number: int) -> Path:
        """Return the path of the problems of a part."""
        return self._file(number, ".problems.csv")

    def receipt(self, number: int) -> Path:
        """Return the path of the receipt of a part, which is written last."""
        return self._file(number, ".json")

    def _file(self, number: int, ending: str) -> Path:
        return self.path / f"part-{number:07d}.{self._fingerprint}{ending}"

    def read_receipt(self, partition: Partition) -> Receipt | None:
        """Return the receipt of a partition; None if its part is not complete."""
        number = partition.number
        try:
            receipt = decode_receipt(self.receipt(number).read_bytes())
            size = self.part(number).stat().st_size
        except (OSError, ValueError):
            return None
        is_whole = receipt.size == size and receipt.rows == partition.rows
        return receipt if is_whole and receipt.number == number else None

    def pending(self, job: Job) -> list[Partition]:
        """Return the partitions whose parts are not complete."""
        return [each for each in job.partitions if self.read_receipt(each) is None]

    def remove_temporary_files(self) -> None:
        """Remove what killed processes have left."""
        for each in self.path.glob(f"*{_TEMPORARY}"):
            each.unlink(missing_ok=True)
