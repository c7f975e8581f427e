"""Look-up: finds the known planet that a request names."""

from __future__ import annotations

from typing import NamedTuple

from exohabit.catalog.rows import NAME, Row
from exohabit.catalog.snapshot import Snapshot
from exohabit.catalog.store import CatalogInfo
from exohabit.inputs.named_planets import AMBIGUOUS, AmbiguousName, UnknownPlanet, Unresolved


class Known(NamedTuple):
    """A known planet."""

    row: Row
    similar_names: list[str]
    info: CatalogInfo

    @property
    def name(self) -> str:
        """The name that the catalogue gives it."""
        return str(self.row[NAME])


def find_known(snapshot: Snapshot, name: str, parameter: str = "name") -> Known:
    """Find a known planet by a name in a parameter of a request.

    Raises:
        AmbiguousName: several planets may be meant.
        UnknownPlanet: no planet has this name.
    """
    row = snapshot.look_up(name)
    if isinstance(row, Unresolved):
        problem = row.problem(parameter=parameter)
        kind = AmbiguousName if row.code == AMBIGUOUS else UnknownPlanet
        raise kind(problem.message, [problem])
    return Known(row, snapshot.finder.similar(str(row[NAME])), snapshot.stored.info)
