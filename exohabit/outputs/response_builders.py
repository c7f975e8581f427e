"""Response builders: turn scored planets into the answers of `response_types`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import repeat
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import UNSET, UnsetType

from exohabit.inputs.planet_table import Planets
from exohabit.inputs.query import NO_QUERY, Query
from exohabit.outputs.extras import Extras
from exohabit.outputs.lazy_list import CHUNK, LazyList
from exohabit.outputs.response_types import (
    LABELS,
    ListedPrediction,
    Prediction,
    Predictions,
    Ranked,
    Ranking,
    Unscored,
)
from exohabit.outputs.scored_planets import ScoredPlanets, listed_order
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.scoring.bundle import apply_threshold

_NO_WARNINGS: list[PlanetWarning] = []
Item = TypeVar("Item")
WithExtras = TypeVar("WithExtras", bound=msgspec.Struct)


def build_predictions(scored: ScoredPlanets, *, echo: bool = False) -> Prediction | Predictions:
    """Build the answer about one bare planet, with its input if `echo`, or about a list."""
    planets, _, scores, warnings, threshold, version, extras, _ = scored
    if not planets.is_one:
        listed = _list_predictions(scored)
        return Predictions(
            predictions=listed,
            warnings=[*planets.table_warnings],
            threshold=threshold,
            model_version=version,
        )
    name, of_planet = planets.names[0], warnings.get(0, _NO_WARNINGS)
    score = float(scores[0])
    prediction = int(score >= threshold)
    single = Prediction(
        name=UNSET if name is None else name,
        prediction=prediction,
        score=score,
        label=LABELS[prediction],
        threshold=threshold,
        warnings=of_planet,
        model_version=version,
        input=planets.understood(0) if echo else UNSET,
    )
    return _add_extras(single, extras, 0)


def build_ranking(scored: ScoredPlanets, query: Query = NO_QUERY) -> Ranking:
    """Rank planets as a query asks for; list those without a score unless the ranking is cut."""
    planets, reasons, _, _, threshold, version, _, listed = scored
    return Ranking(
        ranked_planets=_list_ranked(
            scored, listed_order(scored, query) if listed is None else listed
        ),
        unscored=_list_unscored(scored) if query.lists_unscored else UNSET,
        unscored_count=len(reasons),
        warnings=[*planets.table_warnings],
        threshold=threshold,
        model_version=version,
    )


def _list_unscored(scored: ScoredPlanets) -> list[Unscored]:
    planets, labels = scored.planets, _row_labels(scored.planets)
    unscored = [
        Unscored(
            name=planets.names[i],
            index=i,
            reason=reason,
            warnings=scored.warnings.get(i, _NO_WARNINGS),
            row=labels[i],
            problems=planets.invalid.get(i, UNSET),
        )
        for i, reason in scored.reasons.items()
    ]
    return [_add_extras(planet, scored.extras, planet.index) for planet in unscored]


def _list_predictions(scored: ScoredPlanets) -> Collection[ListedPrediction]:
    """List the predictions of all planets, in the order of the request."""
    planets, reasons, scores, warnings, threshold, _, extras, _ = scored
    indices, labels = range(len(planets.names)), _row_labels(planets)

    def predict(i: int, name: str | None, score: float, row: str | UnsetType) -> ListedPrediction:
        of_planet = warnings.get(i, _NO_WARNINGS)
        if i in reasons:
            problems = planets.invalid.get(i, UNSET)
            return ListedPrediction(name, i, None, None, None, of_planet, reasons[i], row, problems)
        prediction = int(score >= threshold)
        return ListedPrediction(name, i, score, prediction, LABELS[prediction], of_planet, row=row)

    def make(part: slice) -> list[ListedPrediction]:
        columns = indices[part], planets.names[part], scores[part].tolist(), labels[part]
        predictions = [*map(predict, *columns)]
        return [_add_extras(p, extras, p.index) for p in predictions] if extras else predictions

    return _list(len(indices), make)


def _list_ranked(scored: ScoredPlanets, order: npt.NDArray[np.intp]) -> Collection[Ranked]:
    """List planets in an order; column by column, which saves steps of Python per planet."""
    planets, _, scores, warnings, threshold, _, extras, _ = scored
    names = np.array(planets.names, dtype=object)
    labels = np.array(planets.labels, dtype=object) if planets.labels else None

    def make(part: slice) -> list[Ranked]:
        selected = order[part]
        indices, part_scores = selected.tolist(), scores[selected]
        ranked = map(
            Ranked,
            names[selected].tolist(),
            part_scores.tolist(),
            apply_threshold(part_scores, threshold).astype(int).tolist(),
            indices,
            map(warnings.get, indices, repeat(_NO_WARNINGS)),
            repeat(UNSET) if labels is None else labels[selected].tolist(),
        )
        return [_add_extras(r, extras, r.index) for r in ranked] if extras else [*ranked]

    return _list(order.size, make)


def _list(length: int, make: Callable[[slice], list[Item]]) -> Collection[Item]:
    """List items, lazily if they are more than one chunk."""
    return make(slice(None)) if length <= CHUNK else LazyList(length, make)


def _add_extras(answer: WithExtras, extras: Mapping[int, Extras], index: int) -> WithExtras:
    """Return an answer about a planet with its extras, if it has any."""
    extra = extras.get(index)
    if extra is None:
        return answer
    return msgspec.structs.replace(answer, **msgspec.structs.asdict(extra))


def _row_labels(planets: Planets) -> Sequence[str | UnsetType]:
    return planets.labels or [UNSET] * len(planets.names)
