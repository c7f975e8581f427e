"""One-hot columns: the meaning of each category of the spectral type, found from all the names.

`df.st_spectype.str[0]` gives letters; the column itself gives whole types. A category may also
stand for unknown types, or for all other types. If the names have two possible meanings, the user
must say which one is right, because a wrong guess would give wrong scores without any sign of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from exohabit.custom_model.refusal import Refused, short_ascii
from exohabit.science.spectral_types import read_spectral_type
from exohabit.scoring.custom_manifest import (
    LETTER,
    NO_TYPE,
    OTHER,
    OTHER_OR_NO_TYPE,
    TYPE,
    ModelColumn,
)

NO_COLUMN = "none"
"""The option's value if no column is 1 where the type is not known."""
_UNKNOWN_WORDS = frozenset(("nan", "none", "null", "<na>", "na", "n/a", "unknown", "missing"))
_OTHER_WORDS = frozenset(("other", "others", "rare", "infrequent", "infrequent_sklearn"))
"""The last is scikit-learn's, for categories that are rare."""
_UNKNOWN_LETTERS = frozenset("UNn")
"""First letters of Unknown, None and nan. No spectral type begins with them."""
_ENDINGS = ("", "0", "A", "D", "M0", "dM0", "sdM0")
"""A letter can begin a type if the letter with one of these endings is a type."""
_MAX_BEGINNING = 2


def is_word(category: str) -> bool:
    """Whether a category is a word for unknown or other types."""
    return category.lower() in _UNKNOWN_WORDS | _OTHER_WORDS


def is_type(text: str) -> bool:
    """Whether a text is a spectral type, or can be the first letter of one."""
    if len(text) == 1:
        return text in _UNKNOWN_LETTERS or any(_can_be_read(text + rest) for rest in _ENDINGS)
    return _can_be_read(text)


def _can_be_read(text: str) -> bool:
    try:
        read_spectral_type(text)
    except ValueError:
        return False
    return True


def read_categories(
    categories: Mapping[str, str], unknown: str | None, *, are_whole: bool
) -> dict[str, ModelColumn]:
    """Return the meaning of each category.

    Args:
        categories: the category of each column, by the column's name.
        unknown: the column that is 1 where the type is not known; `NO_COLUMN` if there is none;
            None if the user does not say.
        are_whole: whether the user says that the categories are whole types.

    Raises:
        Refused: a category is not a type, or has two possible meanings.
    """
    if unknown not in (None, NO_COLUMN, *categories):
        raise Refused(
            f"--unknown-type names {short_ascii(str(unknown))}, which is not a one-hot column"
        )
    of_types = {name: each for name, each in categories.items() if not is_word(each)}
    if not are_whole and all(len(each) == 1 for each in of_types.values()):
        kind, found = LETTER, _read_letters(of_types, unknown)
    else:
        kind, found = TYPE, _read_types(of_types, unknown, are_whole=are_whole)
    for name, category in categories.items():
        if category.lower() in _UNKNOWN_WORDS:
            found[name] = ModelColumn(name, NO_TYPE, "")
    listed = tuple(each.source for each in found.values() if each.kind == kind)
    others = [name for name, each in categories.items() if each.lower() in _OTHER_WORDS]
    if len(others) > 1:
        raise Refused(
            f"{short_ascii(others[0])} and {short_ascii(others[1])} both stand for other types"
        )
    for name in others:
        found[name] = ModelColumn(name, _kind_of_other(name, unknown, found), kind, listed)
    return found


def _read_letters(letters: Mapping[str, str], unknown: str | None) -> dict[str, ModelColumn]:
    found = {}
    for name, letter in letters.items():
        if letter in _UNKNOWN_LETTERS or (letter == "u" and name == unknown):
            found[name] = ModelColumn(name, NO_TYPE, "")
            continue
        _check_type(name, letter, unknown)
        if letter == "u" and unknown is None:
            raise Refused(
                f"{short_ascii(name)} may hold unknown types or ultra-subdwarfs: say which, with "
                f"--unknown-type {short_ascii(name)} or --unknown-type {NO_COLUMN}"
            )
        found[name] = ModelColumn(name, LETTER, letter)
    return found


def _read_types(
    types: Mapping[str, str], unknown: str | None, *, are_whole: bool
) -> dict[str, ModelColumn]:
    stripped = {name: each.strip(" ") for name, each in types.items()}
    for name, each in stripped.items():
        _check_type(name, each, unknown)
    if not are_whole and max(map(len, stripped.values())) <= _MAX_BEGINNING:
        raise Refused(
            "its categories of the spectral type have two characters at most, so they may be "
            "beginnings of types (str[:2]): train it with the first letter, or say --whole-types"
        )
    return {name: ModelColumn(name, TYPE, each) for name, each in stripped.items()}


def _check_type(name: str, category: str, unknown: str | None) -> None:
    """Refuse a category that is not a type, or that holds both known and unknown types."""
    if not is_type(category):
        raise Refused(
            f"{short_ascii(name)} is not a spectral type, nor a word for unknown types "
            "(Unknown, nan) or for others (Other)"
        )
    if name == unknown and category != "u":
        raise Refused(
            f"{short_ascii(name)} is the column of a spectral type: train it again with another "
            "category for unknown types, or with none"
        )


def _kind_of_other(name: str, unknown: str | None, found: Mapping[str, ModelColumn]) -> str:
    """Return whether the column of other types is also 1 where the type is not known."""
    if name == unknown:
        return OTHER_OR_NO_TYPE
    if unknown is not None or any(each.kind == NO_TYPE for each in found.values()):
        return OTHER
    raise Refused(
        f"{short_ascii(name)} may be 1 or 0 where the type is not known: say which, with "
        f"--unknown-type {short_ascii(name)} or --unknown-type {NO_COLUMN}"
    )
