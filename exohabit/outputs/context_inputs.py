"""Context inputs: from which inputs of a planet each number of its context is computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def unique(names: Iterable[str]) -> list[str]:
    """Return names without repetitions, in their order."""
    return list(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class ContextInputs:
    """The inputs of one planet that its context is computed from."""

    known: dict[str, list[bool]]
    """For each column, and for some quantities, whether it is known for each planet."""
    index: int

    def star(self) -> list[str]:
        """Return the input that gives the star's temperature."""
        return self._first({"st_teff": "st_teff", "spectype_teff": "st_spectype"})

    def star_class(self) -> list[str]:
        """Return the input that gives the star's class."""
        return self._first({"spectype_fgkm": "st_spectype", "st_teff": "st_teff"})

    def luminosity(self) -> list[str]:
        """Return the inputs that give the star's temperature and radius."""
        return unique([*self.star(), *self._first({"st_rad": "st_rad"})])

    def light(self) -> list[str]:
        """Return the inputs that give the insolation: as stated, else by orbit, else by T_eq."""
        stated = self._first({"pl_insol": "pl_insol"})
        light = stated or self._orbit() or self._first({"pl_eqt": "pl_eqt"})
        return [*light, *self._first({"eccentric": "pl_orbeccen"})] if light else []

    def size(self) -> list[str]:
        """Return the input that gives the planet's size."""
        return self._first({"pl_rade": "pl_rade", "pl_bmasse": "pl_bmasse"})

    def measured_size(self) -> list[str]:
        """Return the input that the definition takes as the size."""
        return self._first({"measured_radius": "pl_rade", "pl_bmasse": "pl_bmasse"})

    def _orbit(self) -> list[str]:
        if not self._first({"orbit": "orbit"}):
            return []
        axis = self._first({"pl_orbsmax": "pl_orbsmax"})
        mass = self._first({"st_mass": "st_mass"}) or self.star()
        return unique([*(axis or ["pl_orbper"]), *self.luminosity(), *([] if axis else mass)])

    def _first(self, inputs: dict[str, str]) -> list[str]:
        """Return the input of the first quantity that is known, or nothing."""
        return next(([given] for name, given in inputs.items() if self.known[name][self.index]), [])
