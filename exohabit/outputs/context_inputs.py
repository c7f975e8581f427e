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
        return [*light, *self.eccentricity()] if light else []

    def eccentricity(self) -> list[str]:
        """Return the eccentricity's column if it is not 0."""
        return self._first({"eccentric": "pl_orbeccen"})

    def all_light(self) -> dict[str, list[str]]:
        """Return the inputs of each known source of the light: stated, orbit, T_eq."""
        sources = {
            "pl_insol": self._first({"pl_insol": "pl_insol"}),
            "orbit": self._orbit(),
            "pl_eqt": self._first({"pl_eqt": "pl_eqt"}),
        }
        return {name: inputs for name, inputs in sources.items() if inputs}

    def size(self) -> list[str]:
        """Return the input that gives the planet's size."""
        return self._first({"pl_rade": "pl_rade", "pl_bmasse": "pl_bmasse"})

    def mass(self) -> list[str]:
        """Return the input that gives the planet's mass."""
        return self._first({"pl_bmasse": "pl_bmasse", "pl_rade": "pl_rade"})

    def _orbit(self) -> list[str]:
        """Return the inputs of the insolation of star and orbit.

        The axis is that of Kepler's law with a stated mass, else as stated, else that of Kepler's
        law with the mass of a dwarf.
        """
        if not self._first({"orbit": "orbit"}):
            return []
        period, axis, mass = (
            self._first({name: name}) for name in ("pl_orbper", "pl_orbsmax", "st_mass")
        )
        if axis and not (period and mass):
            return unique([*axis, *self.luminosity()])
        return unique([*period, *self.luminosity(), *(mass or self.star())])

    def _first(self, inputs: dict[str, str]) -> list[str]:
        """Return the input of the first quantity that is known, or nothing."""
        return next(([given] for name, given in inputs.items() if self.known[name][self.index]), [])
