"""Bundle replacement: replaces the files of the bundle in a folder by those of another bundle.

The new files are written into the folder `next` and checked there. Then the new manifest replaces
the old one in a single step. From then on, files are read from `next` until they have been moved.
So the folder always holds one whole bundle, even if the disk is full or the process is killed.
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
    except OSError as error:  # `next` is kept: the bundle may still need its files
        raise _not_writable(folder, error) from error
    try:
        for path, content in contents.items():
            write_file(folder, NEXT / path, content)
        Bundle.load(folder / NEXT)
        (folder / MANIFEST).parent.mkdir(exist_ok=True)
        (folder / NEXT / MANIFEST).replace(folder / MANIFEST)
    except (BundleError, Refused, OSError) as error:
        shutil.rmtree(folder if is_new else folder / NEXT, ignore_errors=True)
        if isinstance(error, OSError):
            raise _not_writable(folder, error) from error
        raise Refused(str(error)) from error
    with suppress(OSError):  # the service finds the files in `next` too
        _finish(folder, contents)


def _not_writable(folder: Path, error: OSError) -> Refused:
    return Refused(f"{folder} cannot be written ({error.strerror})")


def _finish(folder: Path, names: Mapping[Path, bytes]) -> None:
    """Move files from `next` if the current manifest describes them; then remove `next`."""
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
