"""Inputs: from which inputs of a planet each number of its context is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def once(names: Iterable[str]) -> list[str]:
    """Return names without those that came before."""
    return list(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class ContextInputs:
    """Which inputs of a planet its context is made from."""

    known: dict[str, list[bool]]
    """Of each column, and of some quantities, whether it is known of each planet."""
    index: int

    def star(self) -> list[str]:
        """Return what tells of the star's temperature."""
        return self._first({"st_teff": "st_teff", "spectype_teff": "st_spectype"})

    def kind(self) -> list[str]:
        """Return what tells of the star's class."""
        return self._first({"spectype_fgkm": "st_spectype", "st_teff": "st_teff"})

    def luminosity(self) -> list[str]:
        """Return what tells of the star's temperature and radius."""
        return once([*self.star(), *self._first({"st_rad": "st_rad"})])

    def light(self) -> list[str]:
        """Return what the insolation is taken from: stated, of the orbit, of T_eq."""
        stated = self._first({"pl_insol": "pl_insol"})
        light = stated or self._orbit() or self._first({"pl_eqt": "pl_eqt"})
        return [*light, *self._first({"eccentric": "pl_orbeccen"})] if light else []

    def size(self) -> list[str]:
        """Return what tells the planet's size."""
        return self._first({"pl_rade": "pl_rade", "pl_bmasse": "pl_bmasse"})

    def measured_size(self) -> list[str]:
        """Return what the definition judges the size by."""
        return self._first({"measured_radius": "pl_rade", "pl_bmasse": "pl_bmasse"})

    def _orbit(self) -> list[str]:
        if not self._first({"orbit": "orbit"}):
            return []
        axis = self._first({"pl_orbsmax": "pl_orbsmax"})
        mass = self._first({"st_mass": "st_mass"}) or self.star()
        return once([*(axis or ["pl_orbper"]), *self.luminosity(), *([] if axis else mass)])

    def _first(self, names: dict[str, str]) -> list[str]:
        """Return the input of the first of some quantities that is known, if any."""
        return next(([given] for name, given in names.items() if self.known[name][self.index]), [])
