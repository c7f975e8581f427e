"""Planet table: the planets of a request, checked and ordered into columns.

Note: a model cannot notice swapped columns, so columns are addressed by name only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from exohabit.inputs.kept_columns import Kept, keep_of_rows
from exohabit.inputs.measurement_errors import (
    MeasurementErrors,
    drop_computed,
    find_computed,
    read_measurement_errors,
    tells_computed,
)
from exohabit.inputs.near_misses import warn_of_near_misses
from exohabit.inputs.problems import InvalidInput, Problem
from exohabit.inputs.raw_planets import RawPlanets, check_planet_count
from exohabit.inputs.schemas import DETAILED, PLAIN, PlanetSchema, list_of
from exohabit.inputs.unscored_reasons import INVALID, why_unscored
from exohabit.inputs.validation import problems_of
from exohabit.science import domain_warnings
from exohabit.science.arrays import FloatArray, SingleArray
from exohabit.science.columns import COLUMNS, NUMERIC, NUMERIC_NAMES
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings
from exohabit.science.features import Table, lacks_light, lacks_size
from exohabit.science.spectral_columns import SpectralTypes

PendingScores = Future[SingleArray]
"""Scores of some planets, shape (planets,), that are being computed."""
StartScoring = Callable[[Table, SpectralTypes], PendingScores]
"""Starts to score planets, by their table and spectral types, without waiting for the scores."""


class Planets(Struct, frozen=True):
    """Planets of a request, in its order: names, and their known values as columns."""

    names: list[str | None]
    types: SpectralTypes
    """Spectral types as they were written."""
    table: Table
    warnings: PlanetWarnings
    is_one: bool = False
    """Whether the request was one bare planet rather than a list."""
    labels: Sequence[str] | None = None
    """Labels of the rows of a DataFrame."""
    errors_or_none: MeasurementErrors | None = None
    """None where the answer does not need them."""
    pending: Sequence[PendingScores] = ()
    """Scores that were started while the table was being ordered, chunk by chunk."""
    invalid: Mapping[int, list[Problem]] = MappingProxyType({})
    """Problems of planets that could not be read, by index; all their values are NaN."""
    kept: Kept | None = None
    """Columns of the input that the answer repeats; None if it repeats none."""
    table_warnings: Sequence[PlanetWarning] = ()
    """Warnings about the input as a whole."""

    @property
    def measurement_errors(self) -> MeasurementErrors:
        """How well the values are known; raises ValueError if that was not read."""
        if self.errors_or_none is None:
            raise ValueError("planets were read without their errors")
        return self.errors_or_none

    def take(self, indices: list[int]) -> Planets:
        """Return some of the planets, in that order."""
        return replace(
            self,
            names=[self.names[i] for i in indices],
            types=self.types.take(indices),
            table={name: values[indices] for name, values in self.table.items()},
            warnings={k: self.warnings[i] for k, i in enumerate(indices) if i in self.warnings},
            labels=self.labels and [self.labels[i] for i in indices],
            errors_or_none=self.errors_or_none and self.errors_or_none.take(indices),
            pending=(),
            invalid={k: self.invalid[i] for k, i in enumerate(indices) if i in self.invalid},
            kept=None,
        )

    def reasons(self) -> dict[int, str]:
        """Return, by index, why planets cannot be scored; those that can are absent."""
        no_size, no_light = lacks_size(self.table), lacks_light(self.table)
        lacking = np.flatnonzero(no_size | no_light).tolist()
        return {
            i: INVALID if i in self.invalid else why_unscored(no_size[i], no_light[i])
            for i in lacking
        }

    def understood(self, index: int) -> dict[str, float | str | None]:
        """Return what was understood about a planet: every column, None where it is not known."""
        numbers = {name: float(self.table[name][index]) for name in NUMERIC_NAMES}
        known = {name: None if math.isnan(value) else value for name, value in numbers.items()}
        everything = {"st_spectype": self.types.text_of(index), **known}
        return {"name": self.names[index]} | {c.name: everything[c.name] for c in COLUMNS}


def from_rows(
    raw: RawPlanets,
    problems: Sequence[Problem] = (),
    schema: PlanetSchema = PLAIN,
    keep: Sequence[str] | None = None,
) -> Planets:
    """Check planets that were read into plain objects, and order them into columns.

    Limits, and sizes that were computed from another, are dropped.

    Args:
        raw: the planets, and where each of them was found in the input.
        problems: problems found elsewhere in the request, to be listed with those of the planets.
        schema: which keys of a planet are read.
        keep: columns of the input that the answer repeats; `EVERY_COLUMN` stands for all.

    Raises:
        InvalidInput: there are problems; all of them are listed.
        TooManyPlanets: there are more than `MAX_PLANETS`.
    """
    check_planet_count(len(raw.planets))
    if problems or raw.problems:
        raise InvalidInput.of(chain(problems, problems_of(raw, schema)))
    try:
        rows = msgspec.convert(raw.planets, list_of(schema.planet))
        planets = order_rows([rows], is_one=raw.is_one, labels=raw.labels)
    except ValueError as error:  # msgspec.ValidationError is one
        raise InvalidInput.of(problems_of(raw, schema)) from error
    keys = dict.fromkeys(chain.from_iterable(raw.planets))
    warnings, errors = _drop_limits(rows, planets.table), None
    if schema is DETAILED or tells_computed(keys):
        mass, computed = planets.table["pl_bmasse"], find_computed(rows, planets.table)
        errors = read_measurement_errors(rows, mass, computed) if schema is DETAILED else None
        warnings = domain_warnings.merge(warnings, drop_computed(planets.table, computed))
    # Computed again, because a star's temperature may have been a limit.
    of_stars = domain_warnings.check_stars(planets.types, planets.table)
    near_misses = warn_of_near_misses(raw.planets, keys, schema)
    return replace(
        planets,
        warnings=domain_warnings.merge(of_stars, warnings, near_misses),
        errors_or_none=errors,
        kept=keep_of_rows(raw, keep),
    )


def order_rows(
    chunks: Iterable[Sequence[Any]],
    *,
    is_one: bool = False,
    labels: Sequence[str] | None = None,
    start_scoring: StartScoring | None = None,
) -> Planets:
    """Order chunks of valid planets into columns; each chunk is passed to `start_scoring`.

    Raises:
        ValueError: a spectral type cannot be read, or a chunk cannot be decoded.
    """
    names: list[str | None] = []
    types: list[SpectralTypes] = []
    tables: list[dict[str, Any]] = []
    pending: list[PendingScores] = []
    try:
        for chunk in chunks:
            names += [row.pl_name if row.name is None else row.name for row in chunk]
            types.append(SpectralTypes.from_texts([row.st_spectype for row in chunk]))
            tables.append(_numbers(chunk) | types[-1].columns())
            if start_scoring:
                pending.append(start_scoring(tables[-1], types[-1]))
    except ValueError:
        for scores in pending:
            scores.cancel()
        raise
    table = tables[0]
    if len(tables) > 1:
        # Each column of the chunks is freed as soon as it is copied.
        table = {name: np.concatenate([each.pop(name) for each in tables]) for name in [*table]}
    all_types = SpectralTypes.concatenate(types)
    warnings = domain_warnings.check_stars(all_types, table)
    return Planets(names, all_types, table, warnings, is_one, labels, pending=pending)


def _numbers(rows: Sequence[Any]) -> dict[str, FloatArray]:
    """Return the numeric columns of planets; None becomes NaN."""
    return {name: np.array([*map(attrgetter(name), rows)], dtype=float) for name in NUMERIC_NAMES}


def _drop_limits(planets: Sequence[Any], table: Table) -> PlanetWarnings:
    """Treat values that are flagged as limits as not known, and warn of it."""
    found: PlanetWarnings = {}
    for column in NUMERIC:
        flags = np.array([*map(attrgetter(column.limit_flag), planets)], dtype=float)
        is_limit = ~np.isnan(flags) & (flags != 0.0) & ~np.isnan(table[column.name])
        table[column.name][is_limit] = np.nan
        flagged = ((i, flags[i]) for i in np.flatnonzero(is_limit).tolist())
        found = domain_warnings.merge(found, domain_warnings.report_limits(flagged, column.name))
    return found
