"""Row scores: score the planets of a partition, and find the problems of those that have any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exohabit.bulk.errors import WorkerError
from exohabit.bulk.jobs import TOP_COUNT, Options, Partition
from exohabit.bulk.part_columns import INDEX, REASON, SCORE, TYPES, extra_fields, extras_of, rows_of
from exohabit.bulk.row_source import (
    MAX_RECHECKED_ROWS,
    Numbers,
    RecheckedRows,
    RowSource,
    chunks_of,
    drop_dummy,
)
from exohabit.inputs.absent_keys import add_absent_keys
from exohabit.inputs.planet_table import Planets, from_rows
from exohabit.inputs.problems import Problem
from exohabit.inputs.row_checks import without_limits
from exohabit.inputs.schemas import PLAIN_SCHEMA, PlanetSchema
from exohabit.inputs.unscored_reasons import INVALID
from exohabit.inputs.validation import problems_of
from exohabit.outputs.scored_planets import score_planets
from exohabit.scoring.bundle import Bundle, ranking

_EXTRAS_ROWS = 1_000
"""Planets whose extras are computed at a time."""


class RowScores(NamedTuple):
    """The planets of a partition with their scores."""

    rows: Any
    """All that are to be written, as a table of pyarrow."""
    read: int
    scores: Any
    """Of all planets that have one, as an array of numpy in double precision."""
    best: Any
    """The best of them, as a table of pyarrow."""
    invalid: int
    problems: list[Problem]
    unused: Mapping[int, int]
    """As in `ReadRows`."""


class ScoredChunk(NamedTuple):
    """Some rows of a partition. Their numbers are not a column: a kept one may have any name."""

    numbers: Numbers
    rows: Any
    """A table of pyarrow."""


class _Scored(NamedTuple):
    """All rows of a partition, scored."""

    chunks: list[ScoredChunk]
    problems: list[Problem]
    unused: Mapping[int, int]
    """As in `ReadRows`."""


def score_rows(
    source: RowSource, bundle: Bundle, options: Options, partition: Partition
) -> RowScores:
    """Score the planets of a partition.

    Args:
        source: its rows.
        bundle: the model.
        options: what to write.
        partition: what they are in the input.

    Raises:
        RequestError: the file is not of its format.
        WorkerError: the partition does not have its number of planets.
    """
    scored = _score_all(source, bundle)
    _check_count(scored, partition)
    numbers, table = _in_order(scored.chunks)
    indices = partition.first_index + np.arange(numbers.size)
    table = table.append_column(INDEX, pa.array(indices))
    order = _ranked(table, TOP_COUNT if options.lists_unscored else None)
    best = table.take(pa.array(order[:TOP_COUNT]))
    scores = table.column(SCORE).drop_null().to_numpy()
    invalid = pc.sum(pc.equal(table.column(REASON), INVALID)).as_py() or 0
    kept = _selected(table, order, options)
    if kept is not None:
        table, numbers = table.take(pa.array(kept)), numbers[kept]
    rows = _add_extras(table, numbers, source, bundle, options)
    return RowScores(rows, indices.size, scores, best, invalid, scored.problems, scored.unused)


def _score_all(source: RowSource, bundle: Bundle) -> _Scored:
    """Score all rows; those that may have problems after all others."""
    chunks: list[ScoredChunk] = []
    recheck: list[Numbers] = [np.array([], dtype=np.int64)]
    unused: Counter[int] = Counter()
    for chunk in source.read():
        recheck.append(chunk.recheck)
        unused.update(chunk.unused)
        if chunk.numbers.size:
            scored = score_planets(bundle, chunk.planets)
            columns = rows_of(scored, chunk.names) | {**chunk.kept}
            chunks.append(ScoredChunk(chunk.numbers, pa.table(columns)))
    problems: list[Problem] = []
    for numbers in chunks_of(np.sort(np.concatenate(recheck)), MAX_RECHECKED_ROWS):
        planets, found, rows = _recheck(source, bundle, numbers, PLAIN_SCHEMA)
        names = pa.array(planets.names, pa.string())
        columns = rows_of(score_planets(bundle, planets), names)
        chunks.append(ScoredChunk(numbers, pa.table(columns | {**rows.kept})))
        problems += found
        unused.update(each.position for each in chain.from_iterable(rows.raw.unused.values()))
    return _Scored(chunks, problems, unused)


def _check_count(scored: _Scored, partition: Partition) -> None:
    """Raise WorkerError if the number of planets differs from that of the preparation."""
    count = sum(each.numbers.size for each in scored.chunks)
    if count != partition.rows:
        raise WorkerError(
            f"partition {partition.number} has {count:,} rows instead of {partition.rows:,}: the "
            "input has changed during the run, or this is a defect of ExoHabit"
        )


def _recheck(
    source: RowSource, bundle: Bundle, numbers: Numbers, schema: PlanetSchema
) -> tuple[Planets, list[Problem], RecheckedRows]:
    """Return planets as the service reads them, and the problems of those that it does not."""
    rows = source.recheck(numbers, schema)
    needs = bundle.columns
    raw = add_absent_keys(rows.raw, needs.optional_keys)
    planets = from_rows(raw, schema=schema, skip_invalid=True, needs=needs, max_advised=None)
    invalid = planets.invalid
    problems = []
    if invalid:
        uses_limits = needs.uses_flagged
        checked = raw if uses_limits else raw.with_planets([*map(without_limits, raw.planets)])
        problems = [make() for i, make in problems_of(checked, schema) if i in invalid]
    return drop_dummy(planets), problems, rows


def _in_order(chunks: Sequence[ScoredChunk]) -> ScoredChunk:
    """Join chunks in the order of their rows."""
    table = pa.concat_tables([each.rows for each in chunks])
    numbers = np.concatenate([each.numbers for each in chunks])
    if np.all(np.diff(numbers) > 0):
        return ScoredChunk(numbers, table)
    order = np.argsort(numbers)
    return ScoredChunk(numbers[order], table.take(pa.array(order)))


def _ranked(table: Any, most: int | None) -> Any:
    """Return the positions of planets that have a score, best first: all, or at least `most`."""
    scores = table.column(SCORE).to_numpy()
    known = np.flatnonzero(~np.isnan(scores))
    if most is not None and known.size > most:  # so that not all are sorted
        lowest = np.partition(scores[known], -most)[-most]
        known = known[scores[known] >= lowest]
    return known[ranking(scores[known])]


def _selected(table: Any, order: Any, options: Options) -> Any:
    """Return the positions of the planets to write; None for all."""
    if options.lists_unscored:
        return None
    scores = table.column(SCORE).to_numpy()
    if options.min_score is not None:
        order = order[scores[order] >= options.min_score]
    return np.sort(order) if options.top is None else order[: options.top]


def _add_extras(
    table: Any, numbers: Numbers, source: RowSource, bundle: Bundle, options: Options
) -> Any:
    """Add the columns of extras, and the warnings that come with them."""
    fields, query = extra_fields(options), options.query
    if query.schema is PLAIN_SCHEMA:
        return table
    order = np.argsort(numbers)
    found = []
    for chunk in chunks_of(numbers[order], _EXTRAS_ROWS):
        planets, _, _ = _recheck(source, bundle, chunk, query.schema)
        scored = score_planets(bundle, planets, query)
        rows = rows_of(scored, pa.array(planets.names, pa.string()))
        extras = extras_of(scored, fields, chunk.size)
        found.append(pa.table({"warnings": rows["warnings"]} | extras))
    if not found:
        empty = {name: pa.array([], kind) for name, kind in ((n, TYPES[n]) for n in fields)}
        found = [pa.table({"warnings": pa.array([], pa.string())} | empty)]
    extra = pa.concat_tables(found).take(pa.array(np.argsort(order)))
    table = table.drop_columns(["warnings"])
    for name in extra.column_names:
        table = table.append_column(name, extra.column(name))
    return table
