"""Column names: how each column of a user's model is computed, by its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from exohabit.custom_model.one_hot import is_type, is_word, read_categories
from exohabit.custom_model.refusal import Refused, short_ascii
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.features import FEATURES
from exohabit.scoring.custom_manifest import COLUMN, ORDINAL, ModelColumn

TYPE_COLUMN = "st_spectype"
ORDINAL_NAMES = (
    TYPE_COLUMN,
    *(f"{TYPE_COLUMN}_{end}" for end in ("class", "code", "encoded", "letter", "ordinal")),
    *("st_class", "spectral_class", "spectral_type", "star_class", "stellar_class"),
    *("spec", "spec_class", "spec_type", "spectype", "spt", "sptype"),
)
"""Columns that may hold the star's class as a number."""
_ONE_HOT = re.compile(rf"(?:{TYPE_COLUMN}|(x[0-9]+))_(.+)")
"""A column of one category, as pandas and scikit-learn name it."""
_STEP = re.compile(r"[A-Za-z][A-Za-z0-9_ -]*?__(.+)")
"""scikit-learn's ColumnTransformer puts the name of a step before that of a column."""
_UNDERSTOOD_COLUMNS = (
    f"numeric columns ({', '.join(NUMERIC_NAMES)}), features of ExoHabit "
    f"({', '.join(name for name in FEATURES if name not in NUMERIC_NAMES)}), one-hot columns of "
    f"the spectral type ({TYPE_COLUMN}_G, {TYPE_COLUMN}_G2 V, x4_M), and its class as a number "
    f"with --ordinal {TYPE_COLUMN}=O,B,A,F,G,K,M"
)
_MAX_NAMED = 5


def identify_columns(
    names: Sequence[str],
    ordinals: Mapping[str, str] | None = None,
    unknown_type: str | None = None,
    *,
    whole_types: bool = False,
) -> tuple[ModelColumn, ...]:
    """Identify how each column of a model is computed, by its name.

    Args:
        names: the columns, in the model's order.
        ordinals: columns that hold the position of the type's first letter in these letters.
        unknown_type: the one-hot column that is 1 where the type is not known, or "none".
        whole_types: whether the categories are whole types, even if all are short.

    Raises:
        Refused: some are not understood; the text names them and what is understood.
    """
    ordinals = ordinals or {}
    short = {name: _without_step(name) for name in names}
    _check_ordinals(ordinals, short)
    categories = _categories({k: v for k, v in short.items() if v not in ORDINAL_NAMES})
    found = {name: ModelColumn(name, COLUMN, short[name]) for name in names}
    if categories or unknown_type:
        found |= read_categories(categories, unknown_type, are_whole=whole_types)
    found |= {name: ModelColumn(name, ORDINAL, letters) for name, letters in ordinals.items()}
    unknown = [c.name for c in found.values() if c.kind == COLUMN and c.source not in FEATURES]
    if unknown:
        raise Refused(_not_understood(unknown, short))
    return tuple(found.values())


def _without_step(name: str) -> str:
    match = _STEP.fullmatch(name)
    return match[1] if match else name


def _check_ordinals(ordinals: Mapping[str, str], short: Mapping[str, str]) -> None:
    for name in ordinals:
        if name not in short:
            raise Refused(
                f"--ordinal names {short_ascii(name)}, which is not a column of the model"
            )
        if short[name] not in ORDINAL_NAMES:
            raise Refused(
                f"--ordinal is for the star's class ({', '.join(ORDINAL_NAMES)}), not for "
                f"{short_ascii(name)}"
            )


def _categories(short: Mapping[str, str]) -> dict[str, str]:
    """Return the category of each one-hot column, by its name.

    Only the number of a column tells in `x4_M` what it is, so its categories must be types.

    Raises:
        Refused: they are of several columns, or of another column than the type.
    """
    matches = {name: match for name, each in short.items() if (match := _ONE_HOT.fullmatch(each))}
    positions = {match[1] for match in matches.values()}
    if len(positions) > 1:
        names = ", ".join(sorted(f"{each or TYPE_COLUMN}_..." for each in positions))
        raise Refused(f"one-hot columns of several inputs ({names}); only the type is text")
    for match in matches.values():
        if match[1] and not (is_word(match[2]) or is_type(match[2].strip(" "))):
            raise Refused(f"{short_ascii(match[0])} is not a one-hot column of the spectral type")
    return {name: match[2] for name, match in matches.items()}


def _not_understood(unknown: Sequence[str], short: Mapping[str, str]) -> str:
    classes = [name for name in unknown if short[name] in ORDINAL_NAMES]
    described = []
    for name in unknown[:_MAX_NAMED]:
        near = [] if name in classes else _near(short[name].lower())
        hint = f" (did you mean {' or '.join(near)}?)" if near else ""
        described.append(short_ascii(name) + hint)
    more = f" and {len(unknown) - _MAX_NAMED} more" if len(unknown) > _MAX_NAMED else ""
    return (
        f"columns that ExoHabit does not understand: {', '.join(described)}{more}. "
        f"{_how_to_say_ordinal(classes[0]) if classes else ''}It understands {_UNDERSTOOD_COLUMNS}"
    )


def _near(name: str) -> list[str]:
    """Return at most two columns that a name is similar to, with or without their prefixes."""
    columns = [*FEATURES, TYPE_COLUMN]
    spelled = {each.removeprefix("pl_").removeprefix("st_"): each for each in columns}
    spelled |= {each: each for each in columns}
    found = difflib.get_close_matches(name, spelled, n=4, cutoff=0.6)
    return list(dict.fromkeys(spelled[each] for each in found))[:2]


def _how_to_say_ordinal(name: str) -> str:
    option = f"--ordinal {short_ascii(name)}=O,B,A,F,G,K,M"
    return (
        f"If {short_ascii(name)} is the star's class as a number, say {option} (with make: "
        f'OPTIONS="{option}"), with the letters in the order of your numbers, from 0. '
    )
