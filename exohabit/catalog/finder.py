"""Finder: which known planet a text names, and which it may have meant."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from itertools import chain, groupby, islice

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from exohabit.catalog import well_known
from exohabit.catalog.aliases import names_of, primary, split, without_component
from exohabit.catalog.names import key_of, natural_order
from exohabit.catalog.sorted_keys import SortedKeys

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
        """The names of planets that look most like it, at most five; costs about a millisecond."""
        return self._find_nearest(self.key)


class Finder:
    """Finds known planets by their names, however these are spelled.

    Args:
        planets: name and host star of each; the host may be empty.
        aliases: other names of planets, and the names that they have in `planets`. That of a
            planet that is not there does not count.
    """

    def __init__(
        self, planets: Iterable[tuple[str, str]], aliases: Iterable[tuple[str, str]] = ()
    ) -> None:
        hosts = dict(planets)
        self._planets = sorted(hosts, key=natural_order)
        self._names = SortedKeys((key_of(name), i) for i, name in enumerate(self._planets))
        others = chain(self._keys_by_host(hosts), self._keys_by_alias(aliases))
        self._aliases = SortedKeys(each for each in others if not self._names.under(each[0]))

    def find(self, text: str) -> str | Ambiguous | Unknown:
        """Find the planet that a text names.

        A planet's own name comes before every other meaning of a text. The name of a star means
        its planet if it has only one.
        """
        key = key_of(text)
        found = self._under(key) or (self._of_primary(text) if key else ())
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
        key = key_of(text)
        if not key:
            return []
        exact = sorted(set(self._under(key)))[:limit]
        beginning = (i for i in self._names.beginning_with(key) if i not in exact)
        found = [*exact, *nsmallest(limit - len(exact), beginning)]
        if len(found) < limit:
            others = set(self._aliases.beginning_with(key)).difference(found)
            found += nsmallest(limit - len(found), others)
        return [self._planets[i] for i in found]

    def _under(self, key: str) -> array[int]:
        return self._names.under(key) or self._aliases.under(key)

    def _of_primary(self, text: str) -> list[int]:
        """Find planets of star A of several, by a text that says A though their names do not."""
        shorter = primary(text)
        found = self._under(key_of(shorter)) if shorter else ()
        return [i for i in found if _part_of(self._planets[i]) in _PRIMARY]

    def _nearest(self, key: str) -> list[str]:
        """Return the planets whose keys are nearest by letters changed, added, lost or swapped."""
        key = key[:_LONGEST]
        cutoff = max(1, len(key) // 4)
        near = sorted(
            (distance, rank, keys.planets[i])
            for rank, keys in enumerate((self._names, self._aliases))
            for _, distance, i in extract(
                key, keys.keys, scorer=OSA.distance, score_cutoff=cutoff, limit=4 * MAX_NEAREST
            )
        )
        found = dict.fromkeys(i for _, _, i in near)
        return [self._planets[i] for i in islice(found, MAX_NEAREST)]

    def _keys_by_host(self, hosts: dict[str, str]) -> Iterator[tuple[str, int]]:
        """Yield the keys of stars, and of planets by other names of their stars."""
        host_of = [hosts[each] or split(each)[0] or each for each in self._planets]
        every_host = set(host_of)
        by_host = sorted(range(len(host_of)), key=host_of.__getitem__)
        for host, group in groupby(by_host, host_of.__getitem__):
            members = [(*split(self._planets[i]), i) for i in group]
            names = {host, *(star for star, _, _ in members)} - {""}
            # GJ 667 for GJ 667 C; but 55 Cnc is another star than 55 Cnc B.
            systems = {without_component(star)[0] for star in names} - every_host
            known = (other for star in names for other in well_known.STARS.get(star, ()))
            for star in (*names, *systems, *known):
                yield from self._keys_around(star, [(letter, i) for _, letter, i in members])

    def _keys_by_alias(self, aliases: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int]]:
        places = {planet: i for i, planet in enumerate(self._planets)}
        for alias, planet in chain(well_known.PLANETS, aliases):
            if planet in places:
                star, letter = split(alias)
                yield from self._keys_around(star or alias, [(letter, places[planet])])

    def _keys_around(
        self, star: str, members: Iterable[tuple[str, int]]
    ) -> Iterator[tuple[str, int]]:
        """Yield the keys of a star, and of its planets, by every name of the star."""
        # 55 Cnc B reads as planet 55 Cnc b; hence 55 Cancri B means that planet, too.
        is_planet = bool(self._names.under(key_of(star)))
        for name in names_of(star):
            key = key_of(name)
            for letter, planet in members:
                if not is_planet:
                    yield key, planet
                if letter:
                    yield key + letter, planet


def _part_of(planet: str) -> str:
    """Return which part of a multiple star a planet belongs to by its name; mostly empty."""
    return without_component(split(planet)[0])[1]


_PRIMARY = ("", "A", "Aa", "AB", "ABC")
"""What a planet's name may say of its star if that is the primary of several."""
_LONGEST = 50
"""Letters and digits of a name that are compared; the archive's longest has 31."""
