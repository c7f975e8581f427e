"""The usual script of a user: scores a large table in chunks with pandas and XGBClassifier.

`python -m bench.usual_script IN.csv OUT.csv`. It checks nothing, warns of nothing, and cannot
continue after a kill; `bench.bulk` compares its speed with that of `exohabit score`.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pandas as pd

from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.features import feature_matrix
from exohabit.science.spectral_columns import spectral_columns

MODEL = Path(__file__).resolve().parent.parent / "models" / "habitability_model.pkl"
CHUNK = 100_000


def main(source: str, target: str) -> None:
    """Score a table."""
    model = pickle.loads(MODEL.read_bytes())  # noqa: S301
    first = True
    for chunk in pd.read_csv(source, chunksize=CHUNK):
        types = [each if isinstance(each, str) else None for each in chunk["st_spectype"]]
        table = {name: chunk[name].to_numpy(float) for name in NUMERIC_NAMES}
        scores = model.predict_proba(feature_matrix(table | spectral_columns(types)))[:, 1]
        rows = pd.DataFrame({"name": chunk["name"], "score": scores})
        rows.to_csv(target, mode="w" if first else "a", header=first, index=False)
        first = False


if __name__ == "__main__":
    main(*sys.argv[1:])
