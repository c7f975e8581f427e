"""Row source: the planets of a partition, read quickly, and some rechecked by the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from exohabit.inputs.planet_table import Planets
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import PlanetSchema

Numbers = npt.NDArray[np.int64]
"""Numbers of rows within a partition, from 0; rows that are not planets have none."""
MAX_RECHECKED_ROWS = 20_000
"""Rows that the service's functions read at a time."""


class ReadRows(NamedTuple):
    """Rows that were read quickly."""

    numbers: Numbers
    names: Any
    """pyarrow strings."""
    planets: Planets
    """Their values; the names in it mean nothing."""
    kept: Mapping[str, Any]
    """Kept columns, as pyarrow arrays."""
    recheck: Numbers
    """Rows that may have a problem, which are not among those above."""
    unused: Mapping[int, int] = MappingProxyType({})
    """By the position of a column with sizes in another unit, the rows where ours is empty."""


class RecheckedRows(NamedTuple):
    """Rows as the service's own readers read them."""

    raw: RawPlanets
    """The first is a made-up planet without problems."""
    kept: Mapping[str, Any]
    """Kept columns of the others, as pyarrow arrays."""


class RowSource(Protocol):
    """The planets of a partition."""

    def read(self) -> Iterator[ReadRows]:
        """Yield all rows.

        Raises:
            RequestError: the file is not of its format.
        """

    def recheck(self, numbers: Numbers, schema: PlanetSchema) -> RecheckedRows:
        """Read some rows as the service does; at most `MAX_RECHECKED_ROWS`, in ascending order."""


def drop_dummy(planets: Planets) -> Planets:
    """Return planets without the made-up one that comes first."""
    return planets.take([*range(1, len(planets.names))])


def chunks_of(numbers: Numbers, size: int) -> Iterator[Numbers]:
    """Cut row numbers into chunks."""
    for start in range(0, numbers.size, size):
        yield numbers[start : start + size]
