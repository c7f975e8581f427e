"""Paths: the files beside an output, and checks that a run damages no other file."""

from __future__ import annotations

from pathlib import Path

from exohabit.bulk.errors import BulkError, FormatError
from exohabit.bulk.file_formats import STANDARD


def parts_folder_of(target: str) -> Path:
    """Return the folder of the parts of an output."""
    return Path(f"{Path(target).absolute()}.parts")


def problems_path(target: str) -> Path:
    """Return the table of the problems of an output."""
    return Path(f"{target}.problems.csv")


def check_paths(source: str, target: str) -> None:
    """Check the paths of a run before it writes anything.

    Raises:
        BulkError: the input is not there, the output cannot be written, or would damage the input.
    """
    for each in (source, target):
        check_name(str(Path(each).absolute()))
    if source != STANDARD and not Path(source).exists():
        raise BulkError(f"{source} does not exist")
    if target == STANDARD:
        return
    path = Path(target).absolute()
    if path.is_dir():
        raise BulkError(f"{target} is a folder: give the name of a file")
    if path.exists() and not path.is_file():
        raise BulkError(f"{target} is not a file: for standard output, write -")
    if not path.parent.is_dir():
        raise BulkError(f"the folder {path.parent} does not exist")
    if source != STANDARD:
        _keep_apart(Path(source).resolve(), target)


def _keep_apart(source: Path, target: str) -> None:
    """Refuse an output that would replace the input or, in its folder, become part of it."""
    written = [each.resolve() for each in (Path(target), problems_path(target))]
    parts = parts_folder_of(target).resolve()
    if source in written or parts in source.parents:
        raise BulkError(f"{target} would replace the input: give it another name")
    if source in parts.parents and source.is_dir():
        raise BulkError(f"{target} lies in the folder of the input: write it elsewhere")


def check_name(path: str) -> None:
    """Refuse a name that is not UTF-8, because manifests and messages are; raises FormatError."""
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"the name {path!a} is not UTF-8: rename the file") from error
