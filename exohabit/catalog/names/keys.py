"""Keys: turns every spelling of a name into the same key."""

from __future__ import annotations

import re
from html import unescape
from unicodedata import normalize

from exohabit.inputs.limits import MAX_NAME


def key_of(name: str) -> str:
    """Return the key of a name; equal keys mean the same planet or star.

    It has the letters, without case and accents, and the digits. Spaces, hyphens, underscores,
    apostrophes and other signs are dropped. HTML entities are decoded, even if escaped twice. Two
    signs are kept: the sign of the declination in a BD, CD or CPD number, and the point before the
    two digits of a candidate, because KOI-12.01 is not KOI-1201.

    Args:
        name: any text.

    Returns:
        The key; empty if the name has neither letters nor digits, or is longer than `MAX_NAME`.
    """
    if len(name) > MAX_NAME:
        return ""
    if "&" in name:
        name = unescape(unescape(name))
    if name.isascii():
        key = name.translate(_ASCII)
    else:
        name = _fold(name)
        key = "".join(filter(str.isalnum, name))
    if "." in name and (candidate := _CANDIDATE.search(name)):
        key = f"{key[:-2]}.{candidate[1]}"
    if key.startswith(_SIGNED) and (sign := _SIGN.match(name)):
        length = len(sign[1])
        key = f"{key[:length]}{'+' if sign[2] == '+' else '-'}{key[length:]}"
    return key


def _fold(name: str) -> str:
    folded = normalize("NFKD", name)
    # One Arabic ligature becomes 18 characters. Other characters, such as mathematical letters,
    # become capitals, so casefold comes last.
    return folded.casefold() if len(folded) <= 2 * MAX_NAME else ""


def natural_order(name: str) -> list[str | int]:
    """Return a sort key for a name, so that "Kepler-2 b" comes before "Kepler-10 b"."""
    parts = _DIGITS.split(name[:MAX_NAME].casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)]


_ASCII = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_SIGNED = ("bd", "cd", "cpd")
_SIGN = re.compile(r"[\W_]*(bd|cd|cpd)[\s_]*([+‐‑‒–—−-])(?=[\s_]*[0-9])", re.IGNORECASE)
_CANDIDATE = re.compile(r"[0-9]\.([0-9]{2})[\W_]*$")
_DIGITS = re.compile(r"([0-9]+)")
