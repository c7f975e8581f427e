"""Words: numbers, columns and warnings of the API in everyday words."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import msgspec

from exohabit.science.columns import BY_NAME, COLUMNS, Column

_NAMES = "|".join(BY_NAME)
_COLUMN = re.compile(rf"\b({_NAMES})(?:lim|err1|err2)?\b(?: \([\w ']+\))?", re.ASCII)

PLAIN_NAMES = {
    "pl_rade": "Radius",
    "pl_bmasse": "Mass",
    "pl_orbper": "Length of its year",
    "pl_eqt": "Equilibrium temperature",
    "st_spectype": "Type of its star",
    "pl_insol": "Light it receives",
    "pl_orbsmax": "Distance from its star",
    "pl_orbeccen": "Eccentricity of its orbit",
    "st_teff": "Temperature of its star",
    "st_rad": "Radius of its star",
    "st_mass": "Mass of its star",
}
"""The everyday name of each column."""
HELP = {
    "pl_rade": "Half its width. Earth is 1, Jupiter 11.2.",
    "pl_bmasse": "Or its minimum mass, m sin i. Earth is 1, Jupiter 318.",
    "pl_orbper": "One round about its star takes that long. Earth: 365.25.",
    "pl_eqt": "Without a greenhouse effect. Earth is 255 K, not 288.",
    "st_spectype": "As astronomers write it: G2 V is the Sun, M a red dwarf.",
    "pl_insol": "Starlight on the planet. Earth receives 1, Mars 0.43.",
    "pl_orbsmax": "The mean, or semi-major axis. Earth is at 1 au.",
    "pl_orbeccen": "0 is a circle. Earth: 0.017.",
    "st_teff": "At its surface. The Sun: 5772 K.",
    "st_rad": "The Sun is 1.",
    "st_mass": "The Sun is 1.",
}
"""One line of help for each column."""
WARNINGS = {
    "limit": "Only a limit is known",
    "computed": "Computed, not measured",
    "controversial": "A disputed planet",
    "circumbinary": "Two stars",
    "minimum_mass": "Only a minimum mass",
    "outside_training": "Unlike anything the model has seen",
    "outside_fgkm": "An unusual star",
    "white_dwarf": "An unusual star",
    "brown_dwarf": "An unusual star",
    "early_type": "An unusual star",
    "subdwarf": "An unusual star",
    "giant": "An unusual star",
    "composite": "More than one star",
    "near_miss": "A value that was not used",
    "one_sided_error": "An error known on one side only",
}
"""Headings of warnings, by code; warnings with other codes are about contradictions."""
_SIZE = ("pl_rade", "pl_bmasse")
_ORBIT = ("pl_orbper", "pl_orbsmax")
_STAR = ("st_spectype", "st_teff", "st_rad", "st_mass")
_KEPT_COLUMNS = {
    "kept_size": _SIZE,
    "kept_light": ("pl_insol", "pl_eqt", "pl_orbeccen", *_ORBIT, *_STAR),
    "kept_orbit": _ORBIT,
    "kept_star": _STAR,
}
"""Columns whose change leads to a warning that old values are still used, by its code."""
_PARAMETER = re.compile(r"\b(\w+)=")
_LIMIT_FLAG = re.compile(r" \([^()]*\b\w+lim -?1\)")
_TO_SEND = re.compile(r" \(send [^()]*\)")
_SINGULARS = {"radii": "radius", "masses": "mass", "days": "day"}


def score_text(score: float) -> str:
    """Return a score in per cent, with a digit after the point; never 0 or 100."""
    if score < 0.001:
        return "below 0.1\N{NO-BREAK SPACE}%"
    return (
        "above 99.9\N{NO-BREAK SPACE}%"
        if score > 0.999
        else f"{100 * score:.1f}\N{NO-BREAK SPACE}%"
    )


def exact_text(number: float) -> str:
    """Return a number as the API writes it."""
    return msgspec.json.encode(number).decode()


def value_text(value: float | str | None) -> str:
    """Return a value as a field of the form shows it; empty if it is not known."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "" if value is None else str(value)


def plain(text: str) -> str:
    """Return a message of the API with the meanings of columns instead of their names."""
    said = _COLUMN.sub(lambda found: BY_NAME[found[1]].meaning, text)
    return said[:1].upper() + said[1:]


def unit_text(column: Column) -> str:
    """Return the unit of a column; empty if it has none."""
    return "" if column.unit in ("text", "(no unit)") else column.unit


def measure_text(value: float | str | None, column: Column) -> str:
    """Return a value with its unit, in the singular for 1."""
    if value in (None, ""):
        return "not known"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    unit = unit_text(column)
    if text == "1":
        unit = " ".join(_SINGULARS.get(word, word) for word in unit.split())
    return f"{text} {unit}".rstrip()


def range_texts(bounds: tuple[float, float]) -> tuple[str, str]:
    """Return the ends of a range, without exponents."""
    low, high = (f"{end:,.8f}".rstrip("0").rstrip(".") for end in bounds)
    return low, high


def warning_words(
    warning: dict[str, Any], planet: str = "", changed: Collection[str] = ()
) -> tuple[str, str, list[str]]:
    """Return the heading and the text of a warning, and columns to empty to resolve it.

    Args:
        warning: of the API.
        planet: the name of the known planet.
        changed: the columns of it that were changed.
    """
    code, column = warning["code"], warning["column"]
    if code in _KEPT_COLUMNS:
        kept = [name for name in _PARAMETER.findall(warning["message"]) if name in BY_NAME]
        new = [name for name in changed if name in _KEPT_COLUMNS[code] and name not in kept]
        return "Old and new values mixed", _kept_words(planet, new, kept), kept
    if code == "limit" and column in PLAIN_NAMES:
        side = "an upper" if "an upper limit" in warning["message"] else "a lower"
        text = f"{PLAIN_NAMES[column]}: only {side} limit is known, so it counts as not measured."
        return WARNINGS[code], text, []
    title = WARNINGS.get(code, "Values that contradict each other")
    about = f"{PLAIN_NAMES[column]}: " if column in PLAIN_NAMES and code != "outside_fgkm" else ""
    return title, about + plain(_LIMIT_FLAG.sub("", warning["message"])), []


def _kept_words(planet: str, changed: list[str], kept: list[str]) -> str:
    if len(kept) == 1:
        old = f"{planet}’s old {columns_in_words(kept)} still counts."
    else:
        old = f"old values of {planet} still count: {columns_in_words(kept)}."
    return f"You changed the {columns_in_words(changed) or 'planet'}, but {old}"


def reason_words(reason: str) -> str:
    """Return why a planet is not scored; a value that is only a limit is known but not used."""
    said = reason.replace("neither radius nor mass is known", "it has no radius or mass to use")
    return _TO_SEND.sub("", said)


def columns_in_words(names: list[str]) -> str:
    """Return a list of columns in words, in the order of the table of columns."""
    return ", ".join(PLAIN_NAMES[each.name].lower() for each in COLUMNS if each.name in names)
