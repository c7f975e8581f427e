"""Writes a fitted model as the bundle that the service loads: model, columns, manifest."""

from __future__ import annotations

import hashlib
import pickle
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import joblib
import msgspec
import numpy as np
import sklearn
import xgboost as xgb

from exohabit.science import columns
from exohabit.science.features import FEATURES, feature_matrix
from exohabit.scoring.golden_planets import golden_table
from exohabit.scoring.manifest import (
    COLUMNS,
    MANIFEST,
    MODEL,
    MODEL_UBJ,
    Golden,
    Manifest,
    Size,
    new_version,
)
from training.engines import compare
from training.population import Population
from training.settings import Settings

DEFINITION = (
    "potentially habitable: a star of class F, G, K or M; insolation in the optimistic habitable "
    "zone (Kopparapu et al. 2014, recent Venus to early Mars); radius 0.5 to 2.5 Earth radii, or "
    "minimum mass 0.1 to 10 Earth masses where no radius is known (Habitable Worlds Catalog)"
)
THRESHOLD_REASON = (
    "scores are calibrated probabilities, so from 0.5 on a planet is more likely potentially "
    "habitable than not"
)
_GOLDEN_VALUES: tuple[tuple[float | str | None, ...], ...] = (
    (1.0, 1.0, 365.25, 255.0, "G2 V"),
    (1.1, 0.9, 365.0, 288.0, "G"),
    (1.0, None, None, 255.0, None),
    (0.949, 0.815, 224.7, 227.0, "G2 V"),
    (0.532, 0.107, 686.98, 210.0, "G2 V"),
    (11.2, 317.8, 4332.6, 110.0, "G2 V"),
    (None, 8.1, 60.7, None, "M0"),
    (1.41, None, 267.29, 208.0, "K2 V"),
    (10.4, None, 1.41, 163.0, "WD"),
    (12.5, 3400.0, 323.2, None, "K1III(+M)"),
    (0.92, 0.692, 6.101, 249.7, "M8.0 V", 0.646, 0.02925, 0.0051, 2566.0, 0.1192, 0.0898),
    (1.6, None, None, None, None, 0.9, None, None, 4800.0, 0.7, None),
    (None, 8.6, 121.9, None, "M1.5 V", None, 0.384, 0.366, 3564.0, 0.46, 0.509),
)
# Planets with every kind of input, whose scores a loaded model must reproduce. Each has all columns
# in the order of the table of columns, or the required ones only.
GOLDEN_PLANETS: tuple[dict[str, float | str | None], ...] = tuple(
    {column.name: value for column, value in zip(columns.COLUMNS, values, strict=False)}
    for values in _GOLDEN_VALUES
)


def publish(
    model: xgb.XGBClassifier,
    settings: Settings,
    size: Size,
    sizes: list[Size],
    population: Population,
    metrics: dict[str, Any],
    root: Path,
) -> Manifest:
    """Write the bundle into the folder `root`, and return its manifest.

    Raises:
        ValueError: a fast engine scores differently from XGBoost.
    """
    (root / MODEL).parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, root / MODEL)
    model.save_model(root / MODEL_UBJ)
    (root / COLUMNS).write_bytes(pickle.dumps(list(FEATURES)))
    files = {
        path.as_posix(): hashlib.sha256((root / path).read_bytes()).hexdigest()
        for path in (MODEL, MODEL_UBJ, COLUMNS)
    }
    trained = datetime.now(UTC).date().isoformat()
    manifest = Manifest(
        model_version=new_version(trained, files[MODEL.as_posix()], settings.threshold),
        trained=trained,
        definition=DEFINITION,
        threshold=settings.threshold,
        threshold_reason=THRESHOLD_REASON,
        features=FEATURES,
        files=files,
        versions={
            "python": platform.python_version(),
            "xgboost": xgb.__version__,
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "joblib": joblib.__version__,
        },
        seen=_seen(population),
        settings=asdict(settings),
        size={"depth": size.depth, "trees": size.trees},
        sizes=sizes,
        metrics=metrics,
        engines=compare(model.get_booster(), feature_matrix(population.known)),
        golden=_golden(model),
    )
    encoded = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    (root / MANIFEST).write_bytes(encoded + b"\n")
    return manifest


def _seen(population: Population) -> dict[str, tuple[float, float]]:
    """Return the range of each numeric column, without 1 in 10,000 planets at each end."""
    has_weight = population.weight > 0
    seen = {}
    for column in columns.NUMERIC:
        values = population.known[column.name][has_weight]
        low, high = np.nanquantile(values, (1e-4, 1.0 - 1e-4))
        seen[column.name] = (float(low), float(high))
    return seen


def _golden(model: xgb.XGBClassifier) -> list[Golden]:
    scores = model.get_booster().inplace_predict(feature_matrix(golden_table(GOLDEN_PLANETS)))
    return [
        Golden(planet, float(score)) for planet, score in zip(GOLDEN_PLANETS, scores, strict=True)
    ]
