"""Explanation sentence: why a planet has its score, in one sentence built from the numbers.

The sentence begins with the theme that moved the score most, and gives for each theme the fact
behind it.

Note: a contribution tells what moved the score, not that this was right. So a fact is called a
reason only if the definition and the contribution point in the same direction. Otherwise the reason
is the doubt about the value, if there is any.
"""

from __future__ import annotations

from collections.abc import Sequence

from exohabit.outputs.explanation_themes import Theme

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
    ordered = sorted(mentioned, key=lambda theme: -theme.effect * sign)
    reasons = [t for t in ordered if t.effect * sign > 0.0 and (t.agrees or t.is_doubtful)]
    moved = sum(theme.effect for theme in themes if theme.effect * sign > 0.0)
    if not is_habitable and sum(theme.effect for theme in themes) >= 0.0:
        ordered = sorted(mentioned, key=lambda theme: (not theme.fails, -abs(theme.effect)))
        first = _FAILS if holds is False else _RARE
    elif moved == 0.0:
        first, ordered = ", because nothing is known that would change it", []
    elif not reasons:
        first = ", by all values together"
    else:
        main = reasons[0]
        ordered.remove(main)
        first = f", {'mostly' if main.effect / moved >= 0.5 else 'first of all'} {_reason(main)}"
    clauses = (_clause(theme, is_habitable=is_habitable) for theme in ordered)
    return "; ".join((_grade(score, threshold) + first, *clauses)) + "."


_FAILS = ": it does not meet the definition by the values given"
_RARE = ": few planets meet the definition, and what is known does not outweigh that"


def _is_mentioned(theme: Theme, min_effect: float, *, is_habitable: bool) -> bool:
    is_large = 0.0 < min_effect <= abs(theme.effect)
    explains = theme.agrees or theme.is_doubtful
    return theme.fails or (is_large and explains) or (theme.fact.is_near and not is_habitable)


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
    if theme.is_doubtful:
        return f"because its {theme.name}, within the errors, {_doubt(theme)}: {theme.fact.clause}"
    if theme.fact.favours is None:
        return f"because of its {theme.name}: {theme.fact.clause}"
    return f"because {theme.fact.clause}"


def _clause(theme: Theme, *, is_habitable: bool) -> str:
    side = "for" if theme.effect > 0.0 else "against"
    counts = f"its {theme.name} counts {side} it"
    if theme.effect == 0.0 or not (theme.agrees or theme.is_doubtful):
        contrast = "but " if theme.fails and is_habitable else ""
        return f"{contrast}{theme.fact.clause}"
    if theme.is_doubtful:
        return f"{counts}, because within the errors it {_doubt(theme)}: {theme.fact.clause}"
    return f"{counts}: {theme.fact.clause}"


def _doubt(theme: Theme) -> str:
    only = "only " if theme.effect < 0.0 else ""
    return f"fits with a probability of {only}{theme.fact.chance:.2f}"
