"""Planet query: the planet that the address of a page describes, and the service's answer.

The address has the name of a known planet, or values, or both. With both, the values replace those
of the catalogue. The answer is the same as for programs, but wrong input is shown in the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import msgspec
from msgspec import structs

from exohabit.catalog.description import ask_what_if, describe
from exohabit.catalog.look_up import Known, find_known
from exohabit.catalog.snapshot import Snapshot
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.named_planets import AmbiguousName, UnknownPlanet
from exohabit.inputs.problems import InvalidInput, NotEnoughData, Problem
from exohabit.inputs.query import Pairs
from exohabit.inputs.query_parameters import Parameter
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import Handler
from exohabit.science.columns import BY_NAME
from exohabit.service.app_state import AppState
from exohabit.service.dispatch import run
from exohabit.service.health import loaded_bundle
from exohabit.service.request_state import RequestState
from exohabit.web.words import value_text

PLANET = Parameter(
    "planet",
    "a known planet, by any of its names",
    f"at most {MAX_NAME} characters",
    {"type": "string", "maxLength": MAX_NAME},
    lambda text: len(text) <= MAX_NAME,
)
_MAX_OFFERED = 12
"""Planets that are offered for the beginning of a name."""
_DECIMAL_COMMA = re.compile(
    r"[+-]?(?:[0-9]+,(?![0-9]{3}\Z)[0-9]+|(?:0|[0-9]{4,}),[0-9]+)", re.ASCII
)


@dataclass(frozen=True)
class PlanetQuery:
    """What was entered, and the answer."""

    name: str = ""
    """The name that was entered."""
    known: Known | None = None
    texts: dict[str, str] = field(default_factory=dict)
    """The values that were entered, by column; beside a known planet, those that differ."""
    answer: dict[str, Any] | None = None
    problems: Sequence[Problem] = ()

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to answer."""
        return bool(self.known or self.problems or any(self.texts.values()))


def answer_query(app: AppState, state: RequestState) -> PlanetQuery:
    """Read the planet from the address, and answer about it.

    Raises:
        HTTPException, RequestError: the service cannot answer, whatever was entered.
    """
    query = state.query = replace(state.query, planet=_with_points(state.query.planet))
    name = str(query.others.get(PLANET.name, "")).strip()
    snapshot = app.known_planets.current()
    try:
        known = find_known(snapshot, name, PLANET.name) if name else None
    except AmbiguousName as error:
        return PlanetQuery(name, texts=_columns(query.planet), problems=error.problems)
    except UnknownPlanet as error:
        problems = _with_beginnings(snapshot, name, error.problems)
        return PlanetQuery(name, texts=_columns(query.planet), problems=problems)
    given = [pair for pair in query.planet if known is None or _differs(known, *pair)]
    found = PlanetQuery(name, known, _columns(given))
    if known is None and not any(text.strip() for _, text in given) and not query.problems:
        return found
    state.query = replace(
        query,
        planet=given if known else _complete(given),
        explain=True,
        context=True,
        uncertainty=known is not None or any(name not in BY_NAME for name, _ in given),
    )
    try:
        answer = _answer(app, state, _handler(known, given))
    except (InvalidInput, NotEnoughData) as error:
        return replace(found, problems=error.problems)
    return replace(found, answer=answer)


def _with_beginnings(
    snapshot: Snapshot, name: str, problems: Sequence[Problem]
) -> Sequence[Problem]:
    """Offer all planets that an unknown name is the beginning of, if there are some."""
    found = snapshot.finder.suggest(name, _MAX_OFFERED)
    return [structs.replace(each, choices=found) for each in problems] if found else problems


def _with_points(given: Pairs) -> Pairs:
    """Return values with a point instead of a decimal comma.

    5,778 stays as it is, because it may mean 5778.
    """
    return [
        (name, text.strip().replace(",", ".") if _has_decimal_comma(name, text) else text)
        for name, text in given
    ]


def _has_decimal_comma(name: str, text: str) -> bool:
    is_number = name in BY_NAME and BY_NAME[name].range is not None
    return is_number and _DECIMAL_COMMA.fullmatch(text.strip()) is not None


def _answer(app: AppState, state: RequestState, handler: Handler | None) -> dict[str, Any]:
    result = run(app, state, loaded_bundle(app), JSON, handler)
    answer: dict[str, Any] = msgspec.json.decode(result.content)
    return answer


def _handler(known: Known | None, given: Pairs) -> Handler | None:
    """Return what answers about a known planet; None for the handler of the operation."""
    if known is None:
        return None
    return partial(ask_what_if if given else describe, known)


def _columns(pairs: Pairs) -> dict[str, str]:
    return {name: text for name, text in pairs if name in BY_NAME}


def _differs(known: Known, name: str, text: str) -> bool:
    """Whether a value that was entered is another one than the catalogue's, as it is shown."""
    return name in BY_NAME and text.strip() != value_text(known.row[name])


def _complete(given: Pairs) -> Pairs:
    """Return values with an empty one for each required column that is absent."""
    names = {name for name, _ in given}
    absent = [(name, "") for name, each in BY_NAME.items() if each.required and name not in names]
    return [*given, *absent]
