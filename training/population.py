"""Step 1, the population: simulated planets, what is true of them and what is known of them.

Each planet gets a true star, orbit and size from broad priors (`training/true_systems.py`); then a
catalogue observes it (`training/observation.py`). Nothing of the archive itself enters but the
rates and errors in `training/settings.py`.

The trap: half the planets are drawn around the habitable zone. Only with their weights do means
refer to the prior.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.features import Table
from training.observation import observe
from training.settings import WORK, Settings
from training.true_systems import Truth, draw

FILES = {"planets": WORK / "planets.npz", "held_out": WORK / "held_out.npz"}


@dataclass(frozen=True, slots=True)
class Population:
    """Simulated planets: truth, what is known, and the weight that restores the prior."""

    truth: Truth
    known: Table
    weight: FloatArray

    def save(self, path: Path) -> None:
        """Write the population to one .npz file."""
        arrays = {f"truth.{name}": array for name, array in asdict(self.truth).items()}
        arrays |= {f"known.{name}": array for name, array in self.known.items()}
        np.savez(path, weight=self.weight, **arrays)

    @classmethod
    def load(cls, path: Path) -> Population:
        """Read a population that `save` wrote."""
        with np.load(path) as arrays:
            groups: dict[str, dict[str, Any]] = {"truth": {}, "known": {}}
            for key in set(arrays.files) - {"weight"}:
                group, name = key.split(".")
                groups[group][name] = arrays[key]
            return cls(Truth(**groups["truth"]), groups["known"], arrays["weight"])


def simulate(count: int, settings: Settings, rng: np.random.Generator) -> Population:
    """Draw `count` planets that a catalogue says enough about to be judged."""
    worlds = draw(count, settings.prior, rng)
    return Population(worlds.truth, observe(worlds, settings.catalogue, rng), worlds.weight)


def run(settings: Settings) -> None:
    """Simulate the planets to fit on and the held-out ones, into `FILES`."""
    WORK.mkdir(exist_ok=True)
    rng = np.random.default_rng(settings.seed)
    for name, count in (("planets", settings.planets), ("held_out", settings.held_out)):
        simulate(count, settings, rng).save(FILES[name])
        print(f"simulated {count:,} planets into {FILES[name].relative_to(WORK.parent)}")


if __name__ == "__main__":
    run(Settings())
