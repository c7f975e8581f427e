"""Columnar: planets as columns, as every format is read before a model sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from exohabit.inputs.planet_names import name_text
from exohabit.inputs.schemas import NAME_KEYS, PROVENANCE, PlanetSchema
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.spectral_columns import SpectralTypes

RADIUS_ERRORS = ("pl_radeerr1", "pl_radeerr2")


@dataclass(frozen=True, slots=True)
class Columns:
    """Planets as columns; NaN and None are not known."""

    names: list[str | None]
    types: list[str | None]
    """Spectral types as they were written."""
    numbers: Mapping[str, FloatArray]
    """Values, limit flags and errors by key, each (planets,); absent ones are missing."""
    provenance: list[str | None] | None = None
    """How each mass was determined; None if the input has no such key."""
    no_radius_error: BoolArray | None = None
    """Whether a radius is said to have no error, (planets,); None if the input has no such key."""
    grouped_types: SpectralTypes | None = None
    """The spectral types, if they were read in groups of equal ones; `types` is not used then."""

    @property
    def spectral_types(self) -> SpectralTypes:
        """The spectral types."""
        return self.grouped_types or SpectralTypes.from_texts(self.types)

    @property
    def tells_computed(self) -> bool:
        """Whether the input has a key that may tell that a size was computed."""
        return self.provenance is not None or self.no_radius_error is not None

    def number(self, key: str) -> FloatArray:
        """Return the values of a key; all are NaN if the input does not have it."""
        found = self.numbers.get(key)
        return np.full(len(self.names), np.nan) if found is None else found

    def has_provenance(self, value: str) -> BoolArray:
        """Whether each mass was determined in some way, (planets,)."""
        if self.provenance is None:
            return np.zeros(len(self.names), dtype=bool)
        return np.array([each == value for each in self.provenance], dtype=bool)

    @classmethod
    def of_bare_rows(cls, rows: Sequence[Any]) -> Columns:
        """Make columns of `BarePlanet`s."""
        return cls(
            names_of(rows),
            [row.st_spectype for row in rows],
            {name: _values(rows, name) for name in NUMERIC_NAMES},
        )

    @classmethod
    def of_rows(cls, rows: Sequence[Any], keys: Collection[str], schema: PlanetSchema) -> Columns:
        """Make columns of planets of a schema.

        Args:
            rows: the planets.
            keys: all keys that any of them was sent with.
            schema: their schema.
        """
        numeric = [key for key in schema.numbers if key in keys or key in NUMERIC_NAMES]
        upper, lower = RADIUS_ERRORS
        no_error = [
            getattr(row, upper) is None and getattr(row, lower) in (None, msgspec.UNSET)
            for row in (rows if upper in keys else ())
        ]
        return cls(
            names_of(rows),
            [row.st_spectype for row in rows],
            {key: _sent_values(rows, key) for key in numeric},
            [getattr(row, PROVENANCE) for row in rows] if PROVENANCE in keys else None,
            np.array(no_error) if no_error else None,
        )

    @classmethod
    def concatenate(cls, chunks: Sequence[Columns]) -> Columns:
        """Join chunks that have the same keys."""
        first = chunks[0]
        if len(chunks) == 1:
            return first
        provenance = chain.from_iterable(chunk.provenance or () for chunk in chunks)
        flags = [c.no_radius_error for c in chunks if c.no_radius_error is not None]
        return cls(
            [*chain.from_iterable(chunk.names for chunk in chunks)],
            [*chain.from_iterable(chunk.types for chunk in chunks)],
            {
                key: np.concatenate([chunk.numbers[key] for chunk in chunks])
                for key in first.numbers
            },
            None if first.provenance is None else [*provenance],
            np.concatenate(flags) if flags else None,
        )


def names_of(rows: Sequence[Any]) -> list[str | None]:
    """Return the name of each planet, from either key."""
    name, other = NAME_KEYS
    names = [getattr(row, name) for row in rows]
    if None in names:
        names = [
            getattr(row, other) if name is None else name
            for row, name in zip(rows, names, strict=True)
        ]
    if float in set(map(type, names)):
        names = [*map(name_text, names)]
    return names


def _values(rows: Sequence[Any], key: str) -> FloatArray:
    return np.array([*map(attrgetter(key), rows)], dtype=float)


def _sent_values(rows: Sequence[Any], key: str) -> FloatArray:
    """Return the values of a key that some planets may have been sent without."""
    values = map(attrgetter(key), rows)
    return np.array([None if each is msgspec.UNSET else each for each in values], dtype=float)
