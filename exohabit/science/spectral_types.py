"""Spectral types: what a catalogue writes about a star, and what that says of the star.

Catalogues write far more than a letter and a digit: `G8/K0 IV`, `M(3.5+/-0.5) V`, `K1III(+M)`,
`sdBV`. A type is read as one or two points of the sequence O B A F G K M L T Y, each with an
optional subtype, then luminosity classes, then peculiarities; two points give their middle.

The trap: a first letter alone misleads. `DC` is a white dwarf, `sdBV` a subdwarf.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.elementwise import Quantity, interpolate, memoize

SEQUENCE = "OBAFGKMLTY"

# Mean dwarfs: type, effective temperature [K], radius [solar radii], mass [solar masses].
# Pecaut & Mamajek 2013 (ApJS 208, 9), online table version 2024.05.15. Masses are not tabulated
# for the coolest types; there the last value is repeated, as nothing in the domain reads it.
_DWARFS: tuple[tuple[str, float, float, float], ...] = (
    ("O3", 45900, 13.43, 59.0),
    ("O5", 41400, 11.45, 43.0),
    ("O8", 35100, 8.47, 23.6),
    ("B0", 31400, 7.16, 17.7),
    ("B2", 20600, 4.06, 7.3),
    ("B5", 15700, 3.36, 4.7),
    ("B8", 12300, 2.86, 3.38),
    ("A0", 9700, 2.193, 2.33),
    ("A2", 8840, 2.117, 2.06),
    ("A5", 8100, 1.785, 1.86),
    ("A8", 7590, 1.747, 1.67),
    ("F0", 7220, 1.728, 1.60),
    ("F1", 7020, 1.679, 1.50),
    ("F2", 6820, 1.622, 1.43),
    ("F3", 6750, 1.578, 1.41),
    ("F4", 6670, 1.533, 1.38),
    ("F5", 6550, 1.473, 1.32),
    ("F6", 6350, 1.359, 1.25),
    ("F7", 6280, 1.324, 1.21),
    ("F8", 6180, 1.221, 1.16),
    ("F9", 6050, 1.167, 1.12),
    ("G0", 5930, 1.100, 1.07),
    ("G1", 5860, 1.060, 1.04),
    ("G2", 5770, 1.012, 1.00),
    ("G3", 5720, 1.002, 0.99),
    ("G4", 5680, 0.991, 0.985),
    ("G5", 5660, 0.977, 0.98),
    ("G6", 5600, 0.949, 0.965),
    ("G7", 5550, 0.927, 0.945),
    ("G8", 5480, 0.914, 0.93),
    ("G9", 5380, 0.853, 0.89),
    ("K0", 5290, 0.813, 0.86),
    ("K1", 5170, 0.797, 0.85),
    ("K2", 5100, 0.783, 0.82),
    ("K3", 4870, 0.755, 0.76),
    ("K4", 4600, 0.710, 0.72),
    ("K5", 4440, 0.701, 0.70),
    ("K6", 4300, 0.669, 0.67),
    ("K7", 4090, 0.630, 0.64),
    ("K8", 3990, 0.615, 0.61),
    ("K9", 3930, 0.608, 0.60),
    ("M0", 3850, 0.588, 0.585),
    ("M1", 3660, 0.501, 0.51),
    ("M2", 3560, 0.446, 0.45),
    ("M3", 3430, 0.361, 0.36),
    ("M3.5", 3270, 0.300, 0.29),
    ("M4", 3210, 0.274, 0.24),
    ("M4.5", 3110, 0.217, 0.18),
    ("M5", 3060, 0.196, 0.155),
    ("M5.5", 2930, 0.156, 0.122),
    ("M6", 2810, 0.137, 0.105),
    ("M7", 2680, 0.120, 0.090),
    ("M8", 2570, 0.114, 0.086),
    ("M8.5", 2420, 0.104, 0.080),
    ("M9", 2380, 0.102, 0.079),
    ("M9.5", 2330, 0.101, 0.078),
    ("L0", 2270, 0.102, 0.077),
    ("L3", 1920, 0.0942, 0.074),
    ("L6", 1550, 0.0891, 0.074),
    ("L9", 1370, 0.0877, 0.074),
    ("T2", 1220, 0.100, 0.074),
    ("T5", 1160, 0.101, 0.074),
    ("T6", 950, 0.100, 0.074),
    ("T8", 680, 0.095, 0.074),
    ("T9", 560, 0.100, 0.074),
    ("Y0", 450, 0.104, 0.074),
    ("Y2", 320, 0.104, 0.074),
)

# What a letter without a subtype most often stands for: for F to M the subtype whose temperature
# is nearest to the median of the archive's hosts that are written as the bare letter
# (2025-12-30: F 6206 K, G 5634 K, K 4960 K, M 3500 K); elsewhere the middle of the class.
_TYPICAL_SUBTYPE = {"F": 7.7, "G": 5.4, "K": 2.6, "M": 2.5}
_MIDDLE_SUBTYPE = 5.0


def _position(letter: str, subtype: float) -> float:
    """Place a subtype on the sequence, ten to a class: O0 = 0, G2 = 42, M5.5 = 65.5."""
    return 10.0 * SEQUENCE.index(letter) + subtype


_POSITION = np.array([_position(name[0], float(name[1:])) for name, *_ in _DWARFS])
_TEFF = np.array([teff for _, teff, _, _ in _DWARFS])
_RISING_TEFF, _RADIUS, _MASS = np.array([row[1:] for row in reversed(_DWARFS)]).T.copy()


@dataclass(frozen=True, slots=True)
class SpectralType:
    """What a spectral type says of a star; None for what it leaves unsaid."""

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
        """Whether the star is of class F, G, K or M, as the definition of habitability asks."""
        return self.star_class in "FGKM"

    @property
    def is_like_dwarf(self) -> bool:
        """Whether radius and mass of a dwarf of its temperature tell anything of its own."""
        is_other = self.outside in ("white_dwarf", "subdwarf", "giant")
        return not is_other and (self.luminosity is None or self.luminosity >= 4.5)


OUTSIDE = {
    "white_dwarf": "a white dwarf",
    "subdwarf": "a subdwarf",
    "brown_dwarf": "a brown dwarf (class L, T or Y)",
    "early_type": "a star of class O, B or A",
    "giant": "a giant",
}

_NUMBER = r"\d(?:\.\d{1,2})?"
_UNCERTAINTY = rf" *(?:\+/- *{_NUMBER}|\+{_NUMBER}-{_NUMBER})"
_LUMINOSITY_CLASS = r"(?:Ia0|Iab|Ia|Ib|III|II|IV|I|VII|VI|V)[ab]?"
_LUMINOSITY = rf"{_LUMINOSITY_CLASS}(?:[/-]{_LUMINOSITY_CLASS})?"
# Emission, variability, metal lines, companions, doubt, anomalies of single elements.
_PECULIARITY = (
    r" *(?:var|nn|[nepmskw:?+]|\(P\)|\(\+ *[A-Z]\)|\b[CD]\b"
    r"|(?:Fe|CH|CN|Ba|Ca|Si|Sr|Cr|Eu|Hg|Mn|He)(?:[+-]\d(?:\.\d)?)?)"
)


def _point(number: int, letter: str) -> str:
    """Write the pattern of one point of the sequence; `number` ends the names of its groups."""
    return (
        rf"(?P<letter{number}>{letter})e? *"
        rf"(?:\((?P<bracketed{number}>{_NUMBER})(?:{_UNCERTAINTY})?\)"
        # Catalogues mistype the digit 0 as the letter O.
        rf"|(?P<subtype{number}>{_NUMBER}|O)(?:{_UNCERTAINTY})?)"
    )


_LETTER = f"[{SEQUENCE}]"
_TYPE = re.compile(
    rf"(?P<prefix>esd|usd|sd|d|g)?{_point(1, _LETTER)}?e?"
    rf"(?: *(?P<luminosity1>{_LUMINOSITY}))?"
    rf"(?: *[/-] *{_point(2, _LETTER + '?')}(?: *(?P<luminosity2>{_LUMINOSITY}))?)?"
    # Possessive (*+): without it, texts such as "nnnn…!" take time exponential in their length.
    rf"(?:{_PECULIARITY})*+",
    re.ASCII,
)
_WHITE_DWARF = re.compile(r"WD|D[ABCOQXZ]{1,3}\d?(?:\.\d)?[VHPE]?:?", re.ASCII)
_ROMAN = {"I": 1.0, "II": 2.0, "III": 3.0, "IV": 4.0, "V": 5.0, "VI": 6.0, "VII": 7.0}
_LONGEST = 40


@lru_cache(maxsize=4096)
def read_spectral_type(text: str) -> SpectralType:
    """Read a spectral type as a catalogue writes it.

    A range gives its middle, a bare letter the class's typical star.

    Raises:
        ValueError: the text is no spectral type.
    """
    if len(text) <= _LONGEST and text.isascii():
        # Case matters (sdB, Ve), but many people write `m3 V` or `g2v`.
        for written in (text.strip(" "), text.strip(" ").upper()):
            if _WHITE_DWARF.fullmatch(written):
                return SpectralType("D", None, None, None, "white_dwarf")
            if (match := _TYPE.fullmatch(written)) and _is_whole(match):
                return _from_match(match)
    raise ValueError("not a spectral type")


def _is_whole(match: re.Match[str]) -> bool:
    """Whether a range that names no second class has a first subtype to start from."""
    starts = match["subtype1"] or match["bracketed1"]
    ends = match["subtype2"] or match["bracketed2"]
    return bool(starts or match["letter2"] or not ends)


def _from_match(match: re.Match[str]) -> SpectralType:
    position, stated = _middle_position(match)
    star_class = SEQUENCE[int(position // 10)]
    luminosity = _luminosity(match)
    return SpectralType(
        star_class=star_class,
        subtype=round(position % 10, 2) if stated else None,
        luminosity=luminosity,
        teff=float(np.interp(position, _POSITION, _TEFF)),
        outside=_outside(star_class, match["prefix"] or "", luminosity),
    )


def _middle_position(match: re.Match[str]) -> tuple[float, bool]:
    """Return the place on the sequence, and whether a subtype was stated."""
    letter = match["letter1"]
    subtype = match["subtype1"] or match["bracketed1"]
    first = _position(letter, _digits(subtype) if subtype else _typical_subtype(letter))
    other = match["subtype2"] or match["bracketed2"]
    if other is None:
        return first, subtype is not None
    second = _position(match["letter2"] or letter, _digits(other))
    return round((first + second) / 2, 2), True


def _digits(subtype: str) -> float:
    return 0.0 if subtype == "O" else float(subtype)


def _typical_subtype(letter: str) -> float:
    return _TYPICAL_SUBTYPE.get(letter, _MIDDLE_SUBTYPE)


def _luminosity(match: re.Match[str]) -> float | None:
    """Return the middle of all luminosity classes that the type names."""
    stated = " ".join(filter(None, (match["luminosity1"], match["luminosity2"])))
    classes = [_ROMAN[roman] for roman in re.findall(r"[IV]+", stated)]
    if not classes:
        return {"d": 5.0, "g": 3.0}.get(match["prefix"] or "")
    return sum(classes) / len(classes)


def _outside(star_class: str, prefix: str, luminosity: float | None) -> str | None:
    if prefix.endswith("sd") or (luminosity is not None and luminosity > 5.0):
        return "subdwarf"
    if star_class in "OBA":
        return "early_type"
    if star_class in "LTY":
        return "brown_dwarf"
    # III-IV counts as a giant: a warning too many does less harm than one too few.
    if luminosity is not None and luminosity < 4.0:
        return "giant"
    return None


def spectral_type_at(teff: float) -> str:
    """Name the dwarf, class and whole subtype, whose effective temperature [K] is nearest."""
    position = float(np.interp(teff, _TEFF[::-1], _POSITION[::-1]))
    whole = round(position)
    return f"{SEQUENCE[whole // 10]}{whole % 10}"


def typical_position(position: FloatArray) -> FloatArray:
    """Place of the typical star of the class at each place: all a bare letter says."""
    typical = [_position(letter, _typical_subtype(letter)) for letter in SEQUENCE]
    return np.array(typical)[(position // 10).astype(np.intp)]


def dwarf_teff(position: FloatArray) -> FloatArray:
    """Effective temperature [K] of dwarfs at places on the sequence (G2 = 42)."""
    return interpolate(position, _POSITION, _TEFF)


@memoize
def dwarf_radius(teff: Quantity) -> Quantity:
    """Radius [solar radii] of dwarfs of these effective temperatures [K]; NaN stays NaN."""
    return interpolate(teff, _RISING_TEFF, _RADIUS)


@memoize
def dwarf_mass(teff: Quantity) -> Quantity:
    """Mass [solar masses] of dwarfs of these effective temperatures [K]; NaN stays NaN."""
    return interpolate(teff, _RISING_TEFF, _MASS)
