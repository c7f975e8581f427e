"""Lots: the planets of a long answer, made some at a time.

A hundred thousand of them, made and kept until the last is written, are where the caches of the
processor are not. Made and written some thousand at a time, they take a third less time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

import msgspec

LOT = 2_000
"""Planets at a time."""

Told_co = TypeVar("Told_co", covariant=True)


class LazyList(Sequence[Told_co]):
    """A sequence of what is told of planets; each of them is made when it is asked for."""

    def __init__(self, length: int, make: Callable[[slice], list[Told_co]]) -> None:
        """Take how many there are, and what makes some of them."""
        self._length = length
        self._make = make

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Told_co: ...
    @overload
    def __getitem__(self, index: slice) -> list[Told_co]: ...
    def __getitem__(self, index: int | slice) -> Told_co | list[Told_co]:
        if isinstance(index, slice):
            return self._make(index)
        at = range(self._length)[index]
        return self._make(slice(at, at + 1))[0]

    def __iter__(self) -> Iterator[Told_co]:
        for lot in self.chunks():
            yield from lot

    def chunks(self) -> Iterator[list[Told_co]]:
        """Make all of them, some at a time."""
        for start in range(0, self._length, LOT):
            yield self._make(slice(start, start + LOT))


def leave_out(value: object) -> msgspec.Raw:
    """Leave lots out of what is written as JSON, as an `enc_hook` of msgspec's.

    Raises:
        NotImplementedError: it is anything else, which is how msgspec asks to be told.
    """
    if not isinstance(value, LazyList):
        raise NotImplementedError(f"{type(value)} is not written as JSON")
    return msgspec.Raw(_HERE)


def fill_in(around: bytes, chunks: LazyList[Any]) -> bytearray:
    """Write lots as a list in JSON where they were left out.

    Raises:
        ValueError: none were, or more than one such list.
    """
    before, behind = around.split(_HERE)
    text = bytearray(before + b"[")
    for lot in chunks.chunks():
        # A list in itself: its bracket goes over that of the one before, and a comma over its own,
        # so that [{…}] and [{…}] become [{…},{…}].
        end = len(text) - 1
        _ENCODER.encode_into(lot, text, end)
        text[end] = _COMMA
    text[len(before)] = _BRACKET
    text += behind if chunks else b"]" + behind
    return text


_ENCODER = msgspec.json.Encoder()
_COMMA, _BRACKET = b",["
_HERE = b"\0"
"""No JSON holds this byte."""
