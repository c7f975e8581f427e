"""Model card: its page and its plots, read once from the folder of the model."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort

from exohabit.service.app_state import app_state
from exohabit.service.operation import Operation, declare
from exohabit.web.markdown import read_markdown
from exohabit.web.pages import is_page, render_page

CARD = "/model/card"
_MARKDOWN = "text/markdown"
_PLOT = "image/svg+xml"

card = Blueprint("card", __name__)


@card.get(CARD)
@declare(Operation((str,), media_type=_MARKDOWN, is_cacheable=True, page=Operation(is_page=True)))
def model_card() -> Response:
    """Return the model card: training, accuracy, limitations and licence."""
    if is_page():
        document = read_markdown(_read("card.md").decode())
        return render_page("card.html", section="card", document=document)
    return _send("card.md", f"{_MARKDOWN}; charset=utf-8")


@card.get(f"{CARD}/<name>")
@declare(Operation(is_cacheable=True))
def plot(name: str) -> Response:
    """Return a plot of the card."""
    return _send(f"card/{name}", _PLOT)


def read_card(folder: Path) -> dict[str, bytes]:
    """Return the card and its plots from the folder of a model, by path; empty if it has none."""
    paths = [*folder.glob("card.md"), *folder.glob("card/*.svg")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _send(name: str, content_type: str) -> Response:
    return Response(_read(name), content_type=content_type)


def _read(name: str) -> bytes:
    files = app_state().card
    if name not in files:
        abort(404)
    return files[name]
