"""Make the model from nothing: `python -m training` runs the steps and writes the bundle.

Each step runs alone as well: `python -m training.population`, `.labels`, `.fit`, and, on real
planets, `.evaluate`.
"""

from __future__ import annotations

import argparse

from training import fit, labels, population
from training.settings import Settings


def main() -> None:
    """Simulate, label, fit and write, with the settings of `training/settings.py`."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    settings = Settings(seed=parser.parse_args().seed)
    population.run(settings)
    labels.run()
    fit.run(settings)


if __name__ == "__main__":
    main()
