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

from messages.contexts import PlanetContext, Quantity
from science.columns import BY_NAME
from science.context import BRIGHTEST, FAINTEST, HIGHEST_ALBEDO
from science.features import FEATURES
from science.habitability import (
    MASS_LIMITS,
    RADIUS_LIMITS,
    black_planet_insolation,
    eccentric_gain,
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


_ORBIT = tuple(name for name in FEATURES if name.startswith("pl_orb"))
_STAR = tuple(name for name in FEATURES if name.startswith(("st_", "spectype_")))
_PARTS: Mapping[str, tuple[str, ...]] = {
    "temperature": ("pl_eqt", "zone_eqt"),
    "insolation": ("pl_insol", "zone", "insol_orbit", "zone_orbit", *_ORBIT),
    "radius": ("pl_rade",),
    "mass": ("pl_bmasse", "size_ratio"),
    "star": _STAR,
}
"""What each feature tells of."""
_PLACES = ("zone", "zone_orbit", "zone_eqt")
"""Features that say nothing of the light but that the star, by its type, has no zone."""
_WHOLES = {"light": ("temperature", "insolation"), "size": ("radius", "mass"), "star": ("star",)}
"""What is told as one where its parts agree, or one of them is not known."""
_WORTH_SAYING = 0.1
"""Share of the strongest effect from which another is told."""
_NEAR = 0.03
"""How far, as a share, an insolation is at most from a limit that it is just inside or outside."""


def sentence(score: float, threshold: float, themes: Sequence[Theme]) -> str:
    """Say in words what moved a score: most of all, and what else did by a tenth of that.

    A planet below the threshold is told besides what of the definition it fails. One whose score
    is low although more speaks for it than against is low because such planets are rare.
    """
    is_yes = score >= threshold
    way = 1.0 if is_yes else -1.0
    enough = _WORTH_SAYING * max(abs(theme.effect) for theme in themes)
    told = [
        theme
        for theme in themes
        if abs(theme.effect) >= enough or (theme.fact.favours is False and not is_yes)
    ]
    if not is_yes and sum(theme.effect for theme in themes) > 0.0:
        others = sorted(told, key=lambda theme: -abs(theme.effect))
        first = ": such planets are rare, and what speaks for it does not outweigh that"
    else:
        main, *others = sorted(told, key=lambda theme: -theme.effect * way)
        moved = sum(theme.effect for theme in themes if theme.effect * way > 0.0)
        first = f", {'mostly' if main.effect / moved >= 0.5 else 'first of all'} {_reason(main)}"
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
    shown = "below 0.001" if score < 0.001 else "above 0.999" if score > 0.999 else f"{score:.3f}"
    return f"{words[likely, is_clear]} (score {shown})"


def _reason(theme: Theme) -> str:
    favours = theme.fact.favours
    if favours is (theme.effect > 0.0):
        return f"because {theme.fact.clause}"
    return f"by its {theme.name}{':' if favours is None else ', though'} {theme.fact.clause}"


def _beside(theme: Theme) -> str:
    speaks = "for" if theme.effect > 0.0 else "against"
    agrees = theme.fact.favours in (None, theme.effect > 0.0)
    return f"its {theme.name} speaks {speaks} it{':' if agrees else ', though'} {theme.fact.clause}"


def themes(added: Mapping[str, float], known: Known, context: PlanetContext) -> list[Theme]:
    """Sum up what each feature added to a margin, and find the fact behind each sum.

    Of `known` the radius is None as well where it was computed from the mass, which then decides.
    """
    facts = _facts(known, context)
    moved = {part: sum(added[name] for name in read) for part, read in _PARTS.items()}
    if context.definition.star is False and known["st_spectype"] is not None:
        moved["star"] += sum(added[name] for name in _PLACES)
        moved["temperature"] -= added["zone_eqt"]
        moved["insolation"] -= added["zone"] + added["zone_orbit"]
    found = []
    for whole, parts in _WHOLES.items():
        stated = [part for part in parts if part in facts] or [parts[-1]]
        effects = [moved[part] for part in stated]
        if len(stated) > 1 and min(effects) < 0.0 < max(effects):
            found += [Theme(part, moved[part], facts[part]) for part in stated]
        else:
            decisive = "radius" if "radius" in stated else None
            main = decisive or max(stated, key=lambda part: abs(moved[part]))
            found.append(
                Theme(whole, sum(moved[part] for part in parts), facts.get(main, _UNTOLD[whole]))
            )
    return found


_UNTOLD = {
    "light": Fact("what is known does not tell its insolation"),
    "size": Fact("neither radius nor mass is known"),
    "star": Fact("nothing tells its class"),
}


def _facts(known: Known, context: PlanetContext) -> dict[str, Fact]:
    """Tell what is known, by part."""
    found = {"star": _of_star(known, context)}
    insolation, eqt = context.insolation, known["pl_eqt"]
    radius, mass = known["pl_rade"], known["pl_bmasse"]
    if insolation is not None and insolation.inputs[0] != "pl_eqt":
        found["insolation"] = _of_insolation(insolation, context)
    if isinstance(eqt, float):
        found["temperature"] = _of_temperature(eqt, known, context)
    if isinstance(radius, float):
        found["radius"] = _of_size(radius, "pl_rade", RADIUS_LIMITS)
    if isinstance(mass, float):
        beside = Fact(f"its mass, {_number(mass)} Earth masses, stands beside its radius")
        found["mass"] = beside if radius else _of_size(mass, "pl_bmasse", MASS_LIMITS)
    return found


def _of_insolation(insolation: Quantity, context: PlanetContext) -> Fact:
    zone, in_zone = context.optimistic_zone, context.definition.light
    is_stated = insolation.inputs[0] == "pl_insol"
    subject = "the stated insolation" if is_stated else "the insolation that orbit and star imply"
    begin = f"{subject}, {_number(insolation.value)} times Earth's,"
    if zone is None and in_zone is None:
        return Fact(f"{begin} has no zone to be compared with")
    if zone is None:
        return Fact(f"{begin} is outside the zone of every star", False)
    limits = (zone.outer_insolation, zone.inner_insolation)
    is_near = min(abs(insolation.value / limit - 1.0) for limit in limits) < _NEAR
    place = {"inside": "inside", "too hot": "above", "too cold": "below"}[str(zone.position)]
    zones = f"the optimistic habitable zone ({limits[0]:.2f} to {limits[1]:.2f})"
    return Fact(f"{begin} is {'just ' if is_near else ''}{place} {zones}", in_zone)


def _of_temperature(eqt: float, known: Known, context: PlanetContext) -> Fact:
    """Tell what an equilibrium temperature means by itself, whatever the albedo."""
    gain = eccentric_gain(np.array(known["pl_orbeccen"] or 0.0, dtype=np.float64))
    least = float(black_planet_insolation(np.array(eqt)) * gain)
    most = least / (1.0 - HIGHEST_ALBEDO)
    zone = context.optimistic_zone
    limits = (zone.outer_insolation, zone.inner_insolation) if zone else (FAINTEST, BRIGHTEST)
    begin = f"its equilibrium temperature, {eqt:.4g} K, means at"
    if least > limits[1]:
        end = f"least {_number(least)} times Earth's insolation, too much for the habitable zone"
        return Fact(f"{begin} {end}", False)
    if most < limits[0]:
        end = f"most {_number(most)} times Earth's insolation, too little for the habitable zone"
        return Fact(f"{begin} {end}", False)
    end = "" if zone is None else ", as in the habitable zone by some albedo"
    insolation = f"least {_number(least)} times Earth's insolation"
    return Fact(f"{begin} {insolation}{end}", None if zone is None else True)


def _of_size(value: float, name: str, limits: tuple[float, float]) -> Fact:
    low, high = limits
    place = "below" if value < low else "above" if value > high else "within"
    noun = {"pl_rade": "radius", "pl_bmasse": "mass"}[name]
    clause = (
        f"its {noun}, {_number(value)} {BY_NAME[name].unit}, is {place} the {low:g} to {high:g}"
    )
    return Fact(f"{clause} of the definition", place == "within")


def _of_star(known: Known, context: PlanetContext) -> Fact:
    is_fgkm = context.definition.star
    if is_fgkm is None:
        return _UNTOLD["star"]
    kind, teff, radius = known["st_spectype"], known["st_teff"], known["st_rad"]
    size = f" and {_number(radius)} solar radii" if isinstance(radius, float) else ""
    shown = f'"{kind}"' if kind is not None else f"of {teff:.4g} K{size}"
    return Fact(f"its star, {shown}, is {'' if is_fgkm else 'not '}of class F to M", is_fgkm)


def _number(value: float) -> str:
    """Write a number with three significant digits and no exponent."""
    rounded = float(f"{value:.3g}")
    if rounded < 0.001:
        return "less than 0.001"
    return f"{rounded:,.0f}" if rounded >= 100.0 else f"{rounded:.3g}"
