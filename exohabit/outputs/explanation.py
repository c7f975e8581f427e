"""Explanation: why a planet has its score, in numbers and in words.

The numbers are the exact contributions of the model's features to the margin (log-odds). The state
of each input is given too: measured, derived, missing, …
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from exohabit.inputs.planet_table import Planets
from exohabit.outputs.context_types import PlanetContext
from exohabit.outputs.explanation_sentence import build_sentence
from exohabit.outputs.explanation_themes import find_themes, sum_by_theme
from exohabit.science.columns import COLUMNS
from exohabit.science.features import FEATURES, features_of, implied_light, lacks_zone
from exohabit.scoring.contributions import Contributions

MEASURED, DERIVED, MISSING = "measured", "derived", "missing"
LIMIT, IGNORED = "limit", "ignored"
_STATES = (
    f"{MEASURED}: as sent; {DERIVED}: computed from other inputs, by its source or here; "
    f"{MISSING}: not known; {LIMIT}: flagged as a limit, and treated as not known, except by an "
    f"adopted model; {IGNORED}: sent under a misspelt key"
)

State = Annotated[
    str,
    Meta(
        title="InputState",
        extra_json_schema={"enum": [MEASURED, DERIVED, MISSING, LIMIT, IGNORED]},
    ),
]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a planet has its score: base and contributions add up to the margin."""

    base: Annotated[float, Meta(description="mean margin of the training planets")]
    contributions: Annotated[
        dict[str, float],
        Meta(
            description="what each feature adds to the margin (exact TreeSHAP), strongest first; "
            "GET /model describes the features"
        ),
    ]
    themes: Annotated[
        dict[str, float],
        Meta(
            description="the sums of the contributions by theme: light, size and star; empty for "
            "an adopted model"
        ),
    ]
    margin: Annotated[float, Meta(description="log-odds: the score is 1 / (1 + exp(-margin))")]
    sentence: Annotated[
        str | None, Meta(description="the explanation in words; null for an adopted model")
    ]
    inputs: Annotated[dict[str, State], Meta(description=f"the state of each input. {_STATES}")]


def build_explanations(
    planets: Planets,
    contributions: Contributions,
    contexts: Sequence[PlanetContext],
    threshold: float,
    names: Sequence[str] | None = None,
) -> list[Explanation]:
    """Explain the score of each planet.

    `names` has the columns of an adopted model; only their contributions are reported then.
    """
    if names is not None:
        return [
            _of_columns(contributions, names, i, states)
            for i, states in enumerate(_states(planets))
        ]
    explanations = []
    features = dict(zip(FEATURES, features_of(planets.table), strict=True))
    no_zone = lacks_zone(planets.table)
    for i, (context, states) in enumerate(zip(contexts, _states(planets), strict=True)):
        added = dict(zip(FEATURES, contributions.values[i].tolist(), strict=True))
        margin = float(contributions.margin[i])
        score = 1.0 / (1.0 + np.exp(-margin))
        moved = sum_by_theme(
            added,
            float(features["p_zone"][i]),
            float(features["p_size"][i]),
            no_zone=bool(no_zone[i]),
        )
        themes = find_themes(moved, planets.understood(i), context)
        explanations.append(
            Explanation(
                base=contributions.base,
                contributions=_strongest_first(added),
                themes=dict(moved.themes),
                margin=margin,
                sentence=build_sentence(score, threshold, themes, context.definition.holds),
                inputs=states,
            )
        )
    return explanations


def _of_columns(
    contributions: Contributions, names: Sequence[str], i: int, states: dict[str, str]
) -> Explanation:
    """Explain the score of one planet by the columns of an adopted model, without words."""
    added = dict(zip(names, contributions.values[i].tolist(), strict=True))
    return Explanation(
        base=contributions.base,
        contributions=_strongest_first(added),
        themes={},
        margin=float(contributions.margin[i]),
        sentence=None,
        inputs=states,
    )


def _strongest_first(added: dict[str, float]) -> dict[str, float]:
    return dict(sorted(added.items(), key=lambda pair: -abs(pair[1])))


def _states(planets: Planets) -> list[dict[str, str]]:
    """Return the state of each input, for each planet."""
    light = implied_light(planets.table)
    implied = {
        "pl_insol": light.insol,
        "pl_orbsmax": light.axis,
        "st_teff": light.teff,
        "st_rad": light.luminosity,
        "st_mass": light.luminosity,
    }
    is_implied = {name: (~np.isnan(values)).tolist() for name, values in implied.items()}
    computed = planets.measurement_errors.computed
    states = []
    for i in range(len(planets.names)):
        known = planets.understood(i)
        warned = {(warning.code, warning.column) for warning in planets.warnings.get(i, [])}
        state = {}
        for name in (column.name for column in COLUMNS):
            if ("limit", name) in warned:
                state[name] = LIMIT
            elif name in computed and computed[name][i]:
                state[name] = DERIVED
            elif known[name] is not None:
                state[name] = MEASURED
            elif ("near_miss", name) in warned:
                state[name] = IGNORED
            else:
                state[name] = DERIVED if name in is_implied and is_implied[name][i] else MISSING
        states.append(state)
    return states
