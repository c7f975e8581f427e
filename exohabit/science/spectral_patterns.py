"""Spectral patterns: the regular expressions of spectral types, for text in plain ASCII.

Catalogues write far more than a letter and a digit: `G8/K0 IV`, `M(3.5+/-0.5) V`, `K2-IIIbCa-1`,
`kA2hA5mF0`. All patterns expect at most one space at a time (`spectral_text`).

Warning: every pattern must take time linear in its text. So repetitions are possessive (`*+`), and
no two alternatives under one match the same text.
"""

from __future__ import annotations

import re

SEQUENCE_LETTER = "[OBAFGKMLTY]"
_NUMBER = r"\d(?:\.\d{1,2})?"
_UNCERTAINTY = rf" ?(?:\+/?- ?{_NUMBER}|\+{_NUMBER}-{_NUMBER}|\( ?\+/?- ?{_NUMBER}\))"
_LUMINOSITY_CLASS = r"(?:Ia0|Iab|Ia|Ib|III|II|IV|I|VII|VI|V)(?:ab|[ab])?"
_LUMINOSITY = rf"{_LUMINOSITY_CLASS}(?: ?[/-] ?{_LUMINOSITY_CLASS})?"
_ELEMENT = "(?:Fe|CH|CN|Ba|Ca|Si|Sr|Cr|Eu|Hg|Mn|He|Mg|Ti|Li)"
# A half-subtype sign, as in `K3+V`, and doubt, as in `K5:Ve`.
_SIGN = r"[:?]?(?:[+-](?= ?\(?[IV]|\Z))?"
_PECULIARITIES = (
    # Classes by calcium, hydrogen and metal lines, and stars like lambda Bootis.
    r"[khm][OBAFGKM]\d(?:\.\d)?(?:-[BAFGK]?\d(?:\.\d)?)?|_?lB(?:oo)?",
    # A companion of unknown type.
    r"\+ ?\.{2,3}",
    # Emission, rotation, variability, metal lines, doubt.
    "var|comp|shell|pec|nn|[nepmskwfq:?+]",
    # The quality letter of SIMBAD, also behind a digit, and young or double stars.
    r"(?:\b|(?<=\d))[A-E]\b|PMS|SB[12]?",
    # Low gravity.
    "(?:VL|INT|FLD)-G|alpha|beta|gamma|delta",
    rf"{_ELEMENT}(?:[+-]?\d(?:\.\d)?)?",
    # In brackets: companions, other peculiarities, the luminosity class.
    rf"\(P\)|\(\+ ?[A-Z]\)|\((?:{_ELEMENT})++\)|\(\(?[a-z:?+*]{{1,4}}\)?\)",
    rf"\((?P<luminosity3>{_LUMINOSITY})\)",
    r"\((?:\{lambda\}|lambda|lam) Boo\)(?:\.{3})?",
)
_PECULIARITY = rf" ?(?:{'|'.join(_PECULIARITIES)})"


def _subtype_pattern(number: int) -> str:
    """Return the pattern of a subtype with its error; `number` ends its group names."""
    return (
        rf"(?:\((?P<bracketed{number}>{_NUMBER})(?:{_UNCERTAINTY})?\)"
        # Some catalogues have the letter O instead of the digit 0.
        rf"|(?P<subtype{number}>{_NUMBER}|O)(?:{_UNCERTAINTY})?)"
    )


TYPE = re.compile(
    rf"(?P<prefix>esd|usd|[sS]dO(?=B)|[sS]d|d|g|k{SEQUENCE_LETTER}{_NUMBER}h|k)?"
    rf"(?P<letter1>{SEQUENCE_LETTER})(?:e? ?{_subtype_pattern(1)})?[epnm]?{_SIGN}"
    rf"(?: ?(?P<luminosity1>{_LUMINOSITY}))?"
    rf"(?: ?[/-] ?(?:(?P<letter2>{SEQUENCE_LETTER})(?:e? ?{_subtype_pattern(2)})?"
    rf"|{_subtype_pattern(3)}){_SIGN}(?: ?(?P<luminosity2>{_LUMINOSITY}))?)?"
    rf"(?:{_PECULIARITY})*+"
    r"(?:[ -][Dd](?P<dwarf>warf)|[ -][Gg](?P<giant>iant))?",
    re.ASCII,
)
"""A type of one star: one or two points of the sequence, luminosity classes, peculiarities."""
BARE_LETTER = re.compile(
    rf"{SEQUENCE_LETTER} ?[/-] ?{SEQUENCE_LETTER}|{SEQUENCE_LETTER}[:?]"
    rf"|(?:{SEQUENCE_LETTER}|[OBAKM]:?e|[AF]m|[BAF]p)(?: [A-E])?",
    re.ASCII,
)
"""What may stand without subtype and luminosity: more than this would read ordinary words.

A letter with at most one peculiarity and a quality letter, or two letters."""
WHITE_DWARF = re.compile(r"WD|D(?:[CX]|[ABOQZ]{1,3})\d?(?:\.\d)?[VHPE]?:?", re.ASCII)
"""Classes of white dwarfs (Sion et al. 1983, ApJ 269, 253); C (no lines) and X stand alone."""
COMPANION = re.compile(r"(?<!\()(?<!\( )\+(?= ?\(?(?:[es]?[sS]?d)?[OBAFGKMLTYDW])", re.ASCII)
"""The sign between the types of two stars; in `K1III(+M)` the companion is only a remark."""
