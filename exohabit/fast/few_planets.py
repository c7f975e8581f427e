"""Few planets: scores a request for one planet or for a short list with plain floats.

numpy needs about 1 µs for an operation that Python does with a float in 30 ns. So a few planets
without extras skip arrays and tables; formulas, checks and texts are the usual ones.

Note: scores must be bit-identical to those of a long list. `science.elementwise` ensures that.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from exohabit.inputs.planet_names import name_text
from exohabit.inputs.planet_table import Planets
from exohabit.inputs.readers import JSON
from exohabit.inputs.schemas import PLAIN_SCHEMA, BarePlanet, envelope_of, list_of
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.outputs.response_builders import build_predictions, build_ranking
from exohabit.outputs.response_types import LABELS, Answer, Prediction
from exohabit.outputs.scored_planets import ScoredPlanets
from exohabit.outputs.usage_counts import LOWER_ENDS, OUTCOMES, UsageCounts
from exohabit.science import default_contradictions, domain_warnings
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.science.features import implied_light
from exohabit.science.spectral_columns import SpectralTypes, spectral_values
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import Manifest
from exohabit.scoring.quickscorer import QuickScorer

MAX_FEW = 20
"""Longest list that is scored with plain floats; arrays are quicker for longer ones."""

_PLANET = msgspec.json.Decoder(BarePlanet)
_ENVELOPE = envelope_of(BarePlanet, strict=True)
_LIST = msgspec.json.Decoder(list_of(BarePlanet) | _ENVELOPE)
_ENCODER = msgspec.json.Encoder()
_NO_TYPES = SpectralTypes.from_texts([])
_numbers = attrgetter(*NUMERIC_NAMES)


class _Planet(msgspec.Struct, frozen=True):
    """One planet, read and scored."""

    name: str | None
    score: float
    warnings: list[PlanetWarning]
    missing: list[str]
    """The columns whose values are not known."""


def predict_few(bundle: Bundle, request: InferenceRequest) -> InferenceResult | None:
    """Score one planet or a short list; None leaves the request to `inference.predict`."""
    # Of a planet whose name has a brace, `inference` finds out that it is one.
    is_one = request.content.count(b"{") == 1
    planets = _score(bundle, request, _PLANET if is_one else _LIST)
    if planets is None:
        return None
    if is_one:
        return _result(bundle, planets, _predict(bundle, planets[0]))
    return _result(bundle, planets, build_predictions(_scored(bundle, planets)))


def rank_few(bundle: Bundle, request: InferenceRequest) -> InferenceResult | None:
    """Rank a short list; None leaves the request to `inference.rank`."""
    planets = _score(bundle, request, _LIST)
    if planets is None:
        return None
    return _result(bundle, planets, build_ranking(_scored(bundle, planets), request.query))


def _score(
    bundle: Bundle, request: InferenceRequest, decoder: msgspec.json.Decoder[Any]
) -> list[_Planet] | None:
    """Score valid planets in JSON; None if the request has anything else."""
    query, scorer, body = request.query, bundle.quick_scorer, request.content
    is_json = request.media_type == request.answer_type == JSON
    is_plain = query.schema is PLAIN_SCHEMA and not (query.problems or query.fields or query.keep)
    if not (is_json and is_plain and scorer) or body.count(b"{") > MAX_FEW + 1:
        return None
    try:
        decoded = decoder.decode(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(decoded, _ENVELOPE):
        decoded = decoded.planets
    rows = decoded if isinstance(decoded, list) else [decoded]
    if len(rows) > MAX_FEW:
        return None
    planets = []
    for row in rows:
        planet = _score_one(bundle, scorer, row)
        if planet is None:
            return None
        planets.append(planet)
    return planets


def _score_one(bundle: Bundle, scorer: QuickScorer, row: Any) -> _Planet | None:
    """Score a planet; None if its spectral type cannot be read, or if too little is known."""
    text = row.st_spectype
    numbers = zip(NUMERIC_NAMES, _numbers(row), strict=True)
    known = {name: math.nan if value is None else value for name, value in numbers}
    missing = [name for name, value in known.items() if value != value]  # noqa: PLR0124 - NaN
    try:
        known.update(spectral_values(text))
    except ValueError:
        return None
    if bundle.columns.lacks_data(known):
        return None
    name = row.pl_name if row.name is None else row.name
    features = bundle.columns.of_one(known, text)
    return _Planet(
        name_text(name) if isinstance(name, float) else name,
        scorer.score_one(features),
        _check(bundle.manifest, text, known, features),
        [*missing, "st_spectype"] if text is None else missing,
    )


def _check(
    manifest: Manifest, text: str | None, known: Mapping[str, float], features: Sequence[float]
) -> list[PlanetWarning]:
    """Return the warnings of one planet, as `scored_planets.score_planets` does."""
    warnings = domain_warnings.check_planet(text, known, manifest.seen)
    if manifest.custom is None:
        insol_orbit = default_contradictions.insol_orbit_of(features)
    else:
        light = implied_light(known)
        insol_orbit = light.insol * light.gain
        warnings = domain_warnings.without_domain(warnings)
    implausible = default_contradictions.check_planet(text, known, insol_orbit)
    return [*warnings, *implausible] if implausible else warnings


def _predict(bundle: Bundle, planet: _Planet) -> Prediction:
    prediction = int(planet.score >= bundle.manifest.threshold)
    return Prediction(
        name=msgspec.UNSET if planet.name is None else planet.name,
        prediction=prediction,
        score=planet.score,
        label=LABELS[prediction],
        threshold=bundle.manifest.threshold,
        warnings=planet.warnings,
        model_version=bundle.manifest.model_version,
    )


def _scored(bundle: Bundle, planets: Sequence[_Planet]) -> ScoredPlanets:
    """Return planets as the builders of answers take them; of their input, these read the names."""
    return ScoredPlanets(
        Planets([planet.name for planet in planets], _NO_TYPES, table={}, warnings={}),
        reasons={},
        scores=np.array([planet.score for planet in planets], dtype=np.float32),
        warnings={i: planet.warnings for i, planet in enumerate(planets) if planet.warnings},
        threshold=bundle.manifest.threshold,
        model_version=bundle.manifest.model_version,
    )


def _result(bundle: Bundle, planets: Sequence[_Planet], answer: Answer) -> InferenceResult:
    usage = _count_usage(planets, bundle.manifest.threshold)
    return InferenceResult(_ENCODER.encode(answer), JSON, usage)


def _count_usage(planets: Sequence[_Planet], threshold: float) -> UsageCounts:
    """Count planets as `scored_planets.count_usage` does."""
    habitable, not_habitable, _ = OUTCOMES
    outcomes: defaultdict[str, int] = defaultdict(int)
    tenths: defaultdict[int, int] = defaultdict(int)
    missing: defaultdict[str, int] = defaultdict(int)
    outside = 0
    for planet in planets:
        outcomes[habitable if planet.score >= threshold else not_habitable] += 1
        tenths[bisect_right(LOWER_ENDS, planet.score)] += 1
        outside += domain_warnings.are_outside(planet.warnings)
        for name in planet.missing:
            missing[name] += 1
    return UsageCounts(len(planets), outcomes, tenths, missing, outside)
