"""ECharts: the files of the plotting library, which pages load when they show a plot.

They are files of the installed package `nicegui`. The package itself is never imported, because it
is installed without its own dependencies (requirements-plots.txt). If it is not installed, pages
say so.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response

from exohabit.service.operation import PAGE, declare
from exohabit.web.assets import send_asset

_PACKAGE = "nicegui"
_FOLDER = Path("elements", "echart", "dist")
_ENTRY = "index.js"

echarts = Blueprint("echarts", __name__)


@echarts.get("/static/echarts/<name>")
@declare(PAGE)
def library_file(name: str) -> Response:
    """Return a file of the plotting library; `index.js` loads the others."""
    return send_asset(_FILES, name)


def _find_files() -> dict[str, Path]:
    """Return the library's files by name; none if the package is not installed."""
    spec = find_spec(_PACKAGE)  # for a package at the top level, it imports nothing
    folders = spec.submodule_search_locations if spec else None
    return {path.name: path for each in folders or () for path in Path(each, _FOLDER).glob("*.js")}


_FILES = _find_files()


def _find_entry() -> tuple[str, ...]:
    """Return the entry of the library and what it imports; nothing if it is not installed."""
    if _ENTRY not in _FILES:
        return ()
    imported = re.findall(r'from\s*"\./([^"]+)"', _FILES[_ENTRY].read_text(encoding="utf-8"))
    return _ENTRY, *imported


ENTRY_FILES = _find_entry()
"""The files that a page needs to draw. Its head names them, so the browser loads them at once."""
