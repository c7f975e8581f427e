"""Column names: how each column of a user's model is computed, by its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from exohabit.custom_model.refusal import Refused, shown
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.features import FEATURES
from exohabit.science.spectral_types import read_spectral_type
from exohabit.scoring.custom_manifest import COLUMN, LETTER, NO_TYPE, ORDINAL, TYPE, ModelColumn

TYPE_COLUMN = "st_spectype"
_ONE_HOT = re.compile(rf"(?:{TYPE_COLUMN}|(x[0-9]+))_(.+)")
"""A column of one category, as pandas and scikit-learn name it."""
_STEP = re.compile(r"[A-Za-z][A-Za-z0-9_ -]*?__(.+)")
"""scikit-learn's ColumnTransformer puts the name of a step before that of a column."""
_MISSING = frozenset(
    ("nan", "NaN", "None", "<NA>", "NA", "Unknown", "unknown", "missing", "Missing")
)
"""Categories that stand for a type that is not known."""
_UNDERSTOOD = (
    f"numeric columns ({', '.join(NUMERIC_NAMES)}), features of ExoHabit "
    f"({', '.join(name for name in FEATURES if name not in NUMERIC_NAMES)}), one-hot columns of "
    f"the spectral type ({TYPE_COLUMN}_G, {TYPE_COLUMN}_G2 V, x4_M), and its class as a number "
    f"with --ordinal {TYPE_COLUMN}=O,B,A,F,G,K,M"
)
_LISTED = 5


def identify_columns(
    names: Sequence[str], ordinals: Mapping[str, str] | None = None
) -> tuple[ModelColumn, ...]:
    """Find out how each column of a model is computed.

    Args:
        names: the columns, in the model's order.
        ordinals: columns that hold the position of the type's first letter in these letters.

    Raises:
        Refused: some are not understood; the text names them and what is understood.
    """
    ordinals = ordinals or {}
    absent = [name for name in ordinals if name not in names]
    if absent:
        raise Refused(f"--ordinal names {shown(absent[0])}, which is not a column of the model")
    short = {name: _without_step(name) for name in names}
    of_types = [(name, _ONE_HOT.fullmatch(short[name])) for name in names if name not in ordinals]
    matches = {name: match for name, match in of_types if match}
    _check_positions([*matches.values()])
    categories = {name: match[2] for name, match in matches.items()}
    # Categories are first letters only if none of them is a longer text.
    is_letter = all(len(each) == 1 for each in categories.values() if each not in _MISSING)
    found = {name: ModelColumn(name, COLUMN, short[name]) for name in names}
    found |= {name: _one_hot(name, each, is_letter=is_letter) for name, each in categories.items()}
    found |= {name: ModelColumn(name, ORDINAL, letters) for name, letters in ordinals.items()}
    unknown = [c.name for c in found.values() if c.kind == COLUMN and c.source not in FEATURES]
    if unknown:
        raise Refused(_not_understood(unknown))
    return tuple(found.values())


def _without_step(name: str) -> str:
    match = _STEP.fullmatch(name)
    return match[1] if match else name


def _check_positions(matches: Sequence[re.Match[str]]) -> None:
    """Refuse one-hot columns of anything else than the type, and of several inputs.

    Only the number of a column tells in `x4_M` what it is, so its categories must be types.
    """
    positions = {match[1] for match in matches}
    if len(positions) > 1:
        names = ", ".join(sorted(f"{each or TYPE_COLUMN}_..." for each in positions))
        raise Refused(f"one-hot columns of several inputs ({names}); only the type is text")
    for match in matches:
        if match[1] and not (match[2] in _MISSING or _is_type(match[2])):
            raise Refused(f"{shown(match[0])} is not a one-hot column of the spectral type")


def _is_type(text: str) -> bool:
    try:
        read_spectral_type(text)
    except ValueError:
        return len(text) == 1 and text.isalpha()
    return True


def _one_hot(name: str, category: str, *, is_letter: bool) -> ModelColumn:
    if category in _MISSING:
        return ModelColumn(name, NO_TYPE, "")
    return ModelColumn(name, LETTER if is_letter else TYPE, category.strip(" "))


def _not_understood(unknown: Sequence[str]) -> str:
    described = []
    for name in unknown[:_LISTED]:
        near = difflib.get_close_matches(name.lower(), [*FEATURES, TYPE_COLUMN], n=2, cutoff=0.6)
        described.append(shown(name) + (f" (near: {', '.join(near)})" if near else ""))
    more = f" and {len(unknown) - _LISTED} more" if len(unknown) > _LISTED else ""
    return (
        f"columns that ExoHabit does not understand: {', '.join(described)}{more}. It understands "
        f"{_UNDERSTOOD}"
    )
