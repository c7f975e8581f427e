"""Parts: a long list of planets in JSON, cut between two of them here and there.

So some can be read and scored while the others are not even decoded.

The trap: what looks like the place between two planets may lie within a text. Then the parts beside
it are no JSON, which whoever decodes them finds out. If all of them are lists, so is the whole, of
the same planets, since a list is cut at commas only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIZE = 150_000
"""Bytes of a part, about: those of a thousand planets."""
_BEFORE = re.compile(rb'[ \t\n\r]*+(?:(\{)[ \t\n\r]*+"planets"[ \t\n\r]*+:[ \t\n\r]*+)?\[')
_BETWEEN = re.compile(rb"\}[ \t\n\r]*+(,)[ \t\n\r]*+\{")
_BEHIND = {
    None: re.compile(rb"\][ \t\n\r]*+"),
    b"{": re.compile(rb"\][ \t\n\r]*+\}[ \t\n\r]*+"),
}
"""What ends a list that is the whole body, and one in an envelope."""


def parts(body: bytes, size: int = _SIZE) -> Iterator[bytes] | None:
    """Cut a list of planets, or {"planets": a list}, into lists of about so many bytes.

    None if it is neither, or shorter than that.
    """
    if len(body) < size:
        return None
    before, end = _BEFORE.match(body), body.rfind(b"]")
    if before is None or end - before.end() < size or not _BEHIND[before[1]].fullmatch(body, end):
        return None
    return _cut(body, before.end(), end, size)


def _cut(body: bytes, start: int, end: int, size: int) -> Iterator[bytes]:
    seen = memoryview(body)
    while start < end:
        between = _BETWEEN.search(body, start + size, end)
        stop = between.start(1) if between else end
        yield b"".join((b"[", seen[start:stop], b"]"))
        start = stop + 1
