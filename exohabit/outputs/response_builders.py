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
from exohabit.inputs.query_parameters import BY_LOWER_END, BY_SCORE
from exohabit.outputs.extras import Extras
from exohabit.outputs.lazy_list import CHUNK, LazyList
from exohabit.outputs.response_types import (
    ListedPrediction,
    Prediction,
    Predictions,
    Ranked,
    Ranking,
    Unscored,
)
from exohabit.outputs.scored_planets import ScoredPlanets, rank_order
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.scoring.bundle import apply_threshold

LABELS = ("not potentially habitable", "potentially habitable")
"""The meaning of the predictions 0 and 1."""

_NO_WARNINGS: list[PlanetWarning] = []
Item = TypeVar("Item")
WithExtras = TypeVar("WithExtras", bound=msgspec.Struct)


def build_predictions(scored: ScoredPlanets, *, echo: bool = False) -> Prediction | Predictions:
    """Build the answer about one bare planet, with its input if `echo`, or about a list."""
    planets, _, scores, warnings, threshold, version, extras = scored
    if not planets.is_one:
        listed = _list_predictions(scored)
        return Predictions(predictions=listed, threshold=threshold, model_version=version)
    name, of_planet = planets.names[0], warnings.get(0, _NO_WARNINGS)
    single = build_single_prediction(name, float(scores[0]), of_planet, threshold, version)
    if echo:
        single = msgspec.structs.replace(single, input=planets.understood(0))
    return _add_extras(single, extras, 0)


def build_single_prediction(
    name: str | None,
    score: float,
    warnings: list[PlanetWarning],
    threshold: float,
    model_version: str,
) -> Prediction:
    """Build the answer about one bare planet."""
    prediction = int(score >= threshold)
    return Prediction(
        name=UNSET if name is None else name,
        prediction=prediction,
        score=score,
        label=LABELS[prediction],
        threshold=threshold,
        warnings=warnings,
        model_version=model_version,
    )


def build_ranking(
    scored: ScoredPlanets, top: int | None = None, order_by: str = BY_SCORE
) -> Ranking:
    """Rank planets by score, equal scores in the order of the request; keep the first `top`.

    If ordered by the lower end of the interval, planets without one come last, by their score.
    """
    planets, reasons, _, warnings, threshold, version, extras = scored
    order = rank_order(scored)
    if order_by == BY_LOWER_END:
        lower_ends = [(extras[i].score_interval or (-1.0,))[0] for i in order.tolist()]
        order = order[np.argsort(-np.array(lower_ends, dtype=np.float32), kind="stable")]
    labels = _row_labels(planets)
    unscored = [
        Unscored(planets.names[i], i, reason, warnings.get(i, _NO_WARNINGS), labels[i])
        for i, reason in reasons.items()
    ]
    return Ranking(
        ranked_planets=_list_ranked(scored, order[:top]),
        unscored=[_add_extras(planet, extras, planet.index) for planet in unscored],
        threshold=threshold,
        model_version=version,
    )


def _list_predictions(scored: ScoredPlanets) -> Collection[ListedPrediction]:
    """List the predictions of all planets, in the order of the request."""
    planets, reasons, scores, warnings, threshold, _, extras = scored
    indices, labels = range(len(planets.names)), _row_labels(planets)

    def predict(i: int, name: str | None, score: float, row: str | UnsetType) -> ListedPrediction:
        of_planet = warnings.get(i, _NO_WARNINGS)
        if i in reasons:
            return ListedPrediction(name, i, None, None, None, of_planet, reasons[i], row)
        prediction = int(score >= threshold)
        return ListedPrediction(name, i, score, prediction, LABELS[prediction], of_planet, row=row)

    def make(part: slice) -> list[ListedPrediction]:
        columns = indices[part], planets.names[part], scores[part].tolist(), labels[part]
        predictions = [*map(predict, *columns)]
        return [_add_extras(p, extras, p.index) for p in predictions] if extras else predictions

    return _list(len(indices), make)


def _list_ranked(scored: ScoredPlanets, order: npt.NDArray[np.intp]) -> Collection[Ranked]:
    """List planets in an order; column by column, which saves steps of Python per planet."""
    planets, _, scores, warnings, threshold, _, extras = scored
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
