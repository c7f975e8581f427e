"""Refusal: the error that says in one line why a model is not adopted."""

from __future__ import annotations

EXPORT = (
    'Export the booster, which needs no pickle: clf.get_booster().save_model("model.ubj"), '
    "then adopt model.ubj"
)
_MAX_SHOWN = 80


class Refused(Exception):
    """A model that is not adopted; the text is one line for the user."""


def printable(text: str) -> str:
    """Return a user's text with control characters and broken bytes escaped."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def short_ascii(text: str) -> str:
    """Return a text from a file as short printable ASCII."""
    plain = ascii(text)[1:-1]
    return plain if len(plain) <= _MAX_SHOWN else f"{plain[:_MAX_SHOWN]}..."
