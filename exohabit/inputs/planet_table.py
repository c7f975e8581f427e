"""Planets: what is known of the planets of a request, in its order and as columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from exohabit.inputs.measurement_errors import Details
from exohabit.science.arrays import SingleArray
from exohabit.science.columns import COLUMNS, NUMERIC_NAMES
from exohabit.science.domain_warnings import Caveats
from exohabit.science.features import Table, lacks_light, lacks_size
from exohabit.science.spectral_columns import Types

Begun = Future[SingleArray]
"""Scores of some planets, shape (planets,), as soon as they are there."""
Begin = Callable[[Table], Begun]
"""What begins to score the planets of a table and does not wait for it."""


class Planets(Struct, frozen=True):
    """Planets of a request, in its order: names, and what is known as columns."""

    names: list[str | None]
    types: Types
    """Spectral types as they were written."""
    table: Table
    caveats: Caveats
    is_one: bool = False
    """Whether the request was one bare planet rather than a list."""
    labels: Sequence[str] | None = None
    """Labels of the rows of a DataFrame."""
    given_details: Details | None = None
    """Read only where an answer needs them."""
    begun: Sequence[Begun] = ()
    """What the bundle that judges them began with parts of the table as they were read."""

    @property
    def details(self) -> Details:
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
            caveats={k: self.caveats[i] for k, i in enumerate(indices) if i in self.caveats},
            labels=self.labels and [self.labels[i] for i in indices],
            given_details=self.given_details and self.given_details.take(indices),
            begun=(),
        )

    def reasons(self) -> dict[int, str]:
        """Say, by index, why planets cannot be judged; those that can are absent."""
        no_size, no_light = lacks_size(self.table), lacks_light(self.table)
        lacking = np.flatnonzero(no_size | no_light).tolist()
        return {i: reason_of(no_size[i], no_light[i]) for i in lacking}

    def understood(self, index: int) -> dict[str, float | str | None]:
        """Say what was understood of a planet: every column, null where it is not known."""
        numbers = {name: float(self.table[name][index]) for name in NUMERIC_NAMES}
        known = {name: None if math.isnan(value) else value for name, value in numbers.items()}
        everything = {"st_spectype": self.types.of_star(index), **known}
        return {"name": self.names[index]} | {c.name: everything[c.name] for c in COLUMNS}


def reason_of(no_size: bool, no_light: bool) -> str:
    """Say why a planet cannot be judged of which one or both are lacking."""
    lacking = ((no_size, _NO_SIZE), (no_light, _NO_LIGHT))
    return " and ".join(text for lacks, text in lacking if lacks)


_NO_SIZE = "neither radius nor mass is known"
_NO_LIGHT = (
    "nothing tells its irradiation (pl_eqt, pl_insol, or an orbit and a star: pl_orbper or "
    "pl_orbsmax with st_spectype or st_teff)"
)
