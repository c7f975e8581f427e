"""Pip mounts: makes the machine's pip configuration usable in the build of an image.

It reads the output of `pip config list`, writes the same settings to a file, and prints each file
and folder that they name as a read-only volume.
"""

from __future__ import annotations

import re
import sys
from ast import literal_eval
from collections.abc import Iterable
from pathlib import Path


def read_settings(lines: Iterable[str]) -> dict[str, str]:
    """Return the settings by name; those of the environment override those of files."""
    found = [re.fullmatch(r"(:env:|\w+)\.([\w-]+)=(.*)", line.strip()) for line in lines]
    given = [(each[1], each[2], str(literal_eval(each[3]))) for each in found if each]
    return {name: text for _, name, text in sorted(given, key=lambda each: each[0] == ":env:")}


def volumes(settings: dict[str, str]) -> list[str]:
    """Return the files and folders that settings name, as volumes."""
    words = [word for text in settings.values() for word in text.split()]
    # An index may keep its files beside its pages.
    indexes = {Path(word.removeprefix("file://")).parent for word in words if "file://" in word}
    paths = indexes | {Path(word) for word in words}
    return [f"{path}:{path}:ro" for path in sorted(paths) if path.is_absolute() and path.exists()]


if __name__ == "__main__":
    settings = read_settings(sys.stdin)
    lines = [f"{name} = " + text.replace("\n", "\n    ") for name, text in settings.items()]
    target = Path(sys.argv[1])
    target.touch()
    target.chmod(0o600)  # the address of an index may have a password
    target.write_text("[global]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    for volume in volumes(settings):
        print(volume)
