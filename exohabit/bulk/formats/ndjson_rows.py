"""NDJSON rows: the planets of a partition with one JSON object per line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from exohabit.bulk.formats.records import Records, find_lines
from exohabit.bulk.jobs import Partition
from exohabit.bulk.row_source import Numbers, ReadRows, RecheckedRows, chunks_of
from exohabit.inputs.columnar import Columns
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.planet_table import order_columns
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.readers import read_ndjson
from exohabit.inputs.schemas import BarePlanet, PlanetSchema
from exohabit.science.columns import REQUIRED
from exohabit.science.spectral_columns import spectral_values

_DECODER = msgspec.json.Decoder(BarePlanet)
_MADE_UP = msgspec.json.encode({column.name: None for column in REQUIRED} | {"pl_rade": 1}) + b"\n"
_CHUNK_LINES = 10_000
_ENCODER = msgspec.json.Encoder()


class NdjsonRows:
    """The rows of a partition."""

    def __init__(
        self, partition: Partition, text: bytes, keep: Sequence[str] | None, needs: ModelNeeds
    ) -> None:
        self._partition, self._keep, self._needs = partition, keep, needs
        self._text = text if text.endswith(b"\n") else text + b"\n"

    @cached_property
    def _records(self) -> Records:
        return find_lines(self._text)

    def read(self) -> Iterator[ReadRows]:
        """Yield all rows."""
        for numbers in chunks_of(np.arange(self._records.starts.size), _CHUNK_LINES):
            planets, recheck = self._decode(numbers)
            good = numbers if not recheck else numbers[~np.isin(numbers, recheck)]
            columns = Columns.of_bare_rows(planets) if planets else Columns([], [], {})
            names = pa.array(columns.names, pa.string())
            ordered = order_columns([columns], needs=self._needs)
            yield ReadRows(good, names, ordered, {}, np.array(recheck, dtype=np.int64))

    def _decode(self, numbers: Numbers) -> tuple[list[Any], list[int]]:
        """Return the planets without problems, and the numbers of the other lines."""
        if self._keep is not None:
            return [], numbers.tolist()
        planets, recheck = [], []
        for number in numbers.tolist():
            try:
                planet: Any = _DECODER.decode(self._text_of(number))
                spectral_values(planet.st_spectype)
            except (ValueError, RecursionError):
                recheck.append(number)
            else:
                planets.append(planet)
        return planets, recheck

    def _text_of(self, number: int) -> bytes:
        return self._text[self._records.starts[number] : self._records.stops[number]]

    def recheck(self, numbers: Numbers, schema: PlanetSchema) -> RecheckedRows:
        """Read some lines as the service does."""
        lines = (self._records.lines[numbers] + self._partition.first_line - 1).tolist()
        raw = read_ndjson(_MADE_UP + b"".join(map(self._text_of, numbers.tolist())), schema)
        where = raw.where

        def locate(index: int | None, key: str | None) -> dict[str, Any]:
            return where(index, key) | ({"line": lines[index - 1]} if index else {})

        located = {
            i: msgspec.structs.replace(problem, line=lines[i - 1])
            for i, problem in raw.unreadable.items()
        }
        return RecheckedRows(replace(raw, where=locate, unreadable=located), self._kept(raw))

    def _kept(self, raw: RawPlanets) -> dict[str, Any]:
        """Return kept values as texts; numbers as they are in JSON."""
        objects = [each if isinstance(each, dict) else {} for each in raw.planets[1:]]
        return {
            name: pa.array([_as_text(each.get(name)) for each in objects], pa.string())
            for name in self._keep or ()
        }


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _ENCODER.encode(value).decode()
