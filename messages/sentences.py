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
from science.habitability import MASS_LIMITS, RADIUS_LIMITS, black_planet_insolation

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
    "size": {"radius": ("pl_rade",), "mass": ("pl_bmasse", "size_ratio")},
    "star": {"star": tuple(name for name in FEATURES if name.startswith(("st_", "spectype_")))},
}
_WORTH_SAYING = 0.1
"""Share of the strongest effect from which another is told."""


def sentence(score: float, threshold: float, themes: Sequence[Theme]) -> str:
    """Say in words what moved a score: most of all, and what else did by a tenth of that."""
    begin = _grade(score, threshold)
    way = 1.0 if score >= threshold else -1.0
    main, *others = sorted(themes, key=lambda theme: -theme.effect * way)
    moved = sum(theme.effect for theme in themes if theme.effect * way > 0.0)
    strongest = max(abs(theme.effect) for theme in themes)
    if moved == 0.0:
        first, others = (
            ": such planets are rare, and what speaks for it does not outweigh that",
            [
                *reversed(others),
                main,
            ],
        )
    else:
        first = f", {'mostly' if main.effect / moved >= 0.5 else 'first of all'} {_reason(main)}"
    told = [theme for theme in others if abs(theme.effect) >= strongest * _WORTH_SAYING]
    return "; ".join((begin + first, *map(_beside, told))) + "."


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
    by_mass = known["pl_rade"] is None
    mass = _of_size(known, "pl_bmasse", MASS_LIMITS, decides=by_mass)
    facts = {
        "temperature": _of_temperature(known, context),
        "insolation": _of_insolation(context),
        "radius": mass if by_mass else _of_size(known, "pl_rade", RADIUS_LIMITS, decides=True),
        "mass": mass,
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
    place = {"inside": "is inside", "too hot": "is above", "too cold": "is below"}
    is_inside = zone.position == "inside"
    outer, inner = zone.insolation
    where = (
        f"{place[str(zone.position)]} the optimistic habitable zone ({outer:.2f} to {inner:.2f})"
    )
    return Fact(f"{begin} {where}", is_inside)


def _of_temperature(known: Known, context: PlanetContext) -> Fact:
    temperature, zone = known["pl_eqt"], context.optimistic_zone
    if not isinstance(temperature, float):
        return Fact("its equilibrium temperature is not known")
    least = float(black_planet_insolation(np.array(temperature)))
    begin = (
        f"its equilibrium temperature, {temperature:.4g} K, means at least {_number(least)} times"
    )
    if zone is None:
        return Fact(f"{begin} Earth's insolation")
    outer, inner = zone.insolation
    if least > inner:
        return Fact(f"{begin} Earth's insolation, above the optimistic habitable zone", False)
    if least / (1.0 - HIGHEST_ALBEDO) < outer:
        return Fact(f"{begin} Earth's insolation, but too little for the habitable zone", False)
    return Fact(f"{begin} Earth's insolation, as in the habitable zone by some albedo", True)


def _of_size(
    known: Known,
    name: str,
    limits: tuple[float, float],
    *,
    decides: bool,
) -> Fact:
    value, column = known[name], BY_NAME[name]
    noun = column.meaning.removeprefix("planet ").split(" or ")[0]
    if not isinstance(value, float):
        return Fact(f"its {noun} is not known")
    low, high = limits
    begin = f"its {noun}, {_number(value)} {column.unit},"
    if not decides:
        return Fact(f"{begin} goes with its radius")
    place = "is below" if value < low else "is above" if value > high else "is within"
    return Fact(f"{begin} {place} the {low:g} to {high:g} of the definition", low <= value <= high)


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
