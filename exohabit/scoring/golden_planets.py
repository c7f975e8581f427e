"""Golden planets: makes a model's input from the planets whose scores are in the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.columns import NUMERIC
from exohabit.science.features import Table
from exohabit.science.spectral_columns import SpectralTypes

Planet = dict[str, float | str | None]
"""Values by column; absent ones are not known."""


def golden_table(planets: Iterable[Planet]) -> dict[str, FloatArray]:
    """Return the table of planets given as values by column; absent columns are NaN."""
    planets = list(planets)
    numbers = {
        column.name: np.array([planet.get(column.name) for planet in planets], dtype=np.float64)
        for column in NUMERIC
    }
    return numbers | types_of(planets).columns()


def types_of(planets: Iterable[Planet]) -> SpectralTypes:
    """Return the spectral types of planets given as values by column."""
    return SpectralTypes.from_texts(planet.get("st_spectype") for planet in planets)  # type: ignore[misc]


def singles(table: Table, types: SpectralTypes) -> Iterator[tuple[dict[str, float], str | None]]:
    """Yield each planet of a table as plain floats, with its spectral type."""
    for i, values in enumerate(zip(*(column.tolist() for column in table.values()), strict=True)):
        yield dict(zip(table, values, strict=True)), types.text_of(i)
