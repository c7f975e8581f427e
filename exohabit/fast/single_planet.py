"""Single planet: scores a request for one planet with plain floats.

numpy needs about 1 µs for an operation that Python does with a float in 30 ns. So a single planet
without extras skips arrays and tables; formulas, checks and texts are the usual ones.

Note: the score must be bit-identical to the one in a list. `science.elementwise` ensures that.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from exohabit.inputs.planet_names import name_text
from exohabit.inputs.readers import JSON
from exohabit.inputs.schemas import PLAIN_SCHEMA, BarePlanet
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.outputs.response_builders import build_single_prediction
from exohabit.outputs.response_types import Prediction
from exohabit.outputs.usage_counts import LOWER_ENDS, UsageCounts
from exohabit.outputs.writers import WRITERS
from exohabit.science import default_contradictions, domain_warnings
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.domain_warnings import OUTSIDE_DOMAIN, PlanetWarning
from exohabit.science.features import implied_light
from exohabit.science.spectral_columns import spectral_values
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import Manifest

_DECODER = msgspec.json.Decoder(BarePlanet)
_ENCODER = msgspec.json.Encoder()
_numbers = attrgetter(*NUMERIC_NAMES)


def predict_single(bundle: Bundle, request: InferenceRequest) -> InferenceResult | None:
    """Score one valid planet in JSON; None if the request holds anything else."""
    query, scorer, manifest = request.query, bundle.quick_scorer, bundle.manifest
    is_plain = query.schema is PLAIN_SCHEMA and not query.problems and not query.keep
    if request.media_type != JSON or not is_plain or not scorer:
        return None
    try:
        planet: Any = _DECODER.decode(request.content)
        spectral = spectral_values(planet.st_spectype)
    except (ValueError, RecursionError):
        return None
    name = planet.pl_name if planet.name is None else planet.name
    numbers = zip(NUMERIC_NAMES, _numbers(planet), strict=True)
    known = {name: math.nan if value is None else value for name, value in numbers}
    known.update(spectral)
    if bundle.columns.lacks_data(known):
        return None
    text = planet.st_spectype
    features = bundle.columns.of_one(known, text)
    answer = build_single_prediction(
        name_text(name) if isinstance(name, float) else name,
        scorer.score_one(features),
        _check(manifest, text, known, features),
        manifest.threshold,
        manifest.model_version,
    )
    usage = _count_usage(known, text, answer)
    if request.answer_type == JSON and query.fields is None:
        return InferenceResult(_ENCODER.encode(answer), JSON, usage)
    content = WRITERS[request.answer_type](answer, query.fields)
    return InferenceResult(content, request.answer_type, usage)


def _check(
    manifest: Manifest, text: str | None, known: Mapping[str, float], features: Sequence[float]
) -> list[PlanetWarning]:
    """Return the warnings of one planet, as `scored_planets.score_planets` does."""
    if manifest.custom is None:
        insol_orbit = default_contradictions.insol_orbit_of(features)
        warnings = domain_warnings.check_planet(text, known, manifest.seen)
    else:
        light = implied_light(known)
        insol_orbit, warnings = light.insol * light.gain, []
    implausible = default_contradictions.check_planet(text, known, insol_orbit)
    return [*warnings, *implausible] if implausible else warnings


def _count_usage(known: Mapping[str, float], text: str | None, answer: Prediction) -> UsageCounts:
    """Count one planet as `scored_planets.count_usage` does."""
    missing = {name: 1 for name in NUMERIC_NAMES if (value := known[name]) != value}  # NaN
    if text is None:
        missing["st_spectype"] = 1
    return UsageCounts(
        planets=1,
        outcomes={"habitable" if answer.prediction else "not_habitable": 1},
        tenths={bisect_right(LOWER_ENDS, answer.score): 1},
        missing=missing,
        outside_domain=int(any(warning.code in OUTSIDE_DOMAIN for warning in answer.warnings)),
    )
