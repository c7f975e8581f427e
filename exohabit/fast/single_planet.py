"""Alone: the one bare planet that most requests hold, judged by plain numbers.

numpy takes a microsecond for what Python does with a float in a thirtieth of it. So a planet alone
passes by arrays, tables of many and all that may be asked beside a score; the formulas, the checks
and what is said are those of many.

The trap: it must have the bits that it has among others. `exohabit.science.elementwise` sees to that.
"""

from __future__ import annotations

from typing import Any

import msgspec

from exohabit.inputs.columnar import name_of, numbers_of
from exohabit.inputs.planet_table import reason_of
from exohabit.inputs.schemas import BarePlanet
from exohabit.outputs.responses import Prediction, predict_alone
from exohabit.outputs.scored_planets import too_little
from exohabit.outputs.usage_counts import Tally, tally_alone
from exohabit.science import domain_warnings
from exohabit.science.features import features_of, lacks_light, lacks_size
from exohabit.science.spectral_columns import spectral_values
from exohabit.scoring.bundle import Bundle

_DECODER = msgspec.json.Decoder(BarePlanet)


class Alone(msgspec.Struct, frozen=True):
    """One planet, and what is known of it."""

    name: str | None
    text: str | None
    """Its star's spectral type as it was written."""
    known: dict[str, float]
    """Columns, NaN where not measured: a table of plain floats."""


def read_alone(body: bytes) -> Alone | None:
    """Read one bare planet of which all is in order; None if a body is anything else."""
    try:
        planet: Any = _DECODER.decode(body)
        spectral = spectral_values(planet.st_spectype)
    except (ValueError, RecursionError):
        return None
    known = {**numbers_of(planet), **spectral}
    return Alone(name_of(planet), planet.st_spectype, known)


def judge_alone(bundle: Bundle, alone: Alone) -> tuple[Prediction, Tally]:
    """Judge a planet, and count it.

    Raises:
        NotEnoughData: too little is known of it.
    """
    text, known = alone.text, alone.known
    no_size, no_light = lacks_size(known), lacks_light(known)
    if no_size or no_light:
        raise too_little(reason_of(no_size, no_light))
    score = bundle.score_alone(features_of(known))
    warned = domain_warnings.of_alone(text, known, bundle.manifest.seen)
    answer = predict_alone(alone.name, score, warned, bundle.threshold, bundle.version)
    return answer, tally_alone(known, text is not None, score, answer.prediction, warned)
