"""Finder: finds the known planet that a text names, or planets with similar names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from itertools import islice

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from exohabit.catalog.names.aliases import split, without_component, without_primary
from exohabit.catalog.names.index import NameIndex
from exohabit.catalog.names.keys import key_of

MAX_NEAREST = 5
"""Names that are offered for an unknown one."""


@dataclass(frozen=True)
class Ambiguous:
    """A text that names several planets: those of a star, mostly."""

    choices: tuple[str, ...]


@dataclass(frozen=True)
class Unknown:
    """A text that names no known planet."""

    key: str
    _find_nearest: Callable[[str], list[str]] = field(repr=False, compare=False)

    @cached_property
    def nearest(self) -> list[str]:
        """Names of planets that may be meant, at most five; costs about a millisecond.

        Those that it is the beginning of, otherwise those that look most like it.
        """
        return self._find_nearest(self.key)


class Finder:
    """Finds known planets by their names, however these are spelled."""

    def __init__(self, index: NameIndex) -> None:
        self._planets, self._names = index.planets, index.names
        self._aliases, self._identifiers = index.aliases, index.identifiers

    def find(self, text: str) -> str | Ambiguous | Unknown:
        """Find the planet that a text names.

        A planet's own name comes before every other meaning of a text. The name of a star means
        its planet if it has only one.
        """
        key = key_of(text)
        found = self._planets_of(key) or (self._of_primary(text) if key else ())
        if not found:
            return Unknown(key, self._nearest)
        if len(found) == 1:
            return self._planets[found[0]]
        return Ambiguous(tuple(self._planets[i] for i in found))

    def similar(self, name: str) -> list[str]:
        """List the other planets whose name differs by one letter, or by two that are swapped."""
        key = key_of(name)
        near = extract(key, self._names.keys, scorer=OSA.distance, score_cutoff=1, limit=None)
        found = sorted(self._names.planets[i] for other, _, i in near if other != key)
        return [self._planets[i] for i in found]

    def suggest(self, text: str, limit: int = 10) -> list[str]:
        """List planets that a text may be the beginning of, in natural order.

        Those that it names come first, then those whose own name begins with it, then those with
        another such name.
        """
        return self._beginning_with(key_of(text), limit)

    def _beginning_with(self, key: str, limit: int) -> list[str]:
        if not key:
            return []
        exact = sorted(set(self._planets_of(key)))[:limit]
        beginning = (i for i in self._names.planets_with_prefix(key) if i not in exact)
        found = [*exact, *nsmallest(limit - len(exact), beginning)]
        if len(found) < limit:
            others = {
                *self._aliases.planets_with_prefix(key),
                *self._identifiers.planets_with_prefix(key),
            }
            found += nsmallest(limit - len(found), others.difference(found))
        return [self._planets[i] for i in found]

    def _planets_of(self, key: str) -> Sequence[int]:
        return (
            self._names.planets_of(key) or self._aliases.planets_of(key) or self._of_identifier(key)
        )

    def _of_identifier(self, key: str) -> Sequence[int]:
        """Find planets by a number of their star, as HD 10700, with or without a letter."""
        star, letter = key[:-1], key[-1:]
        return self._identifiers.planets_of(key) or [
            i for i in self._identifiers.planets_of(star) if split(self._planets[i])[1] == letter
        ]

    def _of_primary(self, text: str) -> list[int]:
        """Find planets of a primary star when the text adds an A that the catalogue omits."""
        shorter = without_primary(text)
        found = self._planets_of(key_of(shorter)) if shorter else ()
        return [i for i in found if _part_of(self._planets[i]) in _PRIMARY_COMPONENTS]

    def _nearest(self, key: str) -> list[str]:
        """Return planets that an unknown key may mean."""
        star, point, _ = key.rpartition(".")
        if point and (of_star := sorted(set(self._planets_of(star)))):
            return [self._planets[i] for i in of_star[:MAX_NEAREST]]
        # One wrong digit of a candidate may be a typo; two are another star.
        cutoff = 1 if point else max(1, len(key[:_MAX_COMPARED]) // 4)
        return self._beginning_with(key, MAX_NEAREST) or self._similar_keys(key, cutoff)

    def _similar_keys(self, key: str, cutoff: int) -> list[str]:
        """Return the planets whose keys are nearest by letters changed, added, lost or swapped."""
        key = key[:_MAX_COMPARED]
        near = sorted(
            (distance, rank, keys.planets[i])
            for rank, keys in enumerate((self._names, self._aliases))
            for _, distance, i in extract(
                key, keys.keys, scorer=OSA.distance, score_cutoff=cutoff, limit=4 * MAX_NEAREST
            )
        )
        found = dict.fromkeys(i for _, _, i in near)
        return [self._planets[i] for i in islice(found, MAX_NEAREST)]


def _part_of(planet: str) -> str:
    """Return which part of a multiple star a planet belongs to by its name; mostly empty."""
    return without_component(split(planet)[0])[1]


_PRIMARY_COMPONENTS = ("", "A", "Aa", "AB", "ABC")
"""Component letters of a primary star in planet names."""
_MAX_COMPARED = 50
"""Letters and digits of a name that are compared; the archive's longest has 31."""
