"""Explanation sentence: why a planet has its score, in one sentence built from the numbers.

The contributions of features are summed by theme (light, size, star). The sentence begins with the
theme that moved the score most, and gives for each theme the fact behind it.

Note: a contribution tells what moved the score, not that this was right. So a fact is called a
reason only if the definition and the contribution point the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exohabit.outputs.context_report import PlanetContext
from exohabit.outputs.explanation_facts import UNKNOWN, Fact, Known, facts_of
from exohabit.science.features import FEATURES


class Theme(NamedTuple):
    """A group of features: how far they moved the score, and the fact behind them."""

    name: str
    effect: float
    fact: Fact

    @property
    def fails(self) -> bool:
        """Whether the planet fails the definition because of the fact."""
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
"""The features of each part."""
_ZONE_FEATURES = ("zone", "zone_orbit", "zone_eqt")
"""If the star's type has no zone, these features tell that and nothing about the light."""
_WHOLES = {"light": ("temperature", "insolation"), "size": ("radius", "mass"), "star": ("star",)}
"""Parts that form one theme if they agree or only one of them is known."""
_MIN_SHARE = 0.1
"""Smallest effect that is mentioned, as a share of the largest."""


def build_sentence(
    score: float, threshold: float, themes: Sequence[Theme], holds: bool | None = None
) -> str:
    """Return a sentence that says what moved a score.

    It mentions every theme that fails the definition and, if the score is low, every theme near a
    limit of it. A score can be low although little counts against it: the planet does not meet the
    definition (`holds`), or too little counts for it, because few planets meet the definition.
    """
    is_habitable = score >= threshold
    sign = 1.0 if is_habitable else -1.0
    min_effect = _MIN_SHARE * max(abs(theme.effect) for theme in themes)
    mentioned = [t for t in themes if _is_mentioned(t, min_effect, is_habitable=is_habitable)]
    moved = sum(theme.effect for theme in themes if theme.effect * sign > 0.0)
    if not is_habitable and sum(theme.effect for theme in themes) >= 0.0:
        others = sorted(mentioned, key=lambda theme: (not theme.fails, -abs(theme.effect)))
        first = _FAILS if holds is False else _RARE
    elif moved == 0.0:
        first, others = ", because nothing is known that would change it", []
    else:
        main, *others = sorted(mentioned, key=lambda theme: -theme.effect * sign)
        first = f", {'mostly' if main.effect / moved >= 0.5 else 'first of all'} {_reason(main)}"
    return "; ".join((_grade(score, threshold) + first, *map(_clause, others))) + "."


_FAILS = ": it does not meet the definition by the values given"
_RARE = ": few planets meet the definition, and what is known does not outweigh that"


def _is_mentioned(theme: Theme, min_effect: float, *, is_habitable: bool) -> bool:
    is_large = 0.0 < min_effect <= abs(theme.effect)
    return is_large or theme.fails or (theme.fact.is_near and not is_habitable)


def _grade(score: float, threshold: float) -> str:
    is_habitable = score >= threshold
    is_clear = score >= 0.9 if is_habitable else score < 0.1
    words = {
        (True, True): "Very likely potentially habitable",
        (True, False): "More likely potentially habitable than not",
        (False, False): "More likely not potentially habitable",
        (False, True): "Very unlikely to be potentially habitable",
    }
    text = "below 0.001" if score < 0.001 else "above 0.999" if score > 0.999 else f"{score:.3f}"
    return f"{words[is_habitable, is_clear]} (score {text})"


def _reason(theme: Theme) -> str:
    favours = theme.fact.favours
    if favours is (theme.effect > 0.0):
        return f"because {theme.fact.clause}"
    joined = ":" if favours is None else ", although"
    return f"because of its {theme.name}{joined} {theme.fact.clause}"


def _clause(theme: Theme) -> str:
    side = "for" if theme.effect > 0.0 else "against"
    agrees = theme.fact.favours in (None, theme.effect > 0.0)
    joined = ":" if agrees else ", although"
    return f"its {theme.name} counts {side} it{joined} {theme.fact.clause}"


def find_themes(added: Mapping[str, float], known: Known, context: PlanetContext) -> list[Theme]:
    """Sum what each feature added to a margin by theme, and find the fact behind each theme.

    The radius in `known` must be None if it was computed from the mass, because then the mass
    decides.
    """
    facts = facts_of(known, context)
    moved = {part: sum(added[name] for name in names) for part, names in _PARTS.items()}
    if context.definition.star is False and known["st_spectype"] is not None:
        moved["star"] += sum(added[name] for name in _ZONE_FEATURES)
        moved["temperature"] -= added["zone_eqt"]
        moved["insolation"] -= added["zone"] + added["zone_orbit"]
    themes = []
    for whole, parts in _WHOLES.items():
        known_parts = [part for part in parts if part in facts] or [parts[-1]]
        effects = [moved[part] for part in known_parts]
        opinions = {facts[part].favours for part in known_parts if part in facts}
        disagree = min(effects) < 0.0 < max(effects) or opinions >= {True, False}
        if len(known_parts) > 1 and disagree:
            themes += [Theme(part, moved[part], facts[part]) for part in known_parts]
        else:
            decisive = "radius" if "radius" in known_parts else None
            main = decisive or max(known_parts, key=lambda part: abs(moved[part]))
            effect = sum(moved[part] for part in parts)
            themes.append(Theme(whole, effect, facts.get(main, UNKNOWN[whole])))
    return themes
