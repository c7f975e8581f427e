"""Imputation: rivals that fill in missing values and then apply the definition.

The insolation of orbit and star is computed first, where both are known. The rest is the median of
the archive, or the mean of its most similar planets. Planets of the same host are never used.
"""

from __future__ import annotations

import numpy as np
from sklearn.impute import KNNImputer, SimpleImputer

from exohabit.science import habitability
from exohabit.science.arrays import FloatArray
from exohabit.science.elementwise import first_known
from exohabit.science.features import Table, implied_light, lacks_zone
from training.archive import Archive
from training.folds import fold_of
from training.metrics import AnyArray
from training.rivals import Rival, calibrate
from training.test_sets import PlanetSet

MEDIAN = "imputation by the median, then the definition"
NEIGHBOURS = "imputation by 10 neighbours, then the definition"
IMPUTERS = {MEDIAN: SimpleImputer(strategy="median"), NEIGHBOURS: KNNImputer(n_neighbors=10)}
COLUMNS = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "pl_insol", "st_teff")
"""Columns that are filled in, and that tell how similar planets are, by their logarithms."""


def score_by_imputation(
    archive: Archive, sets: dict[str, PlanetSet]
) -> dict[str, dict[str, Rival]]:
    """Return the scores by test set and imputation."""
    full = logarithms(archive.known(optional=True))
    hosts = archive.rows["hostname"].to_numpy()
    scored: dict[str, dict[str, Rival]] = {name: {} for name in sets}
    for rival, imputer in IMPUTERS.items():
        for name, planets in sets.items():
            filled = fill(imputer, full, hosts, planets)
            scored[name][rival] = calibrate(_rank(planets.known, filled), planets)
    return scored


def logarithms(known: Table) -> FloatArray:
    """Return the logarithms of the columns, shape (planets, columns)."""
    light = implied_light(known)
    computed = {
        "pl_insol": first_known(known["pl_insol"], light.insol) * light.gain,
        "st_teff": light.teff,
    }
    values = {**known, **computed}
    return np.log([values[name] for name in COLUMNS]).T


def fill(
    imputer: SimpleImputer | KNNImputer, full: FloatArray, hosts: AnyArray, planets: PlanetSet
) -> dict[str, FloatArray]:
    """Return the columns without missing values."""
    logs = logarithms(planets.known)
    fold, full_fold = fold_of(planets.hosts), fold_of(hosts)
    filled = np.empty_like(logs)
    for i in np.unique(fold):
        others = full[full_fold != i]
        spread = np.nanstd(others, axis=0)
        spread[spread == 0.0] = 1.0
        imputer.fit(others / spread)
        filled[fold == i] = imputer.transform(logs[fold == i] / spread) * spread
    return dict(zip(COLUMNS, np.exp(filled).T, strict=True))


def _rank(known: Table, filled: dict[str, FloatArray]) -> FloatArray:
    """Rank by the definition, ties by Earth similarity."""
    insol, radius = filled["pl_insol"], filled["pl_rade"]
    meets = habitability.is_habitable(
        insol, filled["st_teff"], ~lacks_zone(known), radius, filled["pl_bmasse"]
    )
    return np.asarray(meets + habitability.earth_similarity(insol, radius) / 10.0)
