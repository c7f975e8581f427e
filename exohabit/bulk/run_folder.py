"""Run folder: start a run in its folder of parts, or continue an earlier one.

A lock on a file of the folder keeps two runs with the same output apart.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from exohabit.bulk.errors import BulkError, ResumeError
from exohabit.bulk.jobs import Job, decode_job
from exohabit.bulk.part_files import LOCK, MANIFEST, remove_files, write_file

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_OURS = (MANIFEST, LOCK)
_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder of a run, and keep other runs out of it.

    Without a manifest, nothing in it is worth keeping: then it is removed at the end.

    Raises:
        BulkError: another run uses it, or it is not one of ours.
    """
    if folder.is_dir() and any(folder.iterdir()) and not any((folder / n).exists() for n in _OURS):
        raise BulkError(f"{folder} is not the folder of a run: remove or rename it")
    folder.mkdir(exist_ok=True)
    with (folder / LOCK).open("w") as file:
        _lock(file, folder)
        try:
            yield
        finally:
            if not (folder / MANIFEST).exists():
                _remove(folder)


def _lock(file: IO[str], folder: Path) -> None:
    """Lock the folder, unless its storage has no locks, as Lustre may have none."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        raise BulkError(f"another run with the same output is using {folder}") from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


def _remove(folder: Path) -> None:
    with suppress(OSError):  # Windows cannot remove a file that is open
        remove_files(folder)
        (folder / LOCK).unlink()
        folder.rmdir()


def stored_job(folder: Path) -> Job | None:
    """Return the job of an earlier run; None if there is none."""
    try:
        return decode_job((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None


def start(job: Job) -> None:
    """Store a job as the manifest of its folder, which has no parts yet."""
    write_file(Path(job.folder) / MANIFEST, job.to_json())


def check_same(earlier: Job, job: Job) -> None:
    """Refuse to continue a run whose input, options, model or writer have changed.

    Raises:
        ResumeError: they have.
    """
    differences = {
        "the input": earlier.source != job.source or earlier.partitions != job.partitions,
        "the options": earlier.options != job.options or earlier.target != job.target,
        "the compression": earlier.is_gzip != job.is_gzip,
        "the model": (earlier.model.version, earlier.model.sha256)
        != (job.model.version, job.model.sha256),
        "the version of pyarrow, numpy or exohabit": earlier.writer != job.writer,
    }
    changed = [what for what, is_other in differences.items() if is_other]
    if changed:
        raise ResumeError(
            f"the run in {job.folder} cannot be continued, because {' and '.join(changed)} changed "
            "since it began: run it without --resume to start afresh"
        )


def check_input(job: Job) -> None:
    """Refuse a run whose input was changed while it was scored.

    Raises:
        BulkError: it was.
    """
    for each in job.source.files:
        found = Path(each.path).stat()
        if (found.st_size, found.st_mtime_ns) != (each.size, each.modified_ns):
            raise BulkError(f"{each.path} was changed during the run: start it again")
