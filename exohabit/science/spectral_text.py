"""Spectral text: the text of a spectral type in plain ASCII, as the patterns expect it.

Tables write `M0.0&plusmn;0.5 V`, `G2–G5 V`, `M8γ` and no-break spaces. Only signs, spaces and the
Greek letters of gravity classes are replaced. Other letters stay: U+212A KELVIN SIGN is not a K.
"""

from __future__ import annotations

import html
import re

MAX_RAW_LENGTH = 80
"""Longest text that is read; a sign may be written as an entity of eight characters."""
MAX_LENGTH = 40
"""Longest spectral type, in normalized characters."""

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(_SPACES + "\u202f\u205f\u3000", " "),
        # Hyphens, dashes and the minus sign.
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2044\u2215\uff0f", "/"),
        **dict.fromkeys("\uff0b\u207a", "+"),
        "\u207b": "-",
        "\u00b1": "+/-",
        "\u00bd": ".5",
        "\uff1a": ":",
        "\uff08": "(",
        "\uff09": ")",
        "\u03b1": "alpha",
        "\u03b2": "beta",
        "\u03b3": "gamma",
        "\u03b4": "delta",
    }
)
_SPACE_RUN = re.compile(r" {2,}")
_TO = re.compile(r" (?:to|or) ")


def normalize_spectral_text(text: str) -> str | None:
    """Return the text in ASCII without needless spaces; None if that is not possible.

    A line break is not a space, because a type never spans two lines.
    """
    if len(text) > MAX_RAW_LENGTH:
        return None
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii() or "\t" in text:
        text = text.translate(_SIGNS)
    # Checked again, because one character may have become several.
    if not text.isascii() or len(text) > MAX_LENGTH:
        return None
    return _TO.sub("/", _SPACE_RUN.sub(" ", text.strip(" ")))
