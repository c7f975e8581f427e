"""Sentences: why a planet has its score, in one sentence made from the numbers.

What the features added is summed up by what they tell of (light, size, star); the sentence begins
with what moved the score most, and states beside each the fact that it rests on.

The trap: a contribution says what moved the score, not that it was right to. So a fact is called a
reason only where the definition and the contribution point the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from messages.contexts import PlanetContext
from science.columns import BY_NAME
from science.context import HIGHEST_ALBEDO
from science.features import FEATURES
from science.habitability import (
    MASS_LIMITS,
    RADIUS_LIMITS,
    ZONE_TEFF,
    black_planet_insolation,
    zone_limit,
)

Known = Mapping[str, float | str | None]
"""What was understood of a planet, by column."""


class Fact(NamedTuple):
    """What is known of something, as a clause, and whether by the definition it speaks for it."""

    clause: str
    favours: bool | None = None
    """None if the definition leaves it open."""


class Theme(NamedTuple):
    """Something that features tell of: how far they moved the score, and the fact behind it."""

    name: str
    effect: float
    fact: Fact


# What each feature tells of; the parts of a theme are stated one at a time.
_PARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "light": {
        "temperature": ("pl_eqt", "zone_eqt"),
        "insolation": (
            "pl_insol",
            "zone",
            "insol_orbit",
            "zone_orbit",
            *(name for name in FEATURES if name.startswith("pl_orb")),
        ),
    },
    "size": {"size": ("pl_rade", "pl_bmasse", "size_ratio")},
    "star": {"star": tuple(name for name in FEATURES if name.startswith(("st_", "spectype_")))},
}
_WORTH_SAYING = 0.1
"""Share of the strongest effect from which another is told."""
_NEAR = 0.03
"""How far, as a share, an insolation is at most from a limit that it is just inside or outside."""
_TOO_MUCH = float(zone_limit("recent_venus", np.array(ZONE_TEFF[1])))
"""Insolation beyond the zone of every star."""


def sentence(score: float, threshold: float, themes: Sequence[Theme]) -> str:
    """Say in words what moved a score: most of all, and what else did by a tenth of that."""
    way = 1.0 if score >= threshold else -1.0
    worth_saying = _WORTH_SAYING * max(abs(theme.effect) for theme in themes)
    told = [theme for theme in themes if abs(theme.effect) >= worth_saying]
    main, *others = sorted(told, key=lambda theme: -theme.effect * way)
    if main.effect * way > 0.0:
        moved = sum(theme.effect for theme in themes if theme.effect * way > 0.0)
        first = f", {'mostly' if main.effect / moved >= 0.5 else 'first of all'} {_reason(main)}"
    else:
        others = sorted(told, key=lambda theme: -theme.effect)
        first = ": such planets are rare, and what speaks for it does not outweigh that"
    return "; ".join((_grade(score, threshold) + first, *map(_beside, others))) + "."


def _grade(score: float, threshold: float) -> str:
    likely = score >= threshold
    is_clear = score >= 0.9 if likely else score < 0.1
    words = {
        (True, True): "Very likely potentially habitable",
        (True, False): "More likely potentially habitable than not",
        (False, False): "More likely not potentially habitable",
        (False, True): "Very unlikely to be potentially habitable",
    }
    shown = "below 0.001" if score < 0.001 else f"{score:.3f}"
    return f"{words[likely, is_clear]} (score {shown})"


def _reason(theme: Theme) -> str:
    if theme.fact.favours is (theme.effect > 0.0):
        return f"because {theme.fact.clause}"
    return f"by its {theme.name}: {theme.fact.clause}"


def _beside(theme: Theme) -> str:
    speaks = "for" if theme.effect > 0.0 else "against"
    agrees = theme.fact.favours in (None, theme.effect > 0.0)
    return f"its {theme.name} speaks {speaks} it{':' if agrees else ', though'} {theme.fact.clause}"


def themes(added: Mapping[str, float], known: Known, context: PlanetContext) -> list[Theme]:
    """Sum up what each feature added to a margin, and find the fact behind each sum.

    Of `known` the radius is None as well where it was computed from the mass, which then decides.
    """
    facts = {
        "temperature": _of_temperature(known, context),
        "insolation": _of_insolation(context),
        "size": _of_size(known),
        "star": _of_star(known, context),
    }
    found = []
    for name, parts in _PARTS.items():
        effects = {part: sum(added[each] for each in read) for part, read in parts.items()}
        effect = sum(effects.values())
        stated = max(effects, key=lambda part: effects[part] * (1.0 if effect > 0.0 else -1.0))
        found.append(Theme(name, effect, facts[stated]))
    return found


def _of_insolation(context: PlanetContext) -> Fact:
    insolation, zone = context.insolation, context.optimistic_zone
    if insolation is None or insolation.inputs[0] == "pl_eqt":
        return Fact("orbit and star do not tell its insolation")
    stated = insolation.inputs[0] == "pl_insol"
    subject = "the stated insolation" if stated else "the insolation that orbit and star imply"
    begin = f"{subject}, {_number(insolation.value)} times Earth's,"
    if zone is None:
        return Fact(f"{begin} cannot be compared, as its star is not known")
    outer, inner = zone.insolation
    is_near = min(abs(insolation.value / limit - 1.0) for limit in (outer, inner)) < _NEAR
    place = {"inside": "inside", "too hot": "above", "too cold": "below"}[str(zone.position)]
    zones = f"the optimistic habitable zone ({outer:.2f} to {inner:.2f})"
    return Fact(f"{begin} is {'just ' if is_near else ''}{place} {zones}", place == "inside")


def _of_temperature(known: Known, context: PlanetContext) -> Fact:
    temperature, zone = known["pl_eqt"], context.optimistic_zone
    if not isinstance(temperature, float):
        return Fact("its equilibrium temperature is not known")
    least = float(black_planet_insolation(np.array(temperature)))
    begin = (
        f"its equilibrium temperature, {temperature:.4g} K, means at least {_number(least)} times"
    )
    if zone is None and least > _TOO_MUCH:
        return Fact(f"{begin} Earth's insolation, too much around any star", False)
    if zone is None:
        return Fact(f"{begin} Earth's insolation")
    outer, inner = zone.insolation
    if least > inner:
        return Fact(f"{begin} Earth's insolation, above the optimistic habitable zone", False)
    if least / (1.0 - HIGHEST_ALBEDO) < outer:
        return Fact(f"{begin} Earth's insolation, but too little for the habitable zone", False)
    return Fact(f"{begin} Earth's insolation, as in the habitable zone by some albedo", True)


def _of_size(known: Known) -> Fact:
    """Tell the radius, else the mass: by which the definition judges."""
    by_radius = known["pl_rade"] is not None
    name, (low, high) = ("pl_rade", RADIUS_LIMITS) if by_radius else ("pl_bmasse", MASS_LIMITS)
    value, unit = known[name], BY_NAME[name].unit
    if not isinstance(value, float):
        return Fact("neither radius nor mass is known")
    place = "below" if value < low else "above" if value > high else "within"
    noun = "radius" if by_radius else "mass"
    clause = f"its {noun}, {_number(value)} {unit}, is {place} the {low:g} to {high:g}"
    return Fact(f"{clause} of the definition", place == "within")


def _of_star(known: Known, context: PlanetContext) -> Fact:
    is_fgkm = context.definition.star
    if is_fgkm is None:
        return Fact("nothing tells its class")
    kind, teff = known["st_spectype"], known["st_teff"]
    begin = f'its type, "{kind}",' if kind is not None else f"its temperature, {teff:.4g} K,"
    return Fact(f"{begin} is {'' if is_fgkm else 'not '}that of a star of class F to M", is_fgkm)


def _number(value: float) -> str:
    """Write a number with three significant digits and no exponent."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100.0 else f"{rounded:.3g}"
