"""Explanation themes: how far light, size and star moved a score, and the fact behind each.

The contributions of features are summed by theme. `p_habitable` is the product of a probability of
the light and one of the size, so its contribution is shared between both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from exohabit.outputs.context_types import PlanetContext
from exohabit.outputs.explanation_facts import UNKNOWN_FACTS, Fact, Known, facts_of
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

    @property
    def agrees(self) -> bool:
        """Whether effect and fact point in the same direction, or the fact favours neither."""
        return self.fact.favours in (None, self.effect > 0.0)

    @property
    def is_doubtful(self) -> bool:
        """Whether effect and fact disagree, but the fact may be wrong within the errors."""
        chance, limit = self.fact.chance, _MIN_DOUBT
        return not self.agrees and chance is not None and limit < chance < 1.0 - limit


_MIN_DOUBT = 0.25
"""If a value is on the other side of a limit with at least this probability, that is a reason."""
_MIN_DISTANCE = 1e-3
"""Smallest distance of a probability from 0 and 1 when a contribution is shared."""

_ORBIT = tuple(name for name in FEATURES if name.startswith("pl_orb"))
_STAR = tuple(name for name in FEATURES if name.startswith(("st_", "spectype_")))
_FEATURES_OF_PART: Mapping[str, tuple[str, ...]] = {
    "temperature": ("pl_eqt", "zone_eqt"),
    "insolation": ("pl_insol", "zone", "insol_orbit", "zone_orbit", "p_zone", *_ORBIT),
    "radius": ("pl_rade", "p_size"),
    "mass": ("pl_bmasse", "size_ratio"),
    "star": _STAR,
}
"""The features of each part; `p_habitable` is shared by insolation and radius."""
_PARTS_OF_THEME = {
    "light": ("temperature", "insolation"),
    "size": ("radius", "mass"),
    "star": ("star",),
}
"""The parts of each theme."""


class Moved(NamedTuple):
    """How far each part and each theme moved the margin."""

    parts: Mapping[str, float]
    themes: Mapping[str, float]


def sum_by_theme(
    added: Mapping[str, float], p_zone: float, p_size: float, *, no_zone: bool
) -> Moved:
    """Sum what each feature added to a margin.

    Args:
        added: the contribution of each feature.
        p_zone: the feature, for sharing the contribution of `p_habitable`.
        p_size: the same.
        no_zone: whether a star of this class has no habitable zone. Then the features of the zone
            say something about the star only, and nothing about the light.
    """
    of_light = added["p_habitable"] * _share_of_light(added["p_habitable"], p_zone, p_size)
    parts = {part: sum(added[name] for name in names) for part, names in _FEATURES_OF_PART.items()}
    parts["insolation"] += of_light
    parts["radius"] += added["p_habitable"] - of_light
    if no_zone:
        of_zone = added["zone"] + added["zone_orbit"] + added["p_zone"] + of_light
        parts["insolation"] -= of_zone
        parts["temperature"] -= added["zone_eqt"]
        parts["star"] += of_zone + added["zone_eqt"]
    themes = {theme: sum(parts[part] for part in names) for theme, names in _PARTS_OF_THEME.items()}
    return Moved(parts, themes)


def _share_of_light(effect: float, p_zone: float, p_size: float) -> float:
    """Return the share of the light in a contribution of the product of two probabilities.

    What lowers the score is shared in proportion to -log(p), so most goes to the lower probability;
    what raises it in proportion to -log(1 - p), so most goes to the higher one.
    """
    light, size = (
        -math.log(min(max(p if effect < 0.0 else 1.0 - p, _MIN_DISTANCE), 1.0 - _MIN_DISTANCE))
        for p in (p_zone, p_size)
    )
    return light / (light + size)


def find_themes(moved: Moved, known: Known, context: PlanetContext) -> list[Theme]:
    """Find the fact behind each theme; a theme is split if its parts have opposite effects."""
    facts = facts_of(known, context)
    themes = []
    for theme, parts in _PARTS_OF_THEME.items():
        each = [Theme(part, moved.parts[part], facts[part]) for part in parts if part in facts]
        opinions = {part.fact.favours for part in each}
        if opinions >= {True, False} and all(part.agrees for part in each):
            themes += each
        else:
            themes += _as_one(theme, moved.themes[theme], each)
    return themes


def _as_one(theme: str, effect: float, parts: list[Theme]) -> list[Theme]:
    """Return a theme with the fact that explains its effect, and the facts that fail beside it."""
    if not parts:
        return [Theme(theme, effect, UNKNOWN_FACTS[theme])]
    by_effect = sorted(parts, key=lambda part: -abs(part.effect))
    deciding = [part for part in by_effect if part.name == "radius"] or by_effect
    themes = [Theme(theme, effect, part.fact) for part in deciding]
    main = next((theme for theme in themes if theme.agrees), themes[0])
    return [main, *(t._replace(effect=0.0) for t in themes if t.fails and not main.fails)]
