"""Spectral matches: which texts are the type of one star, and not an ordinary word.

A letter, a prefix or a suffix alone also makes words: `Open`, `Ten`, `do`, `TV`.
"""

from __future__ import annotations

import re

from exohabit.science.dwarfs import SEQUENCE
from exohabit.science.spectral_patterns import BARE_LETTER, TYPE, WHITE_DWARF

_MAX_DISTANCE = 2
"""Largest distance on the sequence between two letters without a subtype, as in `M/K`."""


def match_star(text: str) -> re.Match[str] | None:
    """Match `WHITE_DWARF` or `TYPE` with the type of one star."""
    # Case matters (sdB, Ve), but many people write `m3 V` or `g2v`.
    for candidate in (text, text.upper()):
        match = WHITE_DWARF.fullmatch(candidate)
        if match and _is_white_dwarf(candidate, text):
            return match
        if (match := TYPE.fullmatch(candidate)) and _is_type(match, text):
            return match
    return None


def _is_white_dwarf(candidate: str, text: str) -> bool:
    """Whether a type in lower case is not an ordinary word, such as `do`."""
    return candidate in (text, "WD") or any(map(str.isdigit, text))


def _is_type(match: re.Match[str], text: str) -> bool:
    """Whether a match is a type and not an ordinary word or an incomplete range."""
    first, second = subtypes_of(match)
    if second and not (first or match["letter2"]):
        return False
    is_as_written = match.string == text
    if "O" in (first, second) and not (is_as_written and _may_have_letter_o(match)):
        return False
    if first or second:
        return True
    if roman_numerals_of(match):
        return _has_luminosity(match, is_as_written=is_as_written)
    if match["letter2"] and _distance(match) > _MAX_DISTANCE:
        return False
    prefix = match["prefix"] or ""
    is_bare = not prefix.startswith("k") and BARE_LETTER.fullmatch(match.string, len(prefix))
    return bool(match["dwarf"] or match["giant"] or is_bare)


def _has_luminosity(match: re.Match[str], *, is_as_written: bool) -> bool:
    """Whether a class without subtype has a luminosity class, and is not a word such as `TV`.

    Brown dwarfs have none. `mi` and `ti` are words or names, and supergiants are never written like
    that.
    """
    if match["letter1"] in "LTY" and not match["prefix"]:
        return False
    return is_as_written or "I" not in roman_numerals_of(match)


def _may_have_letter_o(match: re.Match[str]) -> bool:
    """Whether a letter O for the digit 0 belongs to a type, and not to a word such as `GO`."""
    if match["letter1"] in "LTY":  # these have no luminosity class, as in `LOV`
        return bool(match["letter2"])
    return bool(match["letter2"]) or roman_numerals_of(match) not in ([], ["I"])


def _distance(match: re.Match[str]) -> int:
    return abs(SEQUENCE.index(match["letter1"]) - SEQUENCE.index(match["letter2"]))


def subtypes_of(match: re.Match[str]) -> tuple[str | None, str | None]:
    """Return the text of the subtypes of both points."""
    first = match["subtype1"] or match["bracketed1"]
    second = match["subtype2"] or match["bracketed2"] or match["subtype3"] or match["bracketed3"]
    return first, second


def roman_numerals_of(match: re.Match[str]) -> list[str]:
    """Return all luminosity classes in the text."""
    groups = (match["luminosity1"], match["luminosity2"], match["luminosity3"])
    return re.findall(r"[IV]+", " ".join(filter(None, groups)))
