"""Part columns: the columns of a part of the output, as arrays of pyarrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from exohabit.bulk.jobs import Options
from exohabit.inputs.query_parameters import FLAT_FIELDS, PARAMETER_OF_FIELD
from exohabit.outputs.csv_cells import to_cell
from exohabit.outputs.extras import Extras
from exohabit.outputs.flat_fields import flatten, value_of
from exohabit.outputs.response_types import Ranking
from exohabit.outputs.scored_planets import ScoredPlanets
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.scoring.bundle import apply_threshold

SCORE, REASON, INDEX, PREDICTION = "score", "reason", "index", "prediction"
_TEXT = pa.string()
TYPES: Mapping[str, Any] = {
    "name": _TEXT,
    SCORE: pa.float64(),
    PREDICTION: pa.int8(),
    INDEX: pa.int64(),
    "warnings": _TEXT,
    REASON: _TEXT,
    "sentence": _TEXT,
    "score_low": pa.float64(),
    "score_high": pa.float64(),
    "probability_habitable": pa.float64(),
    "varied_inputs": _TEXT,
    "zone": _TEXT,
    "insolation": pa.float64(),
    "earth_similarity": pa.float64(),
    "size_class": _TEXT,
    "definition": pa.int8(),
}
"""The types of the columns that are not kept from the input."""
FIELDS = tuple(name for name in Ranking.FIELDS if name not in ("row", "problems"))
"""Fields that may be asked for."""
_NOT_KEPT = {*Ranking.FIELDS, *PARAMETER_OF_FIELD}


def fields_of(options: Options) -> list[str]:
    """Return the columns of the output that are not kept from the input."""
    absent = set(options.query.absent_fields)
    absent |= set() if options.lists_unscored else {REASON}
    chosen = options.fields
    return flatten(n for n in FIELDS if n not in absent) if chosen is None else flatten(chosen)


def extra_fields(options: Options) -> list[str]:
    """Return those of the columns that are extras."""
    parts = {part for nested in FLAT_FIELDS.values() for part in nested}
    of_extras = parts | {*Extras.__struct_fields__}
    return [name for name in fields_of(options) if name in of_extras]


def kept_names(names: Sequence[str]) -> list[str]:
    """Leave out columns of the input with the name of a field."""
    return [name for name in names if name not in _NOT_KEPT]


def rows_of(scored: ScoredPlanets, names: Any) -> dict[str, Any]:
    """Return the columns of planets that need no extras.

    Args:
        scored: the planets.
        names: theirs, as pyarrow strings.
    """
    count = len(names)
    scores = scored.scores.astype(np.float64)
    unscored = np.zeros(count, dtype=bool)
    unscored[list(scored.reasons)] = True
    predictions = apply_threshold(scored.scores, scored.threshold).astype(np.int8)
    return {
        "name": names,
        SCORE: pa.array(scores, mask=unscored),
        PREDICTION: pa.array(predictions, mask=unscored),
        "warnings": _scatter(scored.warnings, count, _kinds, to_cell),
        REASON: _scatter(scored.reasons, count, str, str),
    }


def extras_of(scored: ScoredPlanets, fields: Sequence[str], count: int) -> dict[str, Any]:
    """Return the columns of extras."""
    none = Extras()
    extras = [scored.extras.get(i, none) for i in range(count)]
    return {
        name: pa.array([to_cell(value_of(each, name)) for each in extras], TYPES[name])
        for name in fields
    }


def _kinds(warnings: Sequence[PlanetWarning]) -> tuple[tuple[str, str], ...]:
    """Return everything that decides the text of a cell with warnings."""
    return tuple([(each.code, each.column) for each in warnings])


def _scatter(
    values: Mapping[int, Any],
    count: int,
    key_of: Callable[[Any], Any],
    text_of: Callable[[Any], str],
) -> Any:
    """Return the texts of values by index as an array; null where there is none.

    Many planets share a value, and values with the same key have the same text, so each text is
    built once.
    """
    if not values:
        return pa.nulls(count, _TEXT)
    numbers: dict[Any, int] = {}
    texts: list[str] = []
    number_of: dict[int, int] = {}
    for identity, value in {id(each): each for each in values.values()}.items():
        number = numbers.setdefault(key_of(value), len(texts))
        if number == len(texts):
            texts.append(text_of(value))
        number_of[identity] = number
    places = np.full(count, -1, dtype=np.int32)
    places[[*values]] = [number_of[id(each)] for each in values.values()]
    indices = pa.array(places, mask=places < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(texts, _TEXT)).cast(_TEXT)
