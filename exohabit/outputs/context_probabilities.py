"""Context probabilities: of the zones and of the right size, with the inputs of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from msgspec import UNSET

from exohabit.outputs.context_inputs import ContextInputs, unique
from exohabit.outputs.context_types import Quantity
from exohabit.science import references
from exohabit.science.columns import BY_NAME
from exohabit.science.features import TYPICAL_TEFF
from exohabit.science.habitability import MASS_LIMITS, RADIUS_LIMITS
from exohabit.science.probabilities import Probabilities
from exohabit.science.uncertainty import Errors, stated

_DISTRIBUTION = (
    "each known value with its error, as Student's t-distribution with 4 degrees of freedom "
    f"({references.STUDENT})"
)
_ZONE = (
    f"{_DISTRIBUTION}, between the limits of {references.ZONE}; 0 if the star is not of class F to "
    "M"
)
_SIZE = (
    f"{_DISTRIBUTION}, within {RADIUS_LIMITS[0]:g} to {RADIUS_LIMITS[1]:g} Earth radii, or "
    f"{MASS_LIMITS[0]:g} to {MASS_LIMITS[1]:g} Earth masses ({references.DEFINITION})"
)
_TYPICAL = "typical errors of catalogues where none were sent"
_ALBEDOS = "an unknown albedo, most likely 0 to 0.5"
_STAR = f"a star of {TYPICAL_TEFF:g} K, because it is not known"


@dataclass(frozen=True, slots=True)
class ProbabilityReport:
    """The probabilities of planets, and the errors that were sent."""

    probabilities: Probabilities
    errors: Errors

    def of_zone(
        self, name: Literal["zone", "conservative_zone"], inputs: ContextInputs
    ) -> Quantity | None:
        """Return the probability of a zone for the planet of `inputs`."""
        sources = inputs.all_light()
        star, i = inputs.star(), inputs.index
        names = [*inputs.star_class(), *star]
        for source, columns in sources.items():
            names += self._with_errors(columns, i) if self._has_error(source, i) else columns
        names += inputs.eccentricity() + (inputs.mass() if name == "conservative_zone" else [])
        assumed = [
            *([_TYPICAL] if not all(self._has_error(source, i) for source in sources) else []),
            *([_ALBEDOS] if "pl_eqt" in sources else []),
            *([] if star else [_STAR]),
        ]
        values = getattr(self.probabilities, name)
        return _probability(values[i], names, _ZONE, assumed)

    def of_size(self, inputs: ContextInputs) -> Quantity | None:
        """Return the probability of the right size for the planet of `inputs`."""
        i = inputs.index
        columns = unique([*inputs.size(), *inputs.mass()])
        if self._has_error("pl_rade", i):  # measured, so the mass does not count
            columns = ["pl_rade"]
        has_errors = all(self._has_error(name, i) for name in columns)
        names = [
            each
            for name in columns
            for each in (self._with_errors([name], i) if self._has_error(name, i) else [name])
        ]
        return _probability(
            self.probabilities.size[i], names, _SIZE, [] if has_errors else [_TYPICAL]
        )

    def _has_error(self, source: str, i: int) -> bool:
        return bool(self.probabilities.has_error[source][i])

    def _with_errors(self, names: Iterable[str], i: int) -> list[str]:
        """Return columns with those of their errors that were sent."""
        found = []
        for name in names:
            found.append(name)
            if name in self.errors and stated(*self.errors[name])[i]:
                found += [BY_NAME[name].upper_error, BY_NAME[name].lower_error]
        return found


def _probability(
    value: float, names: list[str], source: str, assumed: list[str]
) -> Quantity | None:
    if np.isnan(value):
        return None
    return Quantity(
        value=float(value),
        unit="probability, from 0 to 1",
        inputs=unique(names),
        source=source,
        assumes="; ".join(assumed) or UNSET,
    )
