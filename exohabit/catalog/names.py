"""Names: a stand-in for the keys by which names are looked up."""

from __future__ import annotations

import re


def key_of(name: str) -> str:
    """Return the key of a name."""
    return re.sub(r"[^a-z0-9+-]", "", name.casefold())
