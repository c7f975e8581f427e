"""Try page: the page about one planet, and its content alone, without the frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from exohabit.inputs.problems import Problem
from exohabit.outputs.service_info import feature_meanings
from exohabit.science.columns import BY_NAME
from exohabit.service.app_state import app_state
from exohabit.service.health import loaded_bundle
from exohabit.service.request_state import current_state
from exohabit.web.answer_view import AnswerView, view_of
from exohabit.web.pages import frame_values, html_response, render_page
from exohabit.web.planet_form import PRESETS, WhatIf, make_fields, make_what_ifs
from exohabit.web.planet_query import PLANET, PlanetQuery, answer_query
from exohabit.web.problem_words import NEEDED_VALUES, NOT_ENOUGH, problem_words
from exohabit.web.request_texts import call_of, request_texts
from exohabit.web.words import PLAIN_NAMES, measure_text, score_text, value_text

_NAMED_EMPTIED = 2
"""Values that were emptied are named if there are not more; else they are counted."""


def show_page() -> Response:
    """Show the whole page, with the answer if it may be given."""
    state = current_state()
    is_open = state.operation is None or state.operation.is_open
    planet_query = PlanetQuery() if is_open else answer_query(app_state(), state)
    # If a key is needed, the page's script fetches the answer.
    query = state.query
    is_pending = is_open and bool(query.planet or query.others or query.problems)
    return render_page("try.html", section="try", is_pending=is_pending, **_values(planet_query))


def show_planet() -> Response:
    """Show form and answer, which replace those of the page while one types."""
    values = frame_values() | _values(answer_query(app_state(), current_state()))
    return html_response(render_template("_planet.html", **values))


def _values(planet_query: PlanetQuery) -> dict[str, Any]:
    """Return what the templates need."""
    state = app_state()
    row = planet_query.known.row if planet_query.known else None
    said = [
        (_field_of(each), problem_words(each, planet_query.texts)) for each in planet_query.problems
    ]
    answer, manifest = planet_query.answer, loaded_bundle(state).manifest
    needs_key = state.settings.keys_file is not None
    name = _name(planet_query)
    call = call_of(planet_query, request.host_url)
    return {
        "planet_query": planet_query,
        "known": name,
        "is_changed": bool(planet_query.known and planet_query.texts),
        "presets": [(name, address(planet=name)) for name in PRESETS],
        "fields": make_fields(planet_query.texts, row, _notes(answer), dict(said)),
        "what_ifs": _links(planet_query),
        "view": _view(planet_query, feature_meanings(manifest)),
        "threshold": score_text(answer["threshold"]).replace(".0", "") if answer else "",
        "catalog_score": _catalog_score(answer),
        "changes": _changes(planet_query),
        "problems": said,
        "title": _problem_title(planet_query),
        "choices": [
            (n, address(planet=n)) for each in planet_query.problems for n in each.choices or ()
        ],
        "needed": NEEDED_VALUES,
        "provenance": answer.get("provenance") if answer else None,
        "address": address(**({PLANET.name: name} if name else {}), **planet_query.texts),
        "base": request.host_url,
        "requests": request_texts(call, needs_key=needs_key) if answer else [],
        "resolve": lambda columns: _resolved(planet_query, columns),
    }


def address(**parameters: str) -> str:
    """Return the address of the page for a planet, relative to the page."""
    return f"?{urlencode(parameters)}"


def _links(planet_query: PlanetQuery) -> list[tuple[str, str, bool]]:
    """Return the text of each change to try, its address, and whether it is the current one."""
    if planet_query.known is None:
        return []
    name, row = planet_query.known.name, planet_query.known.row

    def is_current(what_if: WhatIf) -> bool:
        return planet_query.texts == {
            column: text
            for column, text in what_if.changes.items()
            if text != value_text(row[column])
        }

    return [
        (each.text, address(planet=name, **each.changes), is_current(each))
        for each in make_what_ifs(row)
    ]


def _view(planet_query: PlanetQuery, meanings: Mapping[str, str]) -> AnswerView | None:
    if planet_query.answer is None:
        return None
    return view_of(
        planet_query.answer, meanings, planet=_name(planet_query), changed=planet_query.texts.keys()
    )


def _problem_title(planet_query: PlanetQuery) -> str:
    """Return the heading of what is wrong with a query."""
    if any(each.choices for each in planet_query.problems):
        return "Which planet?"
    if planet_query.name and planet_query.known is None:
        return "No known planet has this name"
    codes = {each.code for each in planet_query.problems}
    return "Not yet" if codes == {NOT_ENOUGH} else "Please correct this"


def _changes(planet_query: PlanetQuery) -> str:
    """Return what was changed of a known planet, in words."""
    if planet_query.known is None:
        return ""
    row, texts = planet_query.known.row, planet_query.texts
    emptied = [name for name, text in texts.items() if not text]
    if len(emptied) <= _NAMED_EMPTIED:
        emptied = []
    said = [
        f"{PLAIN_NAMES[name].lower()}, {measure_text(row[name], BY_NAME[name])} → "
        f"{measure_text(text, BY_NAME[name])}"
        for name, text in texts.items()
        if name not in emptied
    ]
    if emptied:
        said.append(f"{len(emptied)} old values of {_name(planet_query)} are left out")
    return "; ".join(said) + "."


def _name(planet_query: PlanetQuery) -> str:
    """Return the name of the known planet; empty if the query is not about one."""
    return planet_query.known.name if planet_query.known else ""


def _catalog_score(answer: dict[str, Any] | None) -> str:
    """Return the score of the known planet as it is, if the answer is about a change of it."""
    score = answer.get("catalog_score") if answer else None
    return "" if score is None else score_text(score)


def _notes(answer: dict[str, Any] | None) -> dict[str, str]:
    """Return why values of the catalogue are not used, by column."""
    said = {"limit": "only a limit, not used", "computed": "computed, not used"}
    warnings = answer["warnings"] if answer else []
    return {each["column"]: said[each["code"]] for each in warnings if each["code"] in said}


def _field_of(problem: Problem) -> str:
    return problem.parameter if problem.parameter in BY_NAME else ""


def _resolved(planet_query: PlanetQuery, columns: list[str]) -> str:
    """Return the address of the same query with further columns emptied."""
    return address(
        **{PLANET.name: _name(planet_query)}, **planet_query.texts | dict.fromkeys(columns, "")
    )
