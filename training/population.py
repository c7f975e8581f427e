"""Step 1, the population: simulated planets with their true and their known values.

Each planet gets a true star, orbit and size from broad priors (`training/true_systems.py`). Then a
catalogue observes it (`training/observation.py`). The archive only contributes the rates and errors
in `training/settings.py`.

Warning: most of the planets are drawn near the habitable zone. Means refer to the prior only with
the weights.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.features import Table, lacks_zone
from training.observation import observe
from training.settings import WORK, Settings
from training.true_systems import Truth, draw_systems

FILES = {"planets": WORK / "planets.npz", "held_out": WORK / "held_out.npz"}


@dataclass(frozen=True, slots=True)
class Population:
    """Simulated planets: true values, known values, and the weight that restores the prior."""

    truth: Truth
    known: Table
    weight: FloatArray

    def save(self, path: Path) -> None:
        """Write the population to an .npz file."""
        arrays = {f"truth.{name}": array for name, array in asdict(self.truth).items()}
        arrays |= {f"known.{name}": array for name, array in self.known.items()}
        np.savez(path, weight=self.weight, **arrays)

    @classmethod
    def load(cls, path: Path) -> Population:
        """Read a population from a file of `save`."""
        with np.load(path) as arrays:
            groups: dict[str, dict[str, Any]] = {"truth": {}, "known": {}}
            for key in set(arrays.files) - {"weight"}:
                group, name = key.split(".")
                groups[group][name] = arrays[key]
            return cls(Truth(**groups["truth"]), groups["known"], arrays["weight"])


def simulate(count: int, settings: Settings, rng: np.random.Generator) -> Population:
    """Draw `count` planets; enough is known of each to predict it."""
    systems = draw_systems(count, settings.prior, rng)
    known = observe(systems, settings.catalogue, rng)
    return Population(_as_stated(systems.truth, known), known, systems.weight)


def _as_stated(truth: Truth, known: Table) -> Truth:
    """Return the true values, with the class of star and the kind of size that are stated.

    The mass decides where no radius is known, and the temperature tells the class of a star
    without a spectral type.
    """
    return replace(
        truth,
        radius=np.where(np.isnan(known["pl_rade"]), np.nan, truth.radius),
        is_fgkm=truth.is_fgkm & ~lacks_zone(known),
    )


def run(settings: Settings) -> None:
    """Simulate the training and the held-out planets and write them to `FILES`."""
    WORK.mkdir(exist_ok=True)
    rng = np.random.default_rng(settings.seed)
    for name, count in (("planets", settings.planets), ("held_out", settings.held_out)):
        simulate(count, settings, rng).save(FILES[name])
        print(f"simulated {count:,} planets into {FILES[name].relative_to(WORK.parent)}")


if __name__ == "__main__":
    run(Settings())
