"""Sentences: why a planet has its score, in one sentence made from the numbers.

What the features added is summed up by what they tell of (light, size, star); the sentence begins
with what moved the score most, and states beside each the fact that it rests on.

The trap: a contribution says what moved the score, not that it was right to. So a fact is called a
reason only where the definition and the contribution point the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exohabit.outputs.context_report import PlanetContext
from exohabit.outputs.explanation_facts import UNTOLD, Fact, Known, facts_of
from exohabit.science.features import FEATURES


class Theme(NamedTuple):
    """Something that features tell of: how far they moved the score, and the fact behind it."""

    name: str
    effect: float
    fact: Fact

    @property
    def fails(self) -> bool:
        """Whether by its fact the planet fails the definition."""
        return self.fact.favours is False


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


def sentence(
    score: float, threshold: float, themes: Sequence[Theme], holds: bool | None = None
) -> str:
    """Say in words what moved a score: most of all, and what else did by a tenth of that.

    What fails the definition is told besides, and what is near a limit of it where the score is
    low. A score is low without much against it where the definition does not hold (`holds`), or
    because few planets meet it.
    """
    is_yes = score >= threshold
    way = 1.0 if is_yes else -1.0
    enough = _WORTH_SAYING * max(abs(theme.effect) for theme in themes)
    told = [theme for theme in themes if _is_told(theme, enough, is_yes=is_yes)]
    moved = sum(theme.effect for theme in themes if theme.effect * way > 0.0)
    if not is_yes and sum(theme.effect for theme in themes) >= 0.0:
        others = sorted(told, key=lambda theme: (not theme.fails, -abs(theme.effect)))
        first = _FAILS if holds is False else _RARE
    elif moved == 0.0:
        first, others = ", as planets go of which no more is known", []
    else:
        main, *others = sorted(told, key=lambda theme: -theme.effect * way)
        first = f", {'mostly' if main.effect / moved >= 0.5 else 'first of all'} {_reason(main)}"
    return "; ".join((_grade(score, threshold) + first, *map(_beside, others))) + "."


_FAILS = ": by the values given it fails the definition"
_RARE = ": few planets meet the definition, and what is known does not outweigh that"


def _is_told(theme: Theme, enough: float, *, is_yes: bool) -> bool:
    is_worth_it = 0.0 < enough <= abs(theme.effect)
    return is_worth_it or theme.fails or (theme.fact.is_near and not is_yes)


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
    facts = facts_of(known, context)
    moved = {part: sum(added[name] for name in read) for part, read in _PARTS.items()}
    if context.definition.star is False and known["st_spectype"] is not None:
        moved["star"] += sum(added[name] for name in _PLACES)
        moved["temperature"] -= added["zone_eqt"]
        moved["insolation"] -= added["zone"] + added["zone_orbit"]
    found = []
    for whole, parts in _WHOLES.items():
        stated = [part for part in parts if part in facts] or [parts[-1]]
        effects = [moved[part] for part in stated]
        opinions = {facts[part].favours for part in stated if part in facts}
        if len(stated) > 1 and (min(effects) < 0.0 < max(effects) or opinions >= {True, False}):
            found += [Theme(part, moved[part], facts[part]) for part in stated]
        else:
            decisive = "radius" if "radius" in stated else None
            main = decisive or max(stated, key=lambda part: abs(moved[part]))
            found.append(
                Theme(whole, sum(moved[part] for part in parts), facts.get(main, UNTOLD[whole]))
            )
    return found
