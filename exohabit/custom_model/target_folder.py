"""Target folder: whether a bundle may be written into a folder."""

from __future__ import annotations

from pathlib import Path

from exohabit.custom_model.refusal import Refused
from exohabit.scoring.manifest import NEXT, BundleError, read_manifest


def check_folder(folder: Path) -> None:
    """Check that a bundle may be written into a folder.

    Raises:
        Refused: it has other content than an adopted model or an interrupted adoption.
    """
    if not folder.exists() or (folder.is_dir() and {*folder.iterdir()} <= {folder / NEXT}):
        return
    try:
        is_custom = read_manifest(folder).custom is not None
    except BundleError:
        is_custom = False
    if not is_custom:
        raise Refused(f"{folder} has other content: name a new folder with --into")
