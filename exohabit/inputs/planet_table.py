"""Planet table: the planets of a request, checked and ordered into columns.

Note: a model cannot notice that its columns were swapped, so columns are only addressed by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import chain, islice
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from exohabit.inputs.columnar import ColumnarValues
from exohabit.inputs.limits import MAX_NEAR_MISSES, MAX_PLANETS
from exohabit.inputs.measurement_errors import MeasurementErrors, read_measurement_errors
from exohabit.inputs.problems import InvalidInput, Problem, TooManyPlanets, near_miss, repr_short
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import DETAILED, PLAIN, Shape, kept_keys, list_of
from exohabit.inputs.validation import problems_of
from exohabit.science import domain_warnings
from exohabit.science.arrays import SingleArray
from exohabit.science.columns import COLUMNS, NUMERIC, NUMERIC_NAMES
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings
from exohabit.science.features import Table, lacks_light, lacks_size
from exohabit.science.spectral_columns import SpectralTypes

PendingScores = Future[SingleArray]
"""Scores of some planets, shape (planets,), that are being computed."""
StartScoring = Callable[[Table], PendingScores]
"""Starts to score the planets of a table, without waiting for the scores."""
_CHUNK = 5_000
"""Planets that are ordered, and scored, at a time."""


class Planets(Struct, frozen=True):
    """Planets of a request, in its order: names, and what is known as columns."""

    names: list[str | None]
    types: SpectralTypes
    """Spectral types as they were written."""
    table: Table
    warnings: PlanetWarnings
    is_one: bool = False
    """Whether the request was one bare planet rather than a list."""
    labels: Sequence[str] | None = None
    """Labels of the rows of a DataFrame."""
    given_details: MeasurementErrors | None = None
    """Read only where an answer needs them."""
    pending: Sequence[PendingScores] = ()
    """Scores that were started while the table was being ordered, chunk by chunk."""

    @property
    def details(self) -> MeasurementErrors:
        """How well the planets are known; raises ValueError if that was not read."""
        if self.given_details is None:
            raise ValueError("planets were read without their errors")
        return self.given_details

    def take(self, indices: list[int]) -> Planets:
        """Return some of the planets, in that order."""
        return replace(
            self,
            names=[self.names[i] for i in indices],
            types=self.types.take(indices),
            table={name: values[indices] for name, values in self.table.items()},
            warnings={k: self.warnings[i] for k, i in enumerate(indices) if i in self.warnings},
            labels=self.labels and [self.labels[i] for i in indices],
            given_details=self.given_details and self.given_details.take(indices),
            pending=(),
        )

    def reasons(self) -> dict[int, str]:
        """Say, by index, why planets cannot be judged; those that can are absent."""
        no_size, no_light = lacks_size(self.table), lacks_light(self.table)
        lacking = np.flatnonzero(no_size | no_light).tolist()
        return {i: why_unscored(no_size[i], no_light[i]) for i in lacking}

    def understood(self, index: int) -> dict[str, float | str | None]:
        """Say what was understood of a planet: every column, null where it is not known."""
        numbers = {name: float(self.table[name][index]) for name in NUMERIC_NAMES}
        known = {name: None if math.isnan(value) else value for name, value in numbers.items()}
        everything = {"st_spectype": self.types.of_star(index), **known}
        return {"name": self.names[index]} | {c.name: everything[c.name] for c in COLUMNS}


def from_rows(raw: RawPlanets, problems: Sequence[Problem] = (), shape: Shape = PLAIN) -> Planets:
    """Check planets that were read into plain objects, drop limits, and order them into columns.

    Args:
        raw: the planets, and where each of them stands in the input.
        problems: problems found elsewhere in the request, to be listed with those of the planets.
        shape: how much of a planet is read.

    Raises:
        InvalidInput: there are problems; all of them are listed.
        TooManyPlanets: there are more than `MAX_PLANETS`.
    """
    if len(raw.planets) > MAX_PLANETS:
        raise TooManyPlanets(
            f"more than {MAX_PLANETS:,} planets in one request, the most it may carry: send several"
        )
    if problems or raw.problems:
        raise InvalidInput.of(chain(problems, problems_of(raw, shape)))
    try:
        rows = msgspec.convert(raw.planets, list_of(shape.planet))
        planets = order_rows(rows, is_one=raw.is_one, labels=raw.labels)
    except ValueError as error:  # msgspec.ValidationError is one
        raise InvalidInput.of(problems_of(raw, shape)) from error
    limits = _drop_limits(rows, planets.table)
    # Computed again, because a star's temperature may have been a limit.
    outside = domain_warnings.of_stars(planets.types, planets.table)
    return replace(
        planets,
        warnings=domain_warnings.merge(outside, limits, _near_misses(raw.planets, shape)),
        given_details=read_measurement_errors(rows, planets.table) if shape is DETAILED else None,
    )


def order_rows(
    rows: Sequence[Any],
    *,
    is_one: bool = False,
    labels: Sequence[str] | None = None,
    start_scoring: StartScoring | None = None,
) -> Planets:
    """Order valid planets into columns, by chunks that are passed to `start_scoring`.

    Raises:
        ValueError: a spectral type cannot be read.
    """
    names: list[str | None] = []
    types: list[SpectralTypes] = []
    tables: list[Table] = []
    pending: list[PendingScores] = []
    try:
        for start in range(0, len(rows), _CHUNK):
            values = ColumnarValues.of(rows[start : start + _CHUNK])
            types.append(SpectralTypes.of(values.types))
            tables.append(values.numbers | types[-1].columns())
            names += values.names
            if start_scoring:
                pending.append(start_scoring(tables[-1]))
    except ValueError:
        for scores in pending:
            scores.cancel()
        raise
    table = tables[0]
    if len(tables) > 1:
        table = {name: np.concatenate([each[name] for each in tables]) for name in table}
    all_types = SpectralTypes.joined(types)
    warnings = domain_warnings.of_stars(all_types, table)
    return Planets(names, all_types, table, warnings, is_one, labels, pending=pending)


def _drop_limits(planets: Sequence[Any], table: Table) -> PlanetWarnings:
    """Treat values that are flagged as limits as unknown, and warn of it."""
    found: PlanetWarnings = {}
    for column in NUMERIC:
        flags = np.array([*map(attrgetter(column.limit_flag), planets)], dtype=float)
        is_limit = ~np.isnan(flags) & (flags != 0.0) & ~np.isnan(table[column.name])
        table[column.name][is_limit] = np.nan
        flagged = ((i, flags[i]) for i in np.flatnonzero(is_limit).tolist())
        found = domain_warnings.merge(found, domain_warnings.of_limit(flagged, column.name))
    return found


_COLUMNS_OR_NAME = (*(column.name for column in COLUMNS), "name")
_MEANT = {
    PLAIN: _COLUMNS_OR_NAME,
    DETAILED: (*_COLUMNS_OR_NAME, *sorted(DETAILED.numbers - PLAIN.numbers)),
}
"""What an unknown key may have been meant to be."""


def _near_misses(planets: Sequence[dict[str, Any]], shape: Shape) -> PlanetWarnings:
    """Warn of unknown keys that were probably meant to be known ones."""
    kept = kept_keys(chain.from_iterable(planets), shape)
    unknown = sorted(set(kept).difference(shape.keys))
    near = ((key, near_miss(key, _MEANT[shape])) for key in unknown)
    warnings = dict(islice(((k, _near_miss(k, name)) for k, name in near if name), MAX_NEAR_MISSES))
    if not warnings:
        return {}
    return {
        i: [warnings[key] for key in warnings if key in planet]
        for i, planet in enumerate(planets)
        if not warnings.keys().isdisjoint(planet)
    }


def _near_miss(key: str, near: str) -> PlanetWarning:
    message = f"unknown key {repr_short(key)} was ignored: did you mean {near}?"
    return PlanetWarning("near_miss", near, message)


def why_unscored(no_size: bool, no_light: bool) -> str:
    """Say why a planet cannot be judged of which one or both are lacking."""
    lacking = ((no_size, _NO_SIZE), (no_light, _NO_LIGHT))
    return " and ".join(text for lacks, text in lacking if lacks)


_NO_SIZE = "neither radius nor mass is known"
_NO_LIGHT = (
    "nothing tells its irradiation (pl_eqt, pl_insol, or an orbit and a star: pl_orbper or "
    "pl_orbsmax with st_spectype or st_teff)"
)
