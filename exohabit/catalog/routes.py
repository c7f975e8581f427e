"""Routes of known planets: one by its name, the list, and names while one types."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from exohabit.catalog import list_parameters as parameters
from exohabit.catalog.description import ask_what_if, describe
from exohabit.catalog.listing import list_planets
from exohabit.catalog.look_up import Known, find_known
from exohabit.catalog.responses import KnownPlanet, KnownPlanetList, Suggestions, WhatIf
from exohabit.catalog.rows import ALL_COLUMNS
from exohabit.catalog.snapshot import Snapshot
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS, fields_among
from exohabit.outputs.writers import WRITERS
from exohabit.service.app_state import app_state
from exohabit.service.dispatch import respond
from exohabit.service.health import loaded_bundle
from exohabit.service.http_response import preferred_type, reply_json, with_charset
from exohabit.service.operation import Operation, declare
from exohabit.service.request_state import current_state

_HEADING = "Known planets"
_STATUSES = (300, 404, 406)
KNOWN_PLANET = Operation(
    (KnownPlanet,),
    query=(*EXTRAS_PARAMETERS, fields_among(KnownPlanet.FIELDS, {"planet": ALL_COLUMNS})),
    tag=_HEADING,
    statuses=_STATUSES,
)
WHAT_IF = Operation(
    (WhatIf,),
    query=(*EXTRAS_PARAMETERS, fields_among(WhatIf.FIELDS)),
    planet_in_query=True,
    planet_is_known=True,
    tag=_HEADING,
    statuses=_STATUSES,
)

planets = Blueprint("planets", __name__)


@planets.get("/planets/<name>")
@declare(KNOWN_PLANET)
def planet(name: str) -> ResponseReturnValue:
    """Say what is known of a planet, from where, and what the model makes of it."""
    return respond(partial(describe, _find(name)))


@planets.get("/planets/<name>/predict")
@declare(WHAT_IF)
def what_if(name: str) -> ResponseReturnValue:
    """Score a known planet with values of the query in the place of its own."""
    return respond(partial(ask_what_if, _find(name)))


@planets.get("/planets")
@declare(
    Operation(
        (KnownPlanetList,), query=parameters.LIST_PARAMETERS, tag=_HEADING, statuses=(406, 410)
    )
)
def planet_list() -> ResponseReturnValue:
    """List known planets, with filters, in an order, page by page."""
    query, media_type = current_state().query, preferred_type(current_state())
    fields = query.fields or parameters.DEFAULT_FIELDS
    answer = list_planets(_snapshot(), loaded_bundle(app_state()), query.others, fields)
    content = bytes(WRITERS[media_type](answer, fields))
    response = Response(content, content_type=with_charset(media_type))
    if answer.next_cursor:
        address = f"?{urlencode([*_without_cursor(), ('cursor', answer.next_cursor)])}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


@planets.get("/planets/suggest")
@declare(Operation((Suggestions,), query=(parameters.BEGINNING,), tag=_HEADING))
def suggest() -> ResponseReturnValue:
    """List up to ten names of known planets that begin like a text."""
    beginning = current_state().query.others.get(parameters.BEGINNING.name, "")
    return reply_json(Suggestions(names=_snapshot().finder.suggest(beginning)))


def _without_cursor() -> list[tuple[str, str]]:
    return [pair for pair in request.args.items(multi=True) if pair[0] != parameters.CURSOR.name]


def _snapshot() -> Snapshot:
    return app_state().known_planets.current()


def _find(name: str) -> Known:
    return find_known(_snapshot(), name)
