"""ECharts: the files of the plotting library, which pages load when they show a plot.

They come from the installed package `nicegui`. It is never imported: it is installed without the
packages that it needs itself (requirements-plots.txt). Where it is not installed, pages say so.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response

from exohabit.service.openapi_operation import PAGE, declare
from exohabit.web.assets import send_asset

_PACKAGE = "nicegui"
_FOLDER = Path("elements", "echart", "dist")

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
