"""Problem words: the page's messages about wrong values in the form.

Messages of the API are for programs: they name limit flags, which the form does not have, and
repeat a number as it was read.
"""

from __future__ import annotations

from collections.abc import Mapping

from exohabit.inputs.problems import Problem
from exohabit.science.columns import BY_NAME, Column
from exohabit.web.words import PLAIN_NAMES, plain, range_texts, unit_text

NOT_ENOUGH, UNKNOWN_PLANET = "not_enough_data", "unknown_planet"
_VALUE_CODES = ("wrong_type", "out_of_range", "unknown_spectral_type")
_MAX_TYPED = 60
_HINTS = {
    "send the value, and 1 or -1 as its limit flag": "a limit counts as not measured: leave the "
    "field empty",
    "send the value alone; errors have columns of their own": "enter the value without its error",
}
"""Hints of the API that mean something else in the form."""
NEEDED_VALUES = (
    "Give a radius or a mass, and one of: temperature, light received, or orbit and star."
)


def problem_words(problem: Problem, texts: Mapping[str, str]) -> str:
    """Return a problem in words.

    Args:
        problem: of the API.
        texts: what was entered, by column.
    """
    column = BY_NAME.get(problem.parameter or "")
    if column is not None and problem.code in _VALUE_CODES:
        return _value_words(problem, column, texts.get(column.name, ""))
    if problem.code == NOT_ENOUGH:
        return f"Too little is known to score this planet. {NEEDED_VALUES}"
    if problem.code == UNKNOWN_PLANET:
        ending = " Did you mean one of these?" if problem.choices else ""
        return f"No known planet is called {problem.received}.{ending}"
    return plain(problem.message)


def _value_words(problem: Problem, column: Column, text: str) -> str:
    typed = text if len(text) <= _MAX_TYPED else f"{text[: _MAX_TYPED - 1]}…"
    wanted = "a spectral type such as G, G2 V or M5.5 V"
    if column.range is not None:
        low, high = range_texts(column.range)
        wanted = f"a number from {low} to {high} {unit_text(column)}".rstrip()
    hint = problem.message.partition(problem.expected or "\n")[2]
    for said, better in _HINTS.items():
        hint = hint.replace(said, better)
    return f"{PLAIN_NAMES[column.name]} is “{typed}”; expected {wanted}, or nothing{hint}"
