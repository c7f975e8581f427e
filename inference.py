"""Inference: the whole path of a request's planets, from query and body to an answer.

Knows no HTTP. Each function depends on its arguments only, so that a large request can be handled
in another process.
"""

from __future__ import annotations

from exohabit.inputs.planet_table import Planets
from exohabit.inputs.query import Query
from exohabit.inputs.query_parameters import SKIP
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.outputs.response_builders import build_predictions, build_ranking
from exohabit.outputs.response_types import Answer
from exohabit.outputs.scored_planets import ScoredPlanets, count_usage, score_planets
from exohabit.outputs.writers import WRITERS, layout_of
from exohabit.scoring.bundle import Bundle
from utils import parse_pairs, parse_planets


def predict(bundle: Bundle, request: InferenceRequest) -> InferenceResult:
    """Score one planet, or each planet of a list."""
    query, answer_type = request.query, request.answer_type
    planets = _parse(bundle, request, one_allowed=True)
    del request  # in the batch process, this frees the body before the answer is built
    scored = score_planets(bundle, planets, query)
    return _write(scored, build_predictions(scored), query, answer_type)


def predict_from_query(bundle: Bundle, request: InferenceRequest) -> InferenceResult:
    """Score the planet of a query, and return what was understood."""
    query = request.query
    planets = parse_pairs(
        query.planet,
        query.problems,
        query.schema,
        request.look_up,
        needs=bundle.columns,
    )
    scored = score_planets(bundle, planets, query)
    return _write(scored, build_predictions(scored, echo=True), query, request.answer_type)


def rank(bundle: Bundle, request: InferenceRequest) -> InferenceResult:
    """Order planets by score."""
    query, answer_type = request.query, request.answer_type
    planets = _parse(bundle, request)
    del request  # as in `predict`
    scored = score_planets(bundle, planets, query)
    return _write(scored, build_ranking(scored, query), query, answer_type)


def _parse(bundle: Bundle, request: InferenceRequest, *, one_allowed: bool = False) -> Planets:
    query = request.query
    return parse_planets(
        request.content,
        request.media_type,
        query.problems,
        one_allowed=one_allowed,
        schema=query.schema,
        start_scoring=bundle.start_scoring,
        look_up=request.look_up,
        skip_invalid=query.on_invalid == SKIP,
        keep=query.keep,
        needs=bundle.columns,
    )


def _write(
    scored: ScoredPlanets, answer: Answer, query: Query, answer_type: str
) -> InferenceResult:
    layout = layout_of(query, scored.planets, answer.__struct_fields__ + answer.FIELDS)
    content = WRITERS[answer_type](answer, query.fields, layout)
    codes = tuple(dict.fromkeys(each.code for each in scored.planets.table_warnings))
    return InferenceResult(content, answer_type, count_usage(scored), codes)
