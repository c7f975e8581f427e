"""Card: the model's card and its plots, read once from the folder of the model that is served."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

from exohabit.inputs.query_parameters import read_query
from exohabit.service.endpoints import Operation, describes
from exohabit.service.settings import Settings

CARD = "/model/card"
_MARKDOWN = "text/markdown"
_PLOT = "image/svg+xml"
_FILES = "exohabit-card"

card = Blueprint("card", __name__)


def init_app(app: Flask) -> None:
    """Add the card of the model that is served, if it has one."""
    settings: Settings = app.config["EXOHABIT"]
    app.extensions[_FILES] = _read(settings.model_root / "models")
    app.register_blueprint(card)


@card.get(CARD)
@describes(Operation((str,), media_type=_MARKDOWN))
def model_card() -> Response:
    """Read the model's card: how it came about, how right it is, where it fails, its licence."""
    read_query(list(request.args.items(multi=True)), ()).check()
    return _send("card.md", f"{_MARKDOWN}; charset=utf-8")


@card.get(f"{CARD}/<name>")
def plot(name: str) -> Response:
    """Get a plot of the card."""
    return _send(f"card/{name}", _PLOT)


def _read(folder: Path) -> dict[str, bytes]:
    paths = [*folder.glob("card.md"), *folder.glob("card/*.svg")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _send(name: str, content_type: str) -> Response:
    files: dict[str, bytes] = current_app.extensions[_FILES]
    if name not in files:
        abort(404)
    return Response(files[name], content_type=content_type)
