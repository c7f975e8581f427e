"""Refusal: why a model is not adopted, in one line."""

from __future__ import annotations

EXPORT = (
    'Export the booster, which needs no pickle: clf.get_booster().save_model("model.ubj"), '
    "then adopt model.ubj"
)
_LONGEST = 80


class Refused(Exception):
    """A model that is not adopted; the text is one line for the user."""


def printable(text: str) -> str:
    """Return a text of the user with escapes in place of control characters and broken bytes."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def shown(text: str) -> str:
    """Return a text from a file as short printable ASCII."""
    plain = ascii(text)[1:-1]
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}..."
