"""Planet form: the fields of a planet, made from the table of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from exohabit.science.columns import BY_NAME, Column
from exohabit.web.words import HELP, PLAIN_NAMES, range_texts, unit_text, value_text

PRESETS = (
    *("Earth", "Mars", "Venus", "Jupiter"),
    *("TRAPPIST-1 e", "Kepler-186 f", "K2-18 b", "51 Peg b"),
)
_MAIN_FIELDS = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype")
_MORE_FIELDS = tuple(name for name in BY_NAME if name not in _MAIN_FIELDS)
_SUN_LIKE, _RED_DWARF = "G2 V", "M4 V"


class Field(NamedTuple):
    """A field of the form."""

    name: str
    label: str
    unit: str
    help: str
    value: str
    catalog: str
    """The value of the known planet; empty if there is none."""
    note: str
    """Why the catalogue's value is not used; empty if it is."""
    problem: str


class WhatIf(NamedTuple):
    """A change of a known planet that people often try."""

    text: str
    changes: dict[str, str]


def make_fields(
    texts: Mapping[str, str],
    row: Mapping[str, Any] | None,
    notes: Mapping[str, str],
    problems: Mapping[str, str],
) -> dict[str, list[Field]]:
    """Return the fields that everybody sees, and the others.

    Args:
        texts: what was entered, by column.
        row: the catalogue's values of the known planet.
        notes: why values of the catalogue are not used, by column.
        problems: what is wrong with what was entered, by column.
    """

    def field(name: str) -> Field:
        column = BY_NAME[name]
        catalog = value_text(row[name]) if row else ""
        return Field(
            name=name,
            label=PLAIN_NAMES[name],
            unit=unit_text(column),
            help=f"{HELP[name]}{_range_text(column)}",
            value=texts.get(name, catalog),
            catalog=catalog,
            note=notes.get(name, "") if texts.get(name, catalog) == catalog else "",
            problem=problems.get(name, ""),
        )

    return {
        "main": [field(name) for name in _MAIN_FIELDS],
        "more": [field(name) for name in _MORE_FIELDS],
    }


def make_what_ifs(row: Mapping[str, Any]) -> list[WhatIf]:
    """Return changes to try with a known planet; values that follow from others are emptied."""
    radius, axis = row["pl_rade"], row["pl_orbsmax"]
    found = []
    if radius is not None:
        found += [
            WhatIf("twice its radius", _resized(2 * radius)),
            WhatIf("half its radius", _resized(radius / 2)),
        ]
    light = {"pl_insol": "", "pl_eqt": ""}
    if axis is not None:
        moved = {"pl_orbsmax": f"{2 * axis:.6g}", "pl_orbper": "", **light}
        found.append(WhatIf("twice as far from its star", moved))
    for text, spectral_type in (("Sun", _SUN_LIKE), ("red dwarf", _RED_DWARF)):
        if not str(row["st_spectype"] or "").startswith(spectral_type[0]):
            star = {"st_spectype": spectral_type, "st_teff": "", "st_rad": "", "st_mass": ""}
            orbit = {"pl_orbper": ""} if axis is not None else {}
            article = "the" if text == "Sun" else "a"
            found.append(WhatIf(f"around {article} {text}", star | orbit | light))
    return [each for each in found if _is_in_range(each.changes)]


def _resized(radius: float) -> dict[str, str]:
    return {"pl_rade": f"{radius:.6g}", "pl_bmasse": ""}


def _is_in_range(changes: Mapping[str, str]) -> bool:
    bounds = {name: BY_NAME[name].range for name, text in changes.items() if text}
    return all(
        each is None or each[0] <= float(changes[n]) <= each[1] for n, each in bounds.items()
    )


def _range_text(column: Column) -> str:
    if column.range is None:
        return ""
    low, high = range_texts(column.range)
    return f" From {low} to {high}."
