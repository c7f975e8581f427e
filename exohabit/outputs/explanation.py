"""Explanations: why a planet has its score, in numbers and in words.

The numbers are exact contributions to the margin (log-odds) of each feature that the model reads;
beside them stands what each input was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from exohabit.inputs.planet_table import Planets
from exohabit.outputs.context_report import PlanetContext
from exohabit.outputs.explanation_sentence import sentence, themes
from exohabit.science.columns import COLUMNS
from exohabit.science.features import FEATURES, implied_light
from exohabit.scoring.bundle import Contributions

MEASURED, DERIVED, MISSING = "measured", "derived", "missing"
LIMIT, IGNORED = "limit", "ignored"
_STATES = (
    f"{MEASURED}: as stated; {DERIVED}: computed from others, by its source or here; {MISSING}: "
    f"not known; {LIMIT}: flagged as one, and taken as not known; {IGNORED}: sent under a "
    "misspelt key"
)


State = Annotated[
    str, Meta(extra_json_schema={"enum": [MEASURED, DERIVED, MISSING, LIMIT, IGNORED]})
]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a planet has its score: base and contributions add up to the margin."""

    base: Annotated[float, Meta(description="mean margin of the planets trained on")]
    contributions: Annotated[
        dict[str, float],
        Meta(
            description="what each feature adds to the margin (exact TreeSHAP), strongest first; "
            "GET /model says what each is"
        ),
    ]
    margin: Annotated[float, Meta(description="log-odds: the score is 1 / (1 + exp(-margin))")]
    sentence: Annotated[str, Meta(description="the same in words")]
    inputs: Annotated[dict[str, State], Meta(description=f"what each input is. {_STATES}")]


def explanations(
    planets: Planets,
    contributions: Contributions,
    contexts: Sequence[PlanetContext],
    threshold: float,
) -> list[Explanation]:
    """Explain the score of each planet."""
    found = []
    for i, (context, states) in enumerate(zip(contexts, _states(planets), strict=True)):
        added = dict(zip(FEATURES, contributions.values[i].tolist(), strict=True))
        margin = float(contributions.margin[i])
        known = planets.understood(i)
        if planets.details.computed["pl_rade"][i]:
            known["pl_rade"] = None
        score = 1.0 / (1.0 + np.exp(-margin))
        about = themes(added, known, context)
        found.append(
            Explanation(
                base=contributions.base,
                contributions=dict(sorted(added.items(), key=lambda each: -abs(each[1]))),
                margin=margin,
                sentence=sentence(score, threshold, about, context.definition.holds),
                inputs=states,
            )
        )
    return found


def _states(planets: Planets) -> list[dict[str, str]]:
    """Say of each planet what each of its inputs is."""
    light = implied_light(planets.table)
    implied = {
        "pl_insol": light.insol,
        "pl_orbsmax": light.axis,
        "st_teff": light.teff,
        "st_rad": light.luminosity,
        "st_mass": light.luminosity,
    }
    of = planets.details.computed
    nowhere = np.full(len(planets.names), np.nan)
    states = []
    for i in range(len(planets.names)):
        known = planets.understood(i)
        said = {(each.code, each.column) for each in planets.warnings.get(i, [])}
        state = {}
        for column in COLUMNS:
            name = column.name
            computed = name in of and of[name][i]
            if ("limit", name) in said:
                state[name] = LIMIT
            elif known[name] is not None:
                state[name] = DERIVED if computed else MEASURED
            elif ("near_miss", name) in said:
                state[name] = IGNORED
            else:
                state[name] = MISSING if np.isnan(implied.get(name, nowhere)[i]) else DERIVED
        states.append(state)
    return states
