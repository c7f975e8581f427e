"""Split values: what the values at which a model's trees split show about its training data.

These thresholds show whether values were missing, and often whether they were in another unit. But
not always: radii from 1 to 2 may be in Earth's or Jupiter's. So the command, the manifest and
`GET /model` show the thresholds to the user. The threshold of the prediction is not meant here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from exohabit.custom_model.refusal import Refused, short_ascii
from exohabit.custom_model.supported_models import Document, splits_of
from exohabit.science.columns import BY_NAME
from exohabit.scoring.custom_manifest import COLUMN, ORDINAL, ModelColumn

USUAL_RANGES: Mapping[str, tuple[float, float]] = {
    "pl_rade": (0.75, 18.3),
    "pl_bmasse": (0.374, 6470.0),
    "pl_orbper": (0.646, 14_100.0),
    "pl_eqt": (207.0, 2310.0),
    "pl_insol": (0.4, 4250.0),
    "pl_orbsmax": (0.0132, 56.2),
    "pl_orbeccen": (0.0, 0.727),
    "st_teff": (3130.0, 7300.0),
    "st_rad": (0.189, 12.3),
    "st_mass": (0.118, 2.06),
}
"""1st and 99th percentile of known planets (NASA Exoplanet Archive, PSCompPars, 2025-12-30)."""
_MAX_MISSING_SPLIT = 1e-3
"""Splits below this only separate missing values from known ones: all columns are positive."""
_MAX_FACTOR = 3.0
"""Largest plausible split, divided by the largest value. XGBoost itself goes up to twice that."""
_MAX_OUTSIDE_SHARE = 0.25
"""Largest share of a column's thresholds that may lie outside the column's range."""
_OTHER_ORDER = "or its columns are in another order"


def with_thresholds(model: Document, columns: Sequence[ModelColumn]) -> tuple[ModelColumn, ...]:
    """Return the columns with the lowest and the highest threshold of each."""
    found = _thresholds(model, columns)
    return tuple(
        replace(column, thresholds=(min(found[i]), max(found[i]))) if i in found else column
        for i, column in enumerate(columns)
    )


def _thresholds(model: Document, columns: Sequence[ModelColumn]) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for i, threshold, _ in splits_of(model):
        # One-hot columns are never missing, so all their thresholds must tell 0 from 1.
        if columns[i].is_one_hot or abs(threshold) > _MAX_MISSING_SPLIT:
            found.setdefault(i, []).append(threshold)
    return found


def check_units(model: Document, columns: Sequence[ModelColumn]) -> None:
    """Check that a model was trained on such values as ours, by the thresholds of its trees.

    Raises:
        Refused: a quarter of the thresholds of a column are such that no value can reach them.
    """
    for i, found in _thresholds(model, columns).items():
        outside = [each for each in found if not _can_be_reached(each, columns[i])]
        if len(outside) > _MAX_OUTSIDE_SHARE * len(found):
            name = columns[i].source if columns[i].kind == COLUMN else columns[i].name
            raise Refused(
                f"it compares {short_ascii(name)} with {outside[0]:.3g}, but values are "
                f"{_values_and_reason(columns[i])}"
            )


def _can_be_reached(threshold: float, column: ModelColumn) -> bool:
    """Whether values of a column can lie on both sides of a threshold, or missing and known ones.

    XGBoost compares with <, so a threshold of 0 has nothing below it, and one of 1 has 0 below it.
    """
    if column.is_one_hot:
        return 0.0 < threshold <= 1.0
    if column.kind == ORDINAL:
        last = len(column.source) - 1
        nearest = 2 * round(threshold / 2)  # twice a position tells missing from known
        is_double = 0 <= nearest <= 2 * last and abs(threshold - nearest) < _MAX_MISSING_SPLIT
        return is_double or 0.0 < threshold <= last
    if column.source not in BY_NAME:
        return True
    low, high = BY_NAME[column.source].bounds
    return low <= threshold <= _MAX_FACTOR * high


def _values_and_reason(column: ModelColumn) -> str:
    """Say which values a column has, and why the thresholds may be others."""
    if column.is_one_hot:
        return (
            "0 or 1: it was trained on scaled values or on a sparse matrix, in which XGBoost takes "
            f"0 for missing (train it with OneHotEncoder(sparse_output=False)), {_OTHER_ORDER}"
        )
    if column.kind == ORDINAL:
        last = len(column.source) - 1
        return f"0 to {last}: it was trained on scaled or other numbers, {_OTHER_ORDER}"
    low, high = BY_NAME[column.source].bounds
    return (
        f"{low:g} to {high:g} {BY_NAME[column.source].unit}: it was trained on scaled or filled-in "
        f"values, or in another unit, {_OTHER_ORDER}"
    )


def odd_units(columns: Sequence[ModelColumn]) -> list[str]:
    """Warn of columns whose thresholds all lie beyond the values of 98 % of the known planets."""
    remarks = []
    for column in columns:
        if column.thresholds is None or column.source not in USUAL_RANGES:
            continue
        (low, high), (least, most) = column.thresholds, USUAL_RANGES[column.source]
        if high < least or low > most:
            remarks.append(
                f"Its trees compare {column.source} with {low:.3g} to {high:.3g}, but 98 % of the "
                f"known planets have {least:g} to {most:g}: check that it was trained in "
                f"{BY_NAME[column.source].unit}."
            )
    return remarks


def learned_missing(
    model: Document, columns: Sequence[ModelColumn], *, is_exact: bool | None
) -> bool | None:
    """Whether the trees learned what to do where a numeric value is missing; None if open.

    If no value was missing when a node was split, XGBoost sends missing ones to the right, and with
    tree_method="exact" to the left. One-hot columns are never missing, so their nodes tell which of
    both it was.

    Args:
        model: the model.
        columns: its columns.
        is_exact: whether it was trained with tree_method="exact"; None if the file does not say.
    """
    numeric, one_hot = set(), set()
    for i, _, is_left in splits_of(model):
        if columns[i].kind == COLUMN:
            numeric.add(is_left)
        elif columns[i].kind != ORDINAL:
            one_hot.add(is_left)
    if len(numeric) != 1:
        return True if numeric else None
    if is_exact is None and len(one_hot) == 1:
        is_exact = one_hot == {True}
    if numeric == {False}:
        return is_exact is True
    return None if is_exact is None else not is_exact
