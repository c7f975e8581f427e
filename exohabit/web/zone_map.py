"""Zone map: the page that shows planets and the habitable zones, and the data for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

import msgspec
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from exohabit.catalog.look_up import find_known
from exohabit.catalog.snapshot import Snapshot
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.query import Query
from exohabit.inputs.readers import JSON
from exohabit.service.app_state import app_state
from exohabit.service.health import loaded_bundle
from exohabit.service.http_response import reply_json, with_charset
from exohabit.service.operation import PAGE, Operation, declare
from exohabit.service.request_state import current_state
from exohabit.web import page_parameters
from exohabit.web.echarts import ENTRY_FILES
from exohabit.web.map_points import diagram_of_catalog, diagram_of_query
from exohabit.web.pages import render_page
from exohabit.web.planet_query import PLANET
from exohabit.web.problem_words import problem_words

_PLANET = page_parameters.state("planet", "a known planet, or the planets of a star, to mark")

zone_map = Blueprint("zone_map", __name__)


@zone_map.get("/map")
@declare(replace(PAGE, query=(_PLANET,), planet_in_query=True))
def page() -> Response:
    """Show planets and the habitable zones."""
    return render_page("map.html", section="map", library=ENTRY_FILES)


@zone_map.get("/map/planets")
@declare(Operation(is_page=True))
def planets() -> ResponseReturnValue:
    """Return where the known planets and the zones lie."""
    state = app_state()
    bundle, snapshot = loaded_bundle(state), state.known_planets.current()
    content = _encode_catalog(snapshot, bundle.threshold, bundle.version)
    return Response(content, content_type=with_charset(JSON))


@zone_map.get("/map/planet")
@declare(Operation(is_page=True, query=(PLANET,), planet_in_query=True))
def planet() -> ResponseReturnValue:
    """Return where a planet given in the query lies, or a known planet with such values."""
    state, query = app_state(), current_state().query
    name = query.others.get(PLANET.name)
    known = find_known(state.known_planets.current(), name, PLANET.name) if name else None
    with _problems_in_words(query):
        return reply_json(diagram_of_query(query, loaded_bundle(state), known))


@contextmanager
def _problems_in_words(query: Query) -> Iterator[None]:
    """Say what is wrong with a planet as the page that tries one says it."""
    try:
        yield
    except InvalidInput as error:
        texts = dict(query.planet)
        said = dict.fromkeys(problem_words(each, texts) for each in error.problems)
        raise InvalidInput(f"{'. '.join(said)}.", error.problems, error.problem_count) from error


@lru_cache(maxsize=1)
def _encode_catalog(snapshot: Snapshot, threshold: float, model_version: str) -> bytes:
    """Return the points of all known planets; they stay the same as long as the catalogue."""
    return msgspec.json.encode(diagram_of_catalog(snapshot, threshold, model_version))
