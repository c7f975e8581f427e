"""Reasons: why the model is wrong about a planet, as somebody who looked into it wrote it down.

The trap: reasons outlive the model they were written for. Only those are shown whose planet is
still misjudged, and a misjudged planet without one is shown as not looked at.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

NOTES = Path(__file__).with_name("failures.csv")
KINDS = ("model", "data", "label")
"""Whether the model errs, the values it was told, or the label."""


class ErrorNote(NamedTuple):
    """Why a planet is misjudged, and where the fault lies: one of `KINDS`."""

    kind: str
    text: str


NOT_LOOKED_AT = ErrorNote("", "not looked at yet")


def read_notes(path: Path) -> dict[str, ErrorNote]:
    """Read reasons by planet; none where there is no file.

    Raises:
        ValueError: a reason is of a kind that is none of `KINDS`.
    """
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        reasons = {
            row["pl_name"]: ErrorNote(row["kind"], row["reason"]) for row in csv.DictReader(lines)
        }
    for name, reason in reasons.items():
        if reason.kind not in KINDS:
            raise ValueError(f"{path.name}: {name} has the kind {reason.kind!r}, none of {KINDS}")
    return reasons
