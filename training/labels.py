"""Step 2, the labels: the definition applied to the true values of each simulated planet."""

from __future__ import annotations

import numpy as np

from exohabit.science.arrays import BoolArray
from exohabit.science.habitability import is_habitable
from training.population import FILES as POPULATION
from training.population import Population
from training.settings import WORK
from training.true_systems import Truth

FILES = {name: WORK / f"{name}_labels.npy" for name in POPULATION}


def label(truth: Truth) -> BoolArray:
    """Return whether each planet meets the definition, shape (planets,)."""
    return is_habitable(truth.insol, truth.teff, truth.is_fgkm, truth.radius, truth.mass)


def run() -> None:
    """Label the simulated populations and write the labels to `FILES`."""
    for name, path in POPULATION.items():
        population = Population.load(path)
        labels = label(population.truth)
        np.save(FILES[name], labels)
        prior = np.average(labels, weights=population.weight)
        print(f"labelled {name}: {labels.mean():.1%} habitable, {prior:.1%} under the prior")


if __name__ == "__main__":
    run()
