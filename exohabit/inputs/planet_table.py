"""Planet table: the planets of a request, checked and ordered into columns.

Note: a model cannot notice swapped columns, so columns are addressed by name only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from itertools import chain
from types import MappingProxyType
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from exohabit.inputs.columnar import Columns
from exohabit.inputs.kept_columns import Kept, keep_of_rows
from exohabit.inputs.measured_values import MeasuredValues, select_measured
from exohabit.inputs.measurement_errors import MeasurementErrors
from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.near_misses import warn_of_near_misses
from exohabit.inputs.problems import Problem
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.row_checks import check_rows
from exohabit.inputs.schemas import PLAIN_SCHEMA, PlanetSchema
from exohabit.inputs.tables.unused_units import warn_of_planets
from exohabit.inputs.unit_advice import MAX_ADVISED, advise_planets
from exohabit.inputs.unscored_reasons import INVALID, why_unscored
from exohabit.science import domain_warnings
from exohabit.science.arrays import BoolArray, SingleArray
from exohabit.science.columns import COLUMNS, NUMERIC_NAMES, SIZE
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
    unit_advice: Mapping[int, str] = MappingProxyType({})
    """By index, which size was sent in a unit that is not ours."""
    max_advised: int | None = MAX_ADVISED
    """Planets whose reasons say so; None for all."""
    flagged: Mapping[str, BoolArray] = MappingProxyType({})
    """By column, whether a value is a limit or computed, but is used all the same, (planets,)."""

    @property
    def measurement_errors(self) -> MeasurementErrors:
        """The errors of the values; raises ValueError if they were not read."""
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
            kept=self.kept and {n: [each[i] for i in indices] for n, each in self.kept.items()},
            unit_advice={
                k: self.unit_advice[i] for k, i in enumerate(indices) if i in self.unit_advice
            },
            flagged={name: values[indices] for name, values in self.flagged.items()},
        )

    def measured(self) -> Planets:
        """Return the planets without the values that are limits or computed."""
        if not self.flagged:
            return self
        hidden = {name: np.where(f, np.nan, self.table[name]) for name, f in self.flagged.items()}
        return replace(self, table={**self.table, **hidden}, flagged={}, pending=())

    def reasons(self) -> dict[int, str]:
        """Return, by index, why planets cannot be scored; those that can are absent."""
        no_size, no_light = lacks_size(self.table), lacks_light(self.table)
        lacking = np.flatnonzero(no_size | no_light).tolist()
        reasons = {i: why_unscored(no_size[i], no_light[i]) for i in lacking}
        advised = sorted(self.unit_advice.keys() & np.flatnonzero(no_size).tolist())
        for i in advised[: self.max_advised]:
            reasons[i] = f"{reasons[i]} ({self.unit_advice[i]})"
        return reasons | dict.fromkeys(self.invalid, INVALID)

    def understood(self, index: int) -> dict[str, float | str | None]:
        """Return what was understood about a planet: every column, None where it is not known."""
        numbers = {name: float(self.table[name][index]) for name in NUMERIC_NAMES}
        known = {name: None if math.isnan(value) else value for name, value in numbers.items()}
        everything = {"st_spectype": self.types.text_of(index), **known}
        return {"name": self.names[index]} | {c.name: everything[c.name] for c in COLUMNS}


def from_rows(
    raw: RawPlanets,
    problems: Sequence[Problem] = (),
    schema: PlanetSchema = PLAIN_SCHEMA,
    *,
    skip_invalid: bool = False,
    keep: Sequence[str] | None = None,
    needs: ModelNeeds = OWN_NEEDS,
    max_advised: int | None = MAX_ADVISED,
) -> Planets:
    """Check planets that were read into plain objects, and order them into columns.

    Limits, and sizes that were computed from another, are dropped, unless the model uses them.

    Args:
        raw: the planets, and where each of them was found in the input.
        problems: problems found elsewhere in the request, to be listed with those of the planets.
        schema: which keys of a planet are read.
        skip_invalid: whether planets with problems are skipped, if others have none.
        keep: columns of the input that the answer repeats; `EVERY_COLUMN` stands for all.
        needs: what the model needs of the input.
        max_advised: planets whose reasons say which size is in another unit; None for all.

    Raises:
        InvalidInput: there are problems; all of them are listed.
        TooManyPlanets: there are more than `MAX_PLANETS`.
    """
    checked = check_rows(
        raw, problems, schema, skip_invalid=skip_invalid, uses_flagged=needs.uses_flagged
    )
    keys = dict.fromkeys(chain.from_iterable(checked.planets))
    columns = Columns.of_rows(checked.rows, keys, schema)
    planets = order_columns([columns], schema, is_one=raw.is_one, labels=raw.labels, needs=needs)
    near_misses = domain_warnings.merge(
        warn_of_near_misses(checked.planets, keys, schema), warn_of_planets(checked.planets, keys)
    )
    # An answer about one planet has a single list of warnings.
    notes = {0: [*raw.notes]} if raw.is_one and raw.notes else {}
    return replace(
        planets,
        warnings=domain_warnings.merge(planets.warnings, near_misses, notes),
        invalid=checked.invalid,
        kept=keep_of_rows(raw, keep),
        table_warnings=() if raw.is_one else raw.notes,
        unit_advice=advise_planets(checked.planets, keys, SIZE, max_advised)
        | dict(raw.unit_advice),
        max_advised=max_advised,
    )


def order_columns(
    chunks: Iterable[Columns],
    schema: PlanetSchema = PLAIN_SCHEMA,
    *,
    is_one: bool = False,
    labels: Sequence[str] | None = None,
    start_scoring: StartScoring | None = None,
    needs: ModelNeeds = OWN_NEEDS,
) -> Planets:
    """Order chunks of valid planets into one table; each chunk is passed to `start_scoring`.

    Limits, and sizes that were computed from another, are dropped, unless the model uses them.

    Raises:
        ValueError: a spectral type cannot be read, or a chunk cannot be decoded.
    """
    names: list[str | None] = []
    parts: list[MeasuredValues] = []
    pending: list[PendingScores] = []
    try:
        for chunk in chunks if schema is PLAIN_SCHEMA else [Columns.concatenate([*chunks])]:
            parts.append(
                select_measured(chunk, len(names), schema, uses_flagged=needs.uses_flagged)
            )
            names += chunk.names
            if start_scoring:
                pending.append(start_scoring(parts[-1].table, parts[-1].types))
    except ValueError:
        for scores in pending:
            scores.cancel()
        raise
    types = SpectralTypes.concatenate([part.types for part in parts])
    table = _join([part.table for part in parts])
    warnings = domain_warnings.check_stars(types, table)
    warnings = domain_warnings.merge(warnings, *(part.warnings for part in parts))
    errors, flagged = parts[0].errors, _join([part.flagged for part in parts])
    return Planets(names, types, table, warnings, is_one, labels, errors, pending, flagged=flagged)


def _join(tables: list[dict[str, Any]]) -> Table:
    """Join the tables of chunks; each column of the chunks is freed as soon as it is copied."""
    first = tables[0]
    if len(tables) == 1:
        return first
    return {name: np.concatenate([each.pop(name) for each in tables]) for name in [*first]}
