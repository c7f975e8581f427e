"""Answer view: an answer about one planet, in the form that the templates need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from exohabit.outputs.explanation import DERIVED, IGNORED, LIMIT, MISSING
from exohabit.web.words import columns_in_words, exact_text, reason_words, score_text, warning_words

_SHOWN_CONTRIBUTIONS = 12
_STRONG, _WEAK = 2.0, 0.5
"""Log-odds from which an effect is called strong, and below which it hardly matters."""
_START = "start"
_THEMES = {
    _START: "Before anything is known",
    "light": "Light and temperature",
    "size": "Size",
    "star": "Star",
}
_VERDICTS = {True: "yes", False: "no", None: "cannot be said"}
_ZONES = {
    "inside": "inside",
    "too hot": "too close to the star, too hot",
    "too cold": "too far from the star, too cold",
    None: "not known",
}


class Bar(NamedTuple):
    """A bar in per cent of the width: where it begins, and how long it is."""

    start: str
    length: str


class Effect(NamedTuple):
    """What moved a score, how far (log-odds), and its bar."""

    name: str
    number: str
    words: str
    is_for: bool
    bar: Bar


class Caution(NamedTuple):
    """A warning in words; `emptied` are columns to empty to resolve it."""

    title: str
    text: str
    emptied: list[str]

    @property
    def remedy(self) -> str:
        """What emptying them does, in words."""
        if len(self.emptied) == 1:
            return f"Leave the {columns_in_words(self.emptied)} out"
        return "Leave these out"


class AnswerView(NamedTuple):
    """What a template shows of an answer."""

    score: str
    exact: str
    label: str
    is_habitable: bool
    reason: str
    threshold: Bar
    bar: Bar
    interval: tuple[str, str] | None
    interval_bar: Bar | None
    sentence: str
    themes: list[Effect]
    contributions: list[Effect]
    context: list[tuple[str, str]]
    cautions: list[Caution]
    missing: str
    derived: str
    unused: str


def view_of(
    answer: Mapping[str, Any],
    meanings: Mapping[str, str],
    *,
    planet: str = "",
    changed: Collection[str] = (),
) -> AnswerView:
    """Return what to show of an answer with its explanation and context.

    Args:
        answer: as it is decoded from JSON; its score may be null.
        meanings: of the features, by name.
        planet: the name of the known planet.
        changed: the columns of it that were changed.
    """
    score, why = answer["score"], answer.get("explanation") or {}
    interval = answer.get("score_interval")
    ends = (score_text(interval[0]), score_text(interval[1])) if interval else None
    states = why.get("inputs", {})
    return AnswerView(
        score="" if score is None else score_text(score),
        exact="" if score is None else exact_text(score),
        label=answer["label"] or "not scored",
        is_habitable=bool(answer["prediction"]),
        reason=reason_words(answer.get("reason") or ""),
        threshold=_bar(0.0, answer["threshold"]),
        bar=_bar(0.0, score or 0.0),
        interval=ends,
        interval_bar=_bar(*interval) if interval and ends and ends[0] != ends[1] else None,
        sentence=why.get("sentence") or "",
        themes=_effects(_from_start(why), _THEMES) if why.get("themes") else [],
        contributions=_effects(_strongest(why.get("contributions", {})), meanings),
        context=_context_lines(answer.get("context") or {}),
        cautions=[Caution(*warning_words(each, planet, changed)) for each in answer["warnings"]],
        missing=_in_state(states, MISSING),
        derived=_in_state(states, DERIVED),
        unused=_in_state(states, LIMIT, IGNORED),
    )


def _bar(low: float, high: float) -> Bar:
    return Bar(f"{100 * low:.2f}%", f"{max(100 * (high - low), 0.4):.2f}%")


def _from_start(why: Mapping[str, Any]) -> dict[str, float]:
    return {_START: why["base"], **why["themes"]}


def _strongest(contributions: Mapping[str, float]) -> dict[str, float]:
    return dict([*contributions.items()][:_SHOWN_CONTRIBUTIONS])


def _effects(added: Mapping[str, float], names: Mapping[str, str]) -> list[Effect]:
    """Return effects with bars that go left or right from the middle."""
    largest = max((abs(effect) for effect in added.values()), default=0.0) or 1.0
    return [
        Effect(
            names.get(name, name),
            f"{effect:+.2f}".replace("-", "−"),
            "where the score starts" if name == _START else _effect_words(effect),
            effect > 0,
            Bar(
                f"{50 + 50 * min(effect / largest, 0.0):.2f}%",
                f"{50 * abs(effect) / largest:.2f}%",
            ),
        )
        for name, effect in added.items()
    ]


def _effect_words(effect: float) -> str:
    if abs(effect) < _WEAK:
        return "hardly matters"
    side = "for" if effect > 0 else "against"
    return f"speaks {'strongly ' if abs(effect) >= _STRONG else ''}{side} it"


def _context_lines(context: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what published formulas say, as names and values."""
    if not context:
        return []
    light, size = context["insolation"], context["size_class"]
    similarity, definition = context["earth_similarity"], context["definition"]
    lines = [
        ("Light it receives", f"{light['value']:.3g} × Earth’s" if light else "not known"),
        ("Habitable zone, optimistic", _zone(context["optimistic_zone"])),
        ("Habitable zone, conservative", _zone(context["conservative_zone"])),
        ("Class of size", size["value"] if size else "not known"),
        ("Similar to Earth", f"{similarity['value']:.2f} of 1" if similarity else "not known"),
        ("Meets the definition", _definition(definition)),
    ]
    for name, key in (("right light", "p_zone"), ("right size", "p_size")):
        if chance := context[key]:
            lines.append((f"Probability of the {name}", score_text(chance["value"])))
    return lines


def _zone(zone: Mapping[str, Any] | None) -> str:
    if zone is None:
        return "not known for this star"
    inner, outer = zone["inner_orbit"], zone["outer_orbit"]
    where = f" (it reaches from {inner:.3g} to {outer:.3g} au)" if inner and outer else ""
    return _ZONES[zone["position"]] + where


def _definition(definition: Mapping[str, Any]) -> str:
    parts = ", ".join(
        f"{name}: {_VERDICTS[definition[name]]}" for name in ("star", "light", "size")
    )
    return f"{_VERDICTS[definition['holds']]} ({parts})"


def _in_state(states: Mapping[str, str], *wanted: str) -> str:
    return columns_in_words([name for name, state in states.items() if state in wanted])
