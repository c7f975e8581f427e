"""Few planets: scores a request for one planet, or for a short JSON list, with plain floats.

numpy needs about 1 µs for an operation that Python does with a float in 30 ns. So requests for few
planets, without extras, skip arrays and tables. Formulas, checks and messages are shared.

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
from exohabit.outputs.writers import WRITERS
from exohabit.science import default_contradictions, domain_warnings
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.science.features import implied_light
from exohabit.science.spectral_columns import SpectralTypes, spectral_values
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import Manifest
from exohabit.scoring.quickscorer import QuickScorer

MAX_FEW = 20
"""Longest list that is scored with plain floats. From about 30 planets on, arrays are as fast."""

_PLANET = msgspec.json.Decoder(BarePlanet)
_ENVELOPE = envelope_of(BarePlanet, strict=True)
_LIST = msgspec.json.Decoder(list_of(BarePlanet) | _ENVELOPE)
_ENCODER = msgspec.json.Encoder()
_NO_TYPES = SpectralTypes.from_texts([])
_numbers_of = attrgetter(*NUMERIC_NAMES)


class _Planet(msgspec.Struct, frozen=True):
    """One planet, read and scored."""

    name: str | None
    score: float
    warnings: list[PlanetWarning]
    missing: list[str]
    """The columns whose values are not known."""


def predict_few(bundle: Bundle, request: InferenceRequest) -> InferenceResult | None:
    """Score one planet or a short list; None leaves the request to `inference.predict`."""
    body = request.content
    # A planet with a brace in its name is left to `inference`.
    if body.count(b"{") == 1 and body.lstrip().startswith(b"{"):
        if planets := _read_and_score(bundle, request, _PLANET):
            return _write(bundle, request, planets, _build_prediction(bundle, planets[0]))
        return None
    planets = _read_and_score(bundle, request, _LIST) if _wants_plain_json(request) else None
    if not planets:
        return None
    return _write(bundle, request, planets, build_predictions(_for_builders(bundle, planets)))


def rank_few(bundle: Bundle, request: InferenceRequest) -> InferenceResult | None:
    """Rank a short list; None leaves the request to `inference.rank`."""
    planets = _read_and_score(bundle, request, _LIST) if _wants_plain_json(request) else None
    if not planets:
        return None
    ranking = build_ranking(_for_builders(bundle, planets), request.query)
    return _write(bundle, request, planets, ranking)


def _wants_plain_json(request: InferenceRequest) -> bool:
    return request.answer_type == JSON and request.query.fields is None


def _read_and_score(
    bundle: Bundle, request: InferenceRequest, decoder: msgspec.json.Decoder[Any]
) -> list[_Planet] | None:
    """Read planets and score them; None if the request has anything but valid, plain planets."""
    query, scorer, body = request.query, bundle.quick_scorer, request.content
    if request.media_type != JSON or body.count(b"{") > MAX_FEW + 1 or scorer is None:
        return None
    if query.schema is not PLAIN_SCHEMA or query.problems or query.keep:
        return None
    try:
        decoded = decoder.decode(body)
        if isinstance(decoded, _ENVELOPE):
            decoded = decoded.planets
        rows = decoded if isinstance(decoded, list) else [decoded]
        known = [_read_values(row) for row in rows]
    except ValueError:
        return None
    if len(rows) > MAX_FEW or any(map(bundle.columns.lacks_data, known)):
        return None
    return [_score(bundle, scorer, *each) for each in zip(rows, known, strict=True)]


def _read_values(row: Any) -> dict[str, float]:
    """Return the values of a planet by column; raises ValueError for an unknown spectral type."""
    numbers = zip(NUMERIC_NAMES, _numbers_of(row), strict=True)
    known = {name: math.nan if value is None else value for name, value in numbers}
    known.update(spectral_values(row.st_spectype))
    return known


def _score(bundle: Bundle, scorer: QuickScorer, row: Any, known: Mapping[str, float]) -> _Planet:
    name, text = row.pl_name if row.name is None else row.name, row.st_spectype
    features = bundle.columns.of_one(known, text)
    missing = [column for column in NUMERIC_NAMES if math.isnan(known[column])]
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


def _build_prediction(bundle: Bundle, planet: _Planet) -> Prediction:
    """Build the answer about one planet, as `response_builders.build_predictions` does."""
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


def _for_builders(bundle: Bundle, planets: Sequence[_Planet]) -> ScoredPlanets:
    """Wrap scored planets for the response builders. Of the input, they need only the names."""
    return ScoredPlanets(
        Planets([planet.name for planet in planets], _NO_TYPES, table={}, warnings={}),
        reasons={},
        scores=np.array([planet.score for planet in planets], dtype=np.float32),
        warnings={i: planet.warnings for i, planet in enumerate(planets) if planet.warnings},
        threshold=bundle.manifest.threshold,
        model_version=bundle.manifest.model_version,
    )


def _write(
    bundle: Bundle, request: InferenceRequest, planets: Sequence[_Planet], answer: Answer
) -> InferenceResult:
    if _wants_plain_json(request):
        content: bytes | bytearray = _ENCODER.encode(answer)
    else:
        content = WRITERS[request.answer_type](answer, request.query.fields)
    usage = _count_usage(planets, bundle.manifest.threshold)
    return InferenceResult(content, request.answer_type, usage)


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
        outside += domain_warnings.is_outside_domain(planet.warnings)
        for name in planet.missing:
            missing[name] += 1
    return UsageCounts(len(planets), outcomes, tenths, missing, outside)
