"""Table page: the page that ranks a table, or the known planets."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from exohabit.science.columns import COLUMNS, REQUIRED
from exohabit.service.app_state import app_state
from exohabit.service.operation import PAGE, declare
from exohabit.web.page_parameters import state
from exohabit.web.pages import render_page

_STATE = (
    state("source", "`catalog`: the known planets"),
    state("q", "what names and types must contain"),
    state("min_score", "lowest score"),
    state("max_distance", "highest distance, parsecs"),
    state("top", "how many planets to show"),
    state("sort", "column to order by; a minus in front for descending"),
    state("page", "page of the table, from 1"),
)

_EXAMPLE = """\
name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype
Like Earth,1,1,365,255,G2 V
Near a red dwarf,1.1,,12.4,240,M4 V
Hot giant,12,300,4,1200,G
"""
"""A table that the page shows."""

table = Blueprint("table", __name__)


@table.get("/table")
@declare(replace(PAGE, query=_STATE))
def page() -> Response:
    """Show the page that ranks a table."""
    max_bytes = app_state().settings.max_body_mib * 2**20
    return render_page(
        "table.html",
        section="table",
        max_bytes=max_bytes,
        address=request.url_root,
        columns=COLUMNS,
        required=[column.name for column in REQUIRED],
        example=_EXAMPLE,
    )
