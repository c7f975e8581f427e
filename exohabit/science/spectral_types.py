"""Spectral types: text from a catalogue -> class, subtype and luminosity class of a star.

Catalogues write far more than a letter and a digit: `G8/K0 IV`, `M(3.5+/-0.5) V`, `K1III(+M)`,
`sdBV`. A type is parsed as one or two points of the sequence O B A F G K M L T Y, each with an
optional subtype, then luminosity classes, then peculiarities. Two points give their middle.

Warning: the first letter alone misleads. `DC` is a white dwarf, `sdBV` a subdwarf.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from exohabit.science.dwarfs import SEQUENCE, dwarf_teff, sequence_position


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
    """Why the star is outside the model's domain, a key of `OUTSIDE`; None if it is inside."""

    @property
    def is_fgkm(self) -> bool:
        """Whether the star is of class F, G, K or M, which the definition requires."""
        return self.star_class in "FGKM"

    @property
    def is_like_dwarf(self) -> bool:
        """Whether dwarfs of its temperature have about its radius and mass."""
        is_other = self.outside in ("white_dwarf", "subdwarf", "giant")
        return not is_other and (self.luminosity is None or self.luminosity >= 4.5)


OUTSIDE = {
    "white_dwarf": "a white dwarf",
    "subdwarf": "a subdwarf",
    "brown_dwarf": "a brown dwarf (class L, T or Y)",
    "early_type": "a star of class O, B or A",
    "giant": "a giant",
}
"""Kinds of stars outside the model's domain, by warning code."""

_NUMBER = r"\d(?:\.\d{1,2})?"
_UNCERTAINTY = rf" *(?:\+/- *{_NUMBER}|\+{_NUMBER}-{_NUMBER})"
_LUMINOSITY_CLASS = r"(?:Ia0|Iab|Ia|Ib|III|II|IV|I|VII|VI|V)[ab]?"
_LUMINOSITY = rf"{_LUMINOSITY_CLASS}(?:[/-]{_LUMINOSITY_CLASS})?"
# Emission, variability, metal lines, companions, doubt, anomalies of single elements.
_PECULIARITY = (
    r" *(?:var|nn|[nepmskw:?+]|\(P\)|\(\+ *[A-Z]\)|\b[CD]\b"
    r"|(?:Fe|CH|CN|Ba|Ca|Si|Sr|Cr|Eu|Hg|Mn|He)(?:[+-]\d(?:\.\d)?)?)"
)


def _point_pattern(number: int, letter: str) -> str:
    """Return the pattern of one point of the sequence; `number` ends its group names."""
    return (
        rf"(?P<letter{number}>{letter})e? *"
        rf"(?:\((?P<bracketed{number}>{_NUMBER})(?:{_UNCERTAINTY})?\)"
        # Some catalogues have the letter O instead of the digit 0.
        rf"|(?P<subtype{number}>{_NUMBER}|O)(?:{_UNCERTAINTY})?)"
    )


_LETTER = f"[{SEQUENCE}]"
_TYPE = re.compile(
    rf"(?P<prefix>esd|usd|sd|d|g)?{_point_pattern(1, _LETTER)}?e?"
    rf"(?: *(?P<luminosity1>{_LUMINOSITY}))?"
    rf"(?: *[/-] *{_point_pattern(2, _LETTER + '?')}(?: *(?P<luminosity2>{_LUMINOSITY}))?)?"
    # Possessive (*+): a plain * would take exponential time for texts such as "nnnn…!".
    rf"(?:{_PECULIARITY})*+",
    re.ASCII,
)
_WHITE_DWARF = re.compile(r"WD|D[ABCOQXZ]{1,3}\d?(?:\.\d)?[VHPE]?:?", re.ASCII)
_ROMAN = {"I": 1.0, "II": 2.0, "III": 3.0, "IV": 4.0, "V": 5.0, "VI": 6.0, "VII": 7.0}
_MAX_LENGTH = 40


@lru_cache(maxsize=4096)
def read_spectral_type(text: str) -> SpectralType:
    """Parse a spectral type as a catalogue writes it.

    A range gives its middle, a letter without a subtype the typical star of its class.

    Raises:
        ValueError: the text is not a spectral type.
    """
    if len(text) <= _MAX_LENGTH and text.isascii():
        # Case matters (sdB, Ve), but many people write `m3 V` or `g2v`.
        for candidate in (text.strip(" "), text.strip(" ").upper()):
            if _WHITE_DWARF.fullmatch(candidate):
                return SpectralType("D", None, None, None, "white_dwarf")
            if (match := _TYPE.fullmatch(candidate)) and _is_complete(match):
                return _from_match(match)
    raise ValueError("not a spectral type")


def _is_complete(match: re.Match[str]) -> bool:
    """Whether a range with one letter has a subtype at both ends."""
    first = match["subtype1"] or match["bracketed1"]
    second = match["subtype2"] or match["bracketed2"]
    return bool(first or match["letter2"] or not second)


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
    letter = match["letter1"]
    subtype = match["subtype1"] or match["bracketed1"]
    first = sequence_position(letter, _parse_subtype(subtype) if subtype else None)
    second_subtype = match["subtype2"] or match["bracketed2"]
    if second_subtype is None:
        return first, subtype is not None
    second = sequence_position(match["letter2"] or letter, _parse_subtype(second_subtype))
    return round((first + second) / 2, 2), True


def _parse_subtype(text: str) -> float:
    return 0.0 if text == "O" else float(text)


def _luminosity_class(match: re.Match[str]) -> float | None:
    """Return the mean of all luminosity classes in the text."""
    text = " ".join(filter(None, (match["luminosity1"], match["luminosity2"])))
    classes = [_ROMAN[roman] for roman in re.findall(r"[IV]+", text)]
    if not classes:
        return {"d": 5.0, "g": 3.0}.get(match["prefix"] or "")
    return sum(classes) / len(classes)


def _kind_outside(star_class: str, prefix: str, luminosity: float | None) -> str | None:
    if prefix.endswith("sd") or (luminosity is not None and luminosity > 5.0):
        return "subdwarf"
    if star_class in "OBA":
        return "early_type"
    if star_class in "LTY":
        return "brown_dwarf"
    # III-IV counts as a giant: a needless warning does less harm than a missing one.
    if luminosity is not None and luminosity < 4.0:
        return "giant"
    return None
