"""Page parameters: the state of a page in its address, so that a link shows the same view."""

from __future__ import annotations

from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.query_parameters import Parameter


def state(name: str, meaning: str) -> Parameter:
    """Return a parameter that the page's script reads; every short text is accepted."""
    return Parameter(
        name,
        meaning,
        f"at most {MAX_NAME} characters",
        {"type": "string", "maxLength": MAX_NAME},
        lambda text: len(text) <= MAX_NAME,
    )
