"""Tracking parameters: parameters that other sites add to links to a page."""

from __future__ import annotations

import re

_TRACKING = re.compile(
    r"utm_\w+|_ga|_gl|_hs\w+|mc_[ce]id|mkt_tok|igshid|yclid|msclkid|twclid|ttclid|fbclid|gclid"
    r"|gclsrc|gbraid|wbraid|dclid|li_fat_id|ref_src",
    re.ASCII,
)


def is_tracking(name: str) -> bool:
    """Whether a query parameter only tells where a visitor came from."""
    return _TRACKING.fullmatch(name) is not None
