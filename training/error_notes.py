"""Error notes: a person's explanations of wrong predictions, one for each planet.

Notes outlive the model for which they were written. The card shows only those of planets with a
wrong prediction, and a wrong prediction without a note as not looked at.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

NOTES = Path(__file__).with_name("failures.csv")
KINDS = ("model", "data", "label")
"""The cause of a wrong prediction: the model, the values it was given, or the label."""


class ErrorNote(NamedTuple):
    """Why the prediction for a planet is wrong."""

    kind: str
    """One of `KINDS`."""
    text: str


NOT_LOOKED_AT = ErrorNote("", "not looked at yet")


def read_notes(path: Path) -> dict[str, ErrorNote]:
    """Return the notes by planet; empty if there is no file.

    Raises:
        ValueError: a note has another kind than those in `KINDS`.
    """
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        notes = {
            row["pl_name"]: ErrorNote(row["kind"], row["reason"]) for row in csv.DictReader(lines)
        }
    for name, note in notes.items():
        if note.kind not in KINDS:
            raise ValueError(f"{path.name}: {name} has the kind {note.kind!r}, not one of {KINDS}")
    return notes
