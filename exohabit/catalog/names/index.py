"""Name index: the sorted keys of all names of known planets, for the finder.

Building the index takes about 0.1 s, so it is stored in the catalogue file.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

import msgspec

from exohabit.catalog.names import well_known
from exohabit.catalog.names.aliases import names_of, split, without_component
from exohabit.catalog.names.keys import key_of, natural_order
from exohabit.catalog.names.sorted_keys import SortedKeys

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The planets of a catalogue, and the keys of their names."""

    planets: list[str]
    """Names in natural order; the keys hold their indices."""
    names: SortedKeys
    """Keys of these names."""
    aliases: SortedKeys
    """Keys of stars, and of planets by other names; none of them is a key of `names`."""
    identifiers: SortedKeys
    """Keys of stars by their numbers in other catalogues (HD, HIP, TIC)."""


def build_index(planets: Pairs, aliases: Pairs = (), identifiers: Pairs = ()) -> NameIndex:
    """Build the index of a catalogue.

    Args:
        planets: name and host star of each; the host may be empty.
        aliases: other names of planets, and the names that they have in `planets`. That of a
            planet that is not there does not count.
        identifiers: numbers of host stars in other catalogues, and the names of their planets.
    """
    hosts = dict(planets)
    ordered = sorted(hosts, key=natural_order)
    names = SortedKeys.of((key_of(name), i) for i, name in enumerate(ordered))
    builder = _Builder(ordered, names)
    others = chain(builder.keys_by_host(hosts), builder.keys_by_alias(aliases))
    indices = builder.indices
    numbers = ((key_of(number), indices[planet]) for number, planet in identifiers)
    return NameIndex(
        ordered,
        names,
        SortedKeys.of(each for each in others if not names.planets_of(each[0])),
        SortedKeys.of(numbers),
    )


def encode_index(index: NameIndex) -> bytes:
    """Write an index compactly."""
    parts = [(each.keys, _swapped(each.planets).tobytes()) for each in _parts(index)]
    return zlib.compress(msgspec.msgpack.encode((index.planets, parts)))


def decode_index(content: bytes) -> NameIndex:
    """Read an index.

    Raises:
        ValueError: the content is not an index.
    """
    try:
        planets, parts = _STORED.decode(zlib.decompress(content))
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return NameIndex(
        planets, *(SortedKeys(keys, _swapped(array("I", indices))) for keys, indices in parts)
    )


def _swapped(indices: array[int]) -> array[int]:
    """Return indices as a little-endian machine stores them, or read what one has stored."""
    if sys.byteorder == "big":
        indices = indices[:]
        indices.byteswap()
    return indices


_Part = tuple[list[str], bytes]
_STORED = msgspec.msgpack.Decoder(tuple[list[str], tuple[_Part, _Part, _Part]])


def _parts(index: NameIndex) -> tuple[SortedKeys, SortedKeys, SortedKeys]:
    return index.names, index.aliases, index.identifiers


class _Builder:
    """Makes the keys of stars, and those of planets by other names."""

    def __init__(self, planets: list[str], names: SortedKeys) -> None:
        self._planets, self._names = planets, names
        self.indices = {planet: i for i, planet in enumerate(planets)}

    def keys_by_host(self, hosts: dict[str, str]) -> Iterator[tuple[str, int]]:
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

    def keys_by_alias(self, aliases: Pairs) -> Iterator[tuple[str, int]]:
        """Yield the keys of other names of planets."""
        for alias, planet in chain(well_known.PLANETS, aliases):
            if planet in self.indices:
                star, letter = split(alias)
                yield from self._keys_around(star or alias, [(letter, self.indices[planet])])

    def _keys_around(
        self, star: str, members: Iterable[tuple[str, int]]
    ) -> Iterator[tuple[str, int]]:
        """Yield the keys of a star, and of its planets, by every name of the star."""
        # 55 Cnc B reads as planet 55 Cnc b; hence 55 Cancri B means that planet, too.
        is_planet = bool(self._names.planets_of(key_of(star)))
        for name in names_of(star):
            key = key_of(name)
            for letter, planet in members:
                if not is_planet:
                    yield key, planet
                if letter:
                    yield key + letter, planet
