"""Query parameters: what endpoints take, other than a planet's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter that an endpoint takes."""

    name: str
    meaning: str
    expected: str
    schema: dict[str, Any]
    """JSON schema of its value."""
    is_valid: Callable[[str], bool]
    read: Callable[[str], Any] = str
    """Turns a valid text into the value."""

    @property
    def is_list(self) -> bool:
        """Whether it takes several values: separated by commas, or the parameter repeated."""
        return bool(self.schema["type"] == "array")


def is_count(text: str) -> bool:
    """Whether a text is an integer from 1 to 999,999,999."""
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1


TOP = Parameter(
    "top",
    "how many planets of the ranking to keep, starting with the first",
    "an integer from 1 to 999,999,999",
    {"type": "integer", "minimum": 1, "maximum": 999_999_999, "examples": [20]},
    is_count,
    int,
)


def _flag(name: str, meaning: str) -> Parameter:
    """Return a parameter that is true or false."""
    return Parameter(
        name,
        meaning,
        "true or false",
        {"type": "boolean", "default": False},
        lambda text: text.lower() in ("true", "false"),
        lambda text: text.lower() == "true",
    )


EXPLAIN = _flag("explain", "explain each score: what each feature adds to it")
UNCERTAINTY = _flag(
    "uncertainty", "give an interval for each score: how it varies with the inputs' errors"
)
CONTEXT = _flag(
    "context", "put each score in context: insolation, habitable zone, similarity, the definition"
)
EXTRAS_PARAMETERS = (EXPLAIN, UNCERTAINTY, CONTEXT)
"""Parameters that add optional extras to an answer."""

PARAMETER_OF_FIELD = {
    "explanation": EXPLAIN.name,
    "score_interval": UNCERTAINTY.name,
    "probability_habitable": UNCERTAINTY.name,
    "varied_inputs": UNCERTAINTY.name,
    "context": CONTEXT.name,
}
"""The parameter that adds a field to an answer; other fields need none."""

BY_SCORE, BY_LOWER_END = "score", "score_low"
ORDER_BY = Parameter(
    "order_by",
    f"rank by the score, or by the lower end of its interval ({BY_LOWER_END})",
    f"{BY_SCORE} or {BY_LOWER_END}",
    {"type": "string", "enum": [BY_SCORE, BY_LOWER_END], "default": BY_SCORE},
    lambda text: text in (BY_SCORE, BY_LOWER_END),
)

FAIL, SKIP = "fail", "skip"
ON_INVALID = Parameter(
    "on_invalid",
    f"what to do if some planets of a list have problems: refuse the request ({FAIL}), or answer "
    f"about the others and list these as not scored ({SKIP})",
    f"{FAIL} or {SKIP}",
    {"type": "string", "enum": [FAIL, SKIP], "default": FAIL},
    lambda text: text in (FAIL, SKIP),
)

OPTIONS = (
    *("top", "fields", "keep", "min_score", "unscored", "order_by", "on_invalid"),
    *("explain", "uncertainty", "context"),
)
"""Names that are parameters in an address, and mean nothing in a body."""


def fields_among(names: Sequence[str]) -> Parameter:
    """Return the parameter that keeps only some of the named fields of each planet."""
    names = tuple(dict.fromkeys(names))
    return Parameter(
        "fields",
        "which fields of each planet to keep, separated by commas; the others are left out",
        f"some of {','.join(names)}, separated by commas",
        {"type": "array", "items": {"type": "string", "enum": list(names)}, "minItems": 1},
        lambda text: set(text.split(",")) <= set(names),
        lambda text: tuple(dict.fromkeys(text.split(","))),
    )
