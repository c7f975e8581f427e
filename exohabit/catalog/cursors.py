"""Cursors: positions in a list of known planets, as texts that clients send back."""

from __future__ import annotations

import base64

import msgspec

from exohabit.inputs.problems import RequestError


class StaleCursor(RequestError):
    """The cursor is of a catalogue that was replaced, or of another model."""

    code = "stale_cursor"
    pointer = None

    def __init__(self) -> None:
        super().__init__("The catalogue has changed since this cursor was made: start again.")


class Cursor(msgspec.Struct, array_like=True, frozen=True):
    """A position in the planets of a query."""

    digest: str
    """The catalogue."""
    query: str
    """A hash of the query."""
    offset: int

    def is_like(self, other: Cursor) -> bool:
        """Whether it is a possible position in the planets of the same query."""
        return self.query == other.query and 0 <= self.offset < 2**31


def write_cursor(cursor: Cursor) -> str:
    """Return a cursor as text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode()


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor that a text stands for; None if it stands for none."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text), type=Cursor)
    except ValueError:  # not base64, not JSON, or of other types
        return None
