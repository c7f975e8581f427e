"""Description: a known planet as an answer, with its own values or with some replaced.

A known planet takes the path of every other planet, so its score is the one that a client gets who
sends the catalogue's row.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
import numpy as np

from exohabit.catalog.look_up import Known
from exohabit.catalog.responses import KnownPlanet, Replaced, WhatIf, provenance_of
from exohabit.catalog.rows import ALL_COLUMNS, HOST, NAME, Row
from exohabit.catalog.snapshot import NoCatalog
from exohabit.inputs.columnar import Columns
from exohabit.inputs.measurement_errors import find_computed, read_flags
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.planet_table import Planets, from_rows
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.query import NO_QUERY, Query
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.readers import read_pairs
from exohabit.inputs.schemas import DETAILED_SCHEMA, NAME_KEYS, PROVENANCE
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.outputs.response_builders import build_predictions
from exohabit.outputs.response_types import Predictions
from exohabit.outputs.scored_planets import ScoredPlanets, count_usage, score_planets
from exohabit.outputs.writers import WRITERS, layout_of
from exohabit.science.columns import BY_NAME
from exohabit.science.domain_warnings import PlanetWarning, report_flags
from exohabit.scoring.bundle import Bundle


def describe(known: Known, bundle: Bundle, request: InferenceRequest) -> InferenceResult:
    """Answer with what is known about a planet, and with its prediction."""
    scored = score_planets(
        bundle, _own_planets(known.row, bundle.columns, request.query), request.query
    )
    fields = _fields_of(scored)
    if not request.query.context:  # which has these warnings already
        fields["warnings"] = [*fields["warnings"], *_warn_of_flags(known.row)]
    answer = KnownPlanet(
        **fields,
        planet={name: known.row[name] for name in ALL_COLUMNS},
        computed=[each.column for each in fields["warnings"] if each.code == "computed"],
        similar_names=known.similar_names,
        provenance=provenance_of(known.info, known.row[HOST]),
    )
    layout = layout_of(request.query, scored.planets, answer.FIELDS)
    content = WRITERS[request.answer_type](answer, request.query.fields, layout)
    return InferenceResult(content, request.answer_type, count_usage(scored))


def ask_what_if(known: Known, bundle: Bundle, request: InferenceRequest) -> InferenceResult:
    """Score a known planet with values of the query instead of its own.

    Raises:
        InvalidInput: a value of the query is wrong.
    """
    (given,) = read_pairs(request.query.planet, request.query.schema).planets
    given = _without_name(given)
    own = score_planets(bundle, _own_planets(known.row, bundle.columns))
    row = what_if_row(known.row, given)
    scored = score_planets(bundle, _planets(row, bundle.columns, request.query), request.query)
    fields = _fields_of(scored)
    answer = WhatIf(
        **fields
        | {"warnings": [*fields["warnings"], *_warn_of_kept(row, given, bundle.columns.inputs)]},
        catalog_score=_fields_of(own)["score"],
        replaced={name: Replaced(known.row.get(name), value) for name, value in given.items()},
        provenance=provenance_of(known.info, known.row[HOST]),
    )
    layout = layout_of(request.query, scored.planets, answer.FIELDS)
    content = WRITERS[request.answer_type](answer, request.query.fields, layout)
    return InferenceResult(content, request.answer_type, count_usage(scored))


def _own_planets(row: Row, needs: ModelNeeds, query: Query = NO_QUERY) -> Planets:
    """Read a row of the catalogue as a list of one planet.

    Raises:
        NoCatalog: the service refuses one of its values, which is not the client's fault.
    """
    try:
        return _planets(row, needs, query)
    except InvalidInput as error:
        if query.problems:
            raise
        why = error.problems[0].message
        raise NoCatalog(f"A value of {row[NAME]} in the catalogue is refused: {why}.") from error


def _planets(row: dict[str, Any], needs: ModelNeeds, query: Query) -> Planets:
    """Read a row as a list of one planet; only values from the query can be wrong."""
    raw = RawPlanets([row], lambda _, key: {"parameter": key}, unknown="an empty value")
    return from_rows(raw, query.problems, query.schema, needs=needs)


def _fields_of(scored: ScoredPlanets) -> dict[str, Any]:
    """Return the fields that every answer about the one planet has."""
    answer = build_predictions(scored)
    assert isinstance(answer, Predictions)  # noqa: S101 - a list, even of one
    (planet,) = answer.predictions
    fields = msgspec.structs.asdict(planet)
    for name in ("index", "row", "problems"):
        del fields[name]
    return fields | {"threshold": answer.threshold, "model_version": answer.model_version}


def _warn_of_flags(row: Row) -> list[PlanetWarning]:
    """Warn of what the catalogue's flags say: a disputed planet, two stars, a minimum mass."""
    mass = np.array([None if row["pl_bmasselim"] else row["pl_bmasse"]], float)
    return report_flags(read_flags(_columns_of(row), mass)).get(0, [])


def _columns_of(row: Row) -> Columns:
    return Columns.of_rows([msgspec.convert(row, DETAILED_SCHEMA.planet)], row, DETAILED_SCHEMA)


def _without_name(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in NAME_KEYS}


def what_if_row(row: Row, given: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the given values, by column, and without what no longer fits them.

    Left out are the errors and limit flags of the replaced values, and a size that was computed
    from a replaced one. Their keys are removed, because an error that is null means that the value
    was computed.
    """
    given = _without_name(given)
    dropped = {
        key
        for name in given
        if name in BY_NAME
        for key in (BY_NAME[name].upper_error, BY_NAME[name].lower_error, BY_NAME[name].limit_flag)
    }
    computed = find_computed(
        _columns_of(row), {name: np.array([row[name]], float) for name in _SIZES}
    )
    hidden = {name: None for name, other in _SIZES.items() if other in given and computed[name][0]}
    if not given.keys().isdisjoint(_SIZES):
        dropped |= {PROVENANCE, "pl_radeerr1", "pl_radeerr2"}
    return {name: value for name, value in row.items() if name not in dropped} | hidden | given


_SIZES = {"pl_rade": "pl_bmasse", "pl_bmasse": "pl_rade"}
"""For each size, the other size that it may have been computed from."""


class _Contradiction(NamedTuple):
    """Values of the catalogue that no longer fit when a query changes others."""

    code: str
    changed: tuple[str, ...]
    what: str
    kept: tuple[str, ...]


_LIGHT = ("pl_insol", "pl_eqt")
_ORBIT = ("pl_orbper", "pl_orbsmax")
_STAR = ("st_spectype", "st_teff", "st_rad", "st_mass")
_CONTRADICTIONS = (
    _Contradiction("kept_light", (*_ORBIT, "pl_orbeccen", *_STAR), "orbit or star", _LIGHT),
    _Contradiction("kept_light", _LIGHT, "the light", (*_LIGHT, *_ORBIT)),
    _Contradiction("kept_orbit", _ORBIT, "the orbit", _ORBIT),
    _Contradiction("kept_size", tuple(_SIZES), "the size", tuple(_SIZES)),
    _Contradiction("kept_star", ("st_spectype", "st_teff"), "the star", _STAR),
)


def _listed(names: list[str]) -> str:
    """Return names with commas, and "and" before the last one."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _warn_of_kept(
    row: dict[str, Any], given: dict[str, Any], inputs: Collection[str] | None
) -> list[PlanetWarning]:
    """Warn of values of the catalogue that are still in use although the query contradicts them.

    Args:
        row: the planet with the given values.
        given: the values of the query.
        inputs: the columns that an adopted model reads; None for the project's own.
    """
    warnings = []
    used = {name for name in row if inputs is None or name in inputs}
    changed = {name for name, value in given.items() if value is not None}
    for each in _CONTRADICTIONS:
        kept = [
            name for name in each.kept if name in used - given.keys() and row.get(name) is not None
        ]
        if kept and not changed.isdisjoint(each.changed):
            message = (
                f"{_listed(kept)} of the catalogue still "
                f"{'count' if len(kept) > 1 else 'counts'}, although the query changes "
                f"{each.what}; send {'&'.join(f'{name}=' for name in kept)} to prevent that"
            )
            warnings.append(PlanetWarning(each.code, kept[0], message))
    return warnings
