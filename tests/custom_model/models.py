"""Models as people train them, on simulated planets in the archive's columns."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import xgboost as xgb
from click.testing import CliRunner, Result

from exohabit.console import main

TYPES = ("G2 V", "G", "K5 V", "M4.5 V", "M", "F8", "A", None)
NUMBERS = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt")


@cache
def planets(count: int = 600, *, missing: float = 0.2) -> pd.DataFrame:
    """A table of random planets with the archive's five columns."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "pl_rade": rng.lognormal(0.7, 0.7, count),
            "pl_bmasse": rng.lognormal(1.5, 1.5, count),
            "pl_orbper": rng.lognormal(3.0, 1.5, count),
            "pl_eqt": rng.uniform(100.0, 1500.0, count),
        }
    ).clip(0.05, 5000.0)
    table = table.mask(rng.random(table.shape) < missing)
    return table.assign(st_spectype=rng.choice(np.array(TYPES, dtype=object), count))


def targets(table: pd.DataFrame) -> np.ndarray:
    """Whether each planet is small and temperate, with some of the answers swapped."""
    is_good = (table.pl_rade.fillna(1.0) < 2.5) & table.pl_eqt.fillna(300.0).between(180, 500)
    swapped = np.random.default_rng(2).random(len(table)) < 0.1
    return (is_good.to_numpy() ^ swapped).astype(int)


def one_hot(table: pd.DataFrame, *, letters: bool = True) -> pd.DataFrame:
    """The table with one-hot spectral classes, as pandas writes them."""
    types = table.st_spectype.str[0] if letters else table.st_spectype
    return table[[*NUMBERS]].join(pd.get_dummies(types, prefix="st_spectype"))


@cache
def classifier(**parameters: Any) -> xgb.XGBClassifier:
    """A classifier of one-hot columns."""
    table = planets()
    settings = {"n_estimators": 30, "max_depth": 4, "n_jobs": 1} | parameters
    return xgb.XGBClassifier(**settings).fit(one_hot(table), targets(table))


def save(folder: Path, model: Any, columns: Any = None) -> tuple[Path, Path]:
    """Dump a model and its columns as course projects do."""
    paths = folder / "model.pkl", folder / "feature_columns.pkl"
    names = [*one_hot(planets()).columns] if columns is None else columns
    for path, content in zip(paths, (model, names), strict=True):
        joblib.dump(content, path)
    return paths


def adopt(model: Path, *arguments: str | Path, into: Path) -> Result:
    """Run `exohabit model adopt`."""
    words = ["model", "adopt", str(model), "--into", str(into), *map(str, arguments)]
    return CliRunner().invoke(main, words)


def as_sent(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The planets as a client sends them, with every digit."""
    records = table.astype(object).where(table.notna(), None).to_dict(orient="records")
    return [{name: each[name] for name in table.columns} for each in records]
