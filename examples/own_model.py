"""Train a model of your own on the archive's columns, and adopt it.

Needs `pip install pandas joblib scikit-learn` and the package (`pip install .`):

    python examples/own_model.py my_model
    EXOHABIT_MODEL_ROOT=my_model make run

The ten planets of planets.csv are repeated with noise here. Take the archive's table and labels of
your own instead.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import xgboost as xgb

TABLE = Path(__file__).with_name("planets.csv")
NUMBERS = ["pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt"]


def make_table() -> pd.DataFrame:
    """Return planets with the archive's five columns; NaN where not measured."""
    planets = pd.read_csv(TABLE, comment="#")
    noisy = pd.concat([planets] * 50, ignore_index=True)
    noise = np.random.default_rng(0).lognormal(0.0, 0.1, (len(noisy), len(NUMBERS)))
    return noisy.assign(**(noisy[NUMBERS] * noise))


def train(planets: pd.DataFrame) -> tuple[xgb.XGBClassifier, list[str]]:
    """Train a classifier, and return it with the names of its columns."""
    classes = pd.get_dummies(planets.st_spectype.str[0], prefix="st_spectype")
    table = planets[NUMBERS].join(classes)
    is_good = (planets.pl_rade < 2.5) & planets.pl_eqt.between(180, 310)
    model = xgb.XGBClassifier(n_estimators=100, max_depth=4).fit(table, is_good.astype(int))
    return model, list(table.columns)


def main() -> None:
    """Train, save both pickles as usual, and adopt them."""
    into = sys.argv[1] if len(sys.argv) > 1 else "my_model"
    model, columns = train(make_table())
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder, name)) for name in ("model.pkl", "feature_columns.pkl")]
        joblib.dump(model, files[0])
        joblib.dump(columns, files[1])
        command = [sys.executable, "-m", "exohabit", "model", "adopt", files[0]]
        subprocess.run([*command, "--columns", files[1], "--into", into], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
