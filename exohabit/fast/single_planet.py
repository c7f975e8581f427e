"""Single planet: scores a request for one planet with plain floats.

numpy needs about 1 µs for an operation that Python does with a float in 30 ns. So a single planet
without optional extras skips arrays and tables; formulas, checks and texts are the usual ones.

Note: its score must have the same bits as in a list. `science.elementwise` ensures that.
"""

from __future__ import annotations

from typing import Any

import msgspec

from exohabit.inputs.columnar import name_of, numbers_of
from exohabit.inputs.planet_table import why_unscored
from exohabit.inputs.readers import JSON
from exohabit.inputs.schemas import BarePlanet
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.outputs.response_builders import build_single_prediction
from exohabit.outputs.scored_planets import not_enough_data
from exohabit.outputs.usage_counts import count_usage_of_one
from exohabit.outputs.writers import WRITERS
from exohabit.science import domain_warnings
from exohabit.science.features import features_of, lacks_light, lacks_size
from exohabit.science.spectral_columns import spectral_values
from exohabit.scoring.bundle import Bundle

_DECODER = msgspec.json.Decoder(BarePlanet)


def predict_single(bundle: Bundle, request: InferenceRequest) -> InferenceResult | None:
    """Score one valid planet in JSON; None if the body is anything else.

    Raises:
        NotEnoughData: too little is known of the planet.
    """
    if request.media_type != JSON or not request.query.is_plain:
        return None
    try:
        planet: Any = _DECODER.decode(request.content)
        spectral = spectral_values(planet.st_spectype)
    except (ValueError, RecursionError):
        return None
    known = {**numbers_of(planet), **spectral}
    no_size, no_light = lacks_size(known), lacks_light(known)
    if no_size or no_light:
        raise not_enough_data(why_unscored(no_size, no_light))
    text, score = planet.st_spectype, bundle.score_one(features_of(known))
    warned = domain_warnings.check_planet(text, known, bundle.manifest.seen)
    answer = build_single_prediction(
        name_of(planet), score, warned, bundle.threshold, bundle.version
    )
    usage = count_usage_of_one(known, text is not None, score, answer.prediction, warned)
    content = WRITERS[request.answer_type](answer, request.query.fields)
    return InferenceResult(content, request.answer_type, usage)
