"""Spectral types: text from a catalogue -> class, subtype and luminosity class of a star.

A type is parsed as one or two points of the sequence O B A F G K M L T Y, each with an optional
subtype, then luminosity classes, then peculiarities. Two points give their middle. A half-subtype
sign (`K3+V`) does not move the subtype, because most classifications are less exact.

Warning: the first letter alone misleads. `DC` is a white dwarf, `sdBV` a subdwarf.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from exohabit.science.dwarfs import SEQUENCE, dwarf_teff, sequence_position
from exohabit.science.spectral_matches import match_star, roman_numerals_of, subtypes_of
from exohabit.science.spectral_patterns import COMPANION, TYPE
from exohabit.science.spectral_text import normalize_spectral_text


@dataclass(frozen=True, slots=True)
class SpectralType:
    """A parsed spectral type; None where the text does not say."""

    star_class: str
    """One letter of `SEQUENCE`, or "D" for a white dwarf."""
    subtype: float | None
    luminosity: float | None
    """Luminosity class as a number: 3 for III, 4.5 for IV/V."""
    teff: float | None
    """Effective temperature of a dwarf of this type, K."""
    outside: str | None
    """The kind of star outside the model's domain, a key of `OUTSIDE_KINDS`; None if inside."""
    is_composite: bool = False
    """Whether the text names several stars; then the other fields describe the first one."""

    @property
    def is_fgkm(self) -> bool:
        """Whether the star is of class F, G, K or M, which the definition requires."""
        return self.star_class in "FGKM"

    @property
    def is_like_dwarf(self) -> bool:
        """Whether dwarfs of its temperature have about its radius and mass."""
        is_other = self.outside in ("white_dwarf", "subdwarf", "giant")
        return not is_other and (self.luminosity is None or self.luminosity >= 4.5)


OUTSIDE_KINDS = {
    "white_dwarf": "a white dwarf",
    "subdwarf": "a subdwarf",
    "brown_dwarf": "a brown dwarf (class L, T or Y)",
    "early_type": "a star of class O, B or A",
    "giant": "a giant",
}
"""Kinds of stars outside the model's domain, by warning code."""

_ROMAN = {"I": 1.0, "II": 2.0, "III": 3.0, "IV": 4.0, "V": 5.0, "VI": 6.0, "VII": 7.0}
_MAX_COMPANIONS = 3
"""Companions whose types are read; matching each of them takes time."""


@lru_cache(maxsize=4096)
def read_spectral_type(text: str) -> SpectralType:
    """Parse a spectral type as a catalogue writes it.

    A range gives its middle. A letter without a subtype gives the typical star of its class. Of
    several stars, the first one counts.

    Raises:
        ValueError: the text is not a spectral type, or names more than four stars.
    """
    normalized = normalize_spectral_text(text)
    if normalized is not None:
        first, *companions = (each.strip(" ") for each in COMPANION.split(normalized))
        star = _read_star(first) if len(companions) <= _MAX_COMPANIONS else None
        if star and all(match_star(_without_brackets(each)) for each in companions):
            return replace(star, is_composite=True) if companions else star
    raise ValueError("not a spectral type")


def _without_brackets(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def _read_star(text: str) -> SpectralType | None:
    """Parse the type of one star in normalized text; None if it is not one."""
    match = match_star(text)
    if match is None or match.re is TYPE:
        return match and _from_match(match)
    return SpectralType("D", None, None, None, "white_dwarf")


def _from_match(match: re.Match[str]) -> SpectralType:
    position, has_subtype = _middle_position(match)
    star_class = SEQUENCE[int(position // 10)]
    luminosity = _luminosity_class(match)
    return SpectralType(
        star_class=star_class,
        subtype=round(position % 10, 2) if has_subtype else None,
        luminosity=luminosity,
        teff=dwarf_teff(position),
        outside=_kind_outside(star_class, match["prefix"] or "", luminosity),
    )


def _middle_position(match: re.Match[str]) -> tuple[float, bool]:
    """Return the position on the sequence, and whether the text gives a subtype."""
    letters = match["letter1"], match["letter2"]
    subtypes = [_parse_subtype(text) for text in subtypes_of(match)]
    has_subtype = subtypes != [None, None]
    first = sequence_position(letters[0], subtypes[0])
    if letters[1] is None and subtypes[1] is None:
        return first, has_subtype
    second = sequence_position(letters[1] or letters[0], subtypes[1])
    return round((first + second) / 2, 2), has_subtype


def _parse_subtype(text: str | None) -> float | None:
    if text is None:
        return None
    return 0.0 if text == "O" else float(text)


def _luminosity_class(match: re.Match[str]) -> float | None:
    """Return the mean of all luminosity classes in the text, else that of `dM3` or `M dwarf`."""
    classes = [_ROMAN[roman] for roman in roman_numerals_of(match)]
    if classes:
        return sum(classes) / len(classes)
    if match["prefix"] == "d" or match["dwarf"]:
        return 5.0
    return 3.0 if match["prefix"] == "g" or match["giant"] else None


def _kind_outside(star_class: str, prefix: str, luminosity: float | None) -> str | None:
    if "sd" in prefix.lower() or (luminosity is not None and luminosity > 5.0):
        return "subdwarf"
    if star_class in "OBA":
        return "early_type"
    if star_class in "LTY":
        return "brown_dwarf"
    # III-IV counts as a giant: a needless warning does less harm than a missing one.
    if luminosity is not None and luminosity < 4.0:
        return "giant"
    return None
