"""Makes the model: `python -m training` runs all steps and writes the bundle.

Each step can also be run alone: `python -m training.population`, `.labels`, `.fit`, and with real
planets `.evaluate`.
"""

from __future__ import annotations

import argparse

from training import fit, labels, population
from training.settings import Settings


def main() -> None:
    """Simulate, label, fit and publish, with the settings in `training/settings.py`."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    settings = Settings(seed=parser.parse_args().seed)
    population.run(settings)
    labels.run()
    fit.run(settings)


if __name__ == "__main__":
    main()
