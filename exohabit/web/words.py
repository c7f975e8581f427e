"""Words: numbers, columns and warnings of the API as people say them."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from exohabit.science.columns import BY_NAME, COLUMNS

_NAMES = "|".join(BY_NAME)
_COLUMN = re.compile(rf"\b({_NAMES})(?:lim|err1|err2)?\b(?: \([\w ']+\))?", re.ASCII)

PLAIN = {
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
"""What people call each column."""
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
"""Headings of warnings, by code; those that are not here contradict each other."""
_KEPT = {
    "kept_size": "The other size still counts, although you changed the size.",
    "kept_light": "The light or temperature in the catalogue still counts, although you changed "
    "what it follows from.",
    "kept_orbit": "The other measure of the orbit still counts, although you changed the orbit.",
    "kept_star": "Other values of the star still count, although you changed the star.",
}
_PARAMETER = re.compile(r"\b(\w+)=")


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
    """Return a message of the API with the meanings of columns in the place of their names."""
    said = _COLUMN.sub(lambda found: BY_NAME[found[1]].meaning, text)
    return said[:1].upper() + said[1:]


def warning_words(warning: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Return the heading and the text of a warning, and columns to empty to resolve it."""
    code, column = warning["code"], warning["column"]
    if code in _KEPT:
        kept = [name for name in _PARAMETER.findall(warning["message"]) if name in BY_NAME]
        names = " and ".join(PLAIN[name].lower() for name in kept)
        return "Old and new values mixed", f"{_KEPT[code]} ({names})", kept
    if code == "limit" and column in PLAIN:
        side = "an upper" if "an upper limit" in warning["message"] else "a lower"
        text = f"{PLAIN[column]}: only {side} limit is known, so it counts as not measured."
        return WARNINGS[code], text, []
    title = WARNINGS.get(code, "Values that contradict each other")
    about = f"{PLAIN[column]}: " if column in PLAIN and code != "outside_fgkm" else ""
    return title, about + plain(warning["message"]), []


def columns_in_words(names: list[str]) -> str:
    """Return a list of columns in words, in the order of the table of columns."""
    return ", ".join(PLAIN[each.name].lower() for each in COLUMNS if each.name in names)
