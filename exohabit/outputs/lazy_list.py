"""Lazy list: the planets of a long answer, made a chunk at a time.

A hundred thousand planets that are all made before the first is written do not fit into the
processor's caches. Made and written in chunks, they take a third less time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

import msgspec

CHUNK = 2_000
"""Planets that are made at a time."""

Item_co = TypeVar("Item_co", covariant=True)


class LazyList(Collection[Item_co]):
    """A collection whose items are made when they are needed."""

    def __init__(self, length: int, make: Callable[[slice], list[Item_co]]) -> None:
        """`make` returns the items of a slice."""
        self._length = length
        self._make = make

    def __len__(self) -> int:
        return self._length

    def __contains__(self, item: object) -> bool:
        return any(item == each for each in self)

    def __iter__(self) -> Iterator[Item_co]:
        for chunk in self.chunks():
            yield from chunk

    def chunks(self) -> Iterator[list[Item_co]]:
        """Make all items, chunk by chunk."""
        for start in range(0, self._length, CHUNK):
            yield self._make(slice(start, start + CHUNK))


def encode_around(items: LazyList[Any], key: str, document: dict[str, Any]) -> bytearray:
    """Encode a document as JSON, with the items as the value of a key."""
    whole = _ENCODER.encode(document | {key: msgspec.Raw(_PLACEHOLDER)})
    before, after = whole.split(_PLACEHOLDER)
    text = bytearray(before + b"[")
    for chunk in items.chunks():
        # Each chunk is encoded as a list. It overwrites the bracket before it, and its own opening
        # bracket becomes a comma, so that [{…}] and [{…}] become [{…},{…}].
        end = len(text) - 1
        _ENCODER.encode_into(chunk, text, end)
        text[end] = _COMMA
    text[len(before)] = _BRACKET
    text += after if items else b"]" + after
    return text


_ENCODER = msgspec.json.Encoder()
_COMMA, _BRACKET = b",["
_PLACEHOLDER = b"\0"
"""A byte that never occurs in JSON."""
