"""Sorted keys: finds planets by a key or by its beginning, in little memory."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class SortedKeys:
    """Keys in order, and for each the index of its planet in a list.

    A key shared by several planets appears once for each. A dict would need twice the memory, and
    could not find the keys with a common beginning.
    """

    keys: list[str]
    planets: array[int]

    @classmethod
    def of(cls, entries: Iterable[tuple[str, int]]) -> SortedKeys:
        """Sort pairs of a key and a planet; repetitions and empty keys do not count."""
        ordered = [each for each, _ in groupby(sorted(entries)) if each[0]]
        return cls([key for key, _ in ordered], array("I", (planet for _, planet in ordered)))

    def planets_of(self, key: str) -> array[int]:
        """Return the planets of a key, in order."""
        start = end = bisect_left(self.keys, key)
        while end < len(self.keys) and self.keys[end] == key:
            end += 1
        return self.planets[start:end]

    def planets_with_prefix(self, key: str) -> array[int]:
        """Return the planets of all keys that begin with a key, in the order of the keys."""
        return self.planets[bisect_left(self.keys, key) : bisect_left(self.keys, key + _LAST)]


_LAST = chr(sys.maxunicode)
