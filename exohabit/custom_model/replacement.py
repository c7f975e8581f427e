"""Replacement: puts the files of a bundle into its folder, in the place of those of another one.

The new files are written into the folder `next` and checked there. Then the new manifest replaces
the old one, in a single step: from then on, a file is read from `next` until it is in its place. So
the folder holds one of both bundles at any time, also if the disk is full or the process is killed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from exohabit.custom_model.disk import write_file
from exohabit.custom_model.refusal import Refused
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import MANIFEST, NEXT, BundleError, Manifest, read_manifest


def put_bundle(contents: Mapping[Path, bytes], folder: Path) -> None:
    """Put the files of a bundle into a folder, after loading them as the service does.

    Raises:
        Refused: they cannot be written or loaded; the folder is as it was.
    """
    is_new = not folder.exists()
    try:
        _finish(folder, contents)
        for path, content in contents.items():
            write_file(folder, NEXT / path, content)
        Bundle.load(folder / NEXT)
        (folder / MANIFEST).parent.mkdir(exist_ok=True)
        (folder / NEXT / MANIFEST).replace(folder / MANIFEST)
    except (BundleError, Refused, OSError) as error:
        shutil.rmtree(folder if is_new else folder / NEXT, ignore_errors=True)
        if isinstance(error, OSError):
            raise Refused(f"{folder} cannot be written ({error.strerror})") from error
        raise Refused(str(error)) from error
    with suppress(OSError):  # the service finds the files in `next` too
        _finish(folder, contents)


def _finish(folder: Path, names: Mapping[Path, bytes]) -> None:
    """Finish a replacement whose manifest is in its place; forget one that did not come so far."""
    if not (folder / NEXT).exists():
        return
    with suppress(BundleError):
        manifest = read_manifest(folder)
        for name in names:
            _move(folder, name, manifest)
    shutil.rmtree(folder / NEXT)


def _move(folder: Path, name: Path, manifest: Manifest) -> None:
    waiting = folder / NEXT / name
    if waiting.is_file():
        digest = hashlib.sha256(waiting.read_bytes()).hexdigest()
        if digest == manifest.files.get(name.as_posix()):
            (folder / name).parent.mkdir(exist_ok=True)
            waiting.replace(folder / name)
