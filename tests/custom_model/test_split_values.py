"""Split values: what they show about the training data: units, and missing values."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from scipy.sparse import csr_matrix

from exohabit.catalog.embedded import embedded_rows
from exohabit.custom_model.column_names import identify_columns
from exohabit.custom_model.refusal import Refused
from exohabit.custom_model.split_values import (
    USUAL_RANGES,
    check_units,
    learned_missing,
    odd_units,
    with_thresholds,
)
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.scoring.custom_manifest import CustomModel
from tests.custom_model.models import adopt, one_hot, planets, save, targets
from tests.custom_model.test_supported_models import document

EQT = identify_columns(["pl_eqt"])


@pytest.mark.parametrize("threshold", [3.0, 255.0, 29_000.0, 1e-5, -1e-5])
def test_thresholds_that_values_can_reach_are_accepted(threshold):
    check_units(document(split_conditions=[threshold, 0, 0]), EQT)


@pytest.mark.parametrize("threshold", [0.4, -0.7, 1e5])
def test_thresholds_of_scaled_values_are_refused(threshold):
    with pytest.raises(Refused, match=r"pl_eqt with .* scaled or filled-in values, or in another"):
        check_units(document(split_conditions=[threshold, 0, 0]), EQT)


OF_TYPE = identify_columns(["st_spectype_G"])
OF_CLASS = identify_columns(["st_class"], {"st_class": "OBAFGKM"})


@pytest.mark.parametrize(
    ("columns", "threshold"),
    [
        *((OF_TYPE, each) for each in (1e-6, 0.5, 1.0)),
        # The last three tell missing from known, as tree_method="hist" and "exact" do it.
        *((OF_CLASS, each) for each in (0.5, 1.0, 6.0, 12.00001, 8.000001, -1e-5)),
    ],
)
def test_thresholds_that_tell_types_apart_are_accepted(columns, threshold):
    check_units(document(split_conditions=[threshold, 0, 0]), columns)


@pytest.mark.parametrize(
    ("columns", "threshold", "reason"),
    [
        *((OF_TYPE, each, "values are 0 or 1: .* another order") for each in (0.0, -1e-6, -0.4)),
        *((OF_TYPE, each, r"sparse matrix.*, or its columns are") for each in (1.001, 2.00001, 6)),
        *((OF_CLASS, each, "values are 0 to 6: .* another order") for each in (-0.5, 7.5, 14, 816)),
    ],
)
def test_thresholds_that_tell_no_types_apart_are_refused(columns, threshold, reason):
    with pytest.raises(Refused, match=f"it compares {columns[0].name} with .*{reason}"):
        check_units(document(split_conditions=[threshold, 0, 0]), columns)


def without_names(table: pd.DataFrame, method: str) -> xgb.XGBClassifier:
    model = xgb.XGBClassifier(n_estimators=20, max_depth=3, tree_method=method, n_jobs=1)
    matters = table.pl_rade.notna() ^ table.st_spectype_G
    return model.fit(table.to_numpy(dtype=float), targets(planets()) ^ matters)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["exact", "hist", "approx"])
def test_columns_in_another_order_are_refused_if_a_one_hot_column_shows_it(method, tmp_path):
    table = one_hot(planets())
    model = without_names(table, method)

    done = [
        adopt(file, "--columns", columns, into=tmp_path / "bundle")
        for names in ([*reversed(table.columns)], [*table.columns])
        for file, columns in [save(tmp_path, model, names)]
    ]

    assert [each.exit_code for each in done] == [1, 0], [each.output for each in done]
    assert re.search(r"compares st_spectype_\w with .* another order\n", done[0].output)


@pytest.mark.parametrize("method", ["exact", "hist"])
def test_a_sparse_matrix_is_refused_because_its_zeros_were_missing(method, tmp_path):
    table = one_hot(planets(missing=0.0))[["st_spectype_G", "st_spectype_K"]]
    model = xgb.XGBClassifier(n_estimators=5, tree_method=method, n_jobs=1)
    model.fit(csr_matrix(table.to_numpy(dtype=float)), table.st_spectype_G)
    file, columns = save(tmp_path, model, [*table.columns])

    done = adopt(file, "--columns", columns, into=tmp_path / "bundle")

    assert done.exit_code == 1
    assert "OneHotEncoder(sparse_output=False)" in done.output


def test_the_thresholds_of_each_column_are_recorded(tmp_path):
    table = planets()
    model = xgb.XGBClassifier(n_estimators=8, max_depth=3).fit(one_hot(table), targets(table))
    into = tmp_path / "bundle"

    done = adopt(save(tmp_path, model)[0], into=into)

    manifest = json.loads((into / "models/manifest.json").read_text())
    found = {each["name"]: each["thresholds"] for each in manifest["custom"]["columns"]}
    dumped = "".join(model.get_booster().get_dump())
    of_radius = [float(each) for each in re.findall(r"\[pl_rade<([^\]]+)\]", dumped)]
    known = [each for each in of_radius if each > 1e-3]
    assert found["pl_rade"] == pytest.approx([min(known), max(known)])
    assert found["st_spectype_G"] == [1.0, 1.0]
    assert found["st_spectype_A"] is None
    assert "is G, else 0; compared with 1\n" in done.output
    assert "is A, else 0; no tree reads it\n" in done.output
    low, high = (f"{each:.3g}" for each in found["pl_rade"])
    assert f"pl_rade: planet radius, Earth radii; compared with {low} to {high}" in done.output


@pytest.mark.parametrize(("threshold", "is_odd"), [(255.0, False), (25.0, True), (5000.0, True)])
def test_a_column_that_is_compared_with_unusual_values_only_is_named(threshold, is_odd):
    columns = with_thresholds(document(split_conditions=[threshold, 0, 0]), EQT)

    remarks = odd_units(columns)

    assert [f"pl_eqt with {threshold:.3g} to {threshold:.3g}" in each for each in remarks] == (
        [True] if is_odd else []
    )
    assert (
        CustomModel("x", columns, True, True, remarks=tuple(remarks)).notes[: len(remarks)]
        == remarks
    )


def test_usual_values_are_those_of_the_catalogue():
    rows = [row for row in embedded_rows() if row["hostname"] != "Sun"]

    for name in NUMERIC_NAMES:
        known = [row[name] for row in rows if row.get(name) is not None]
        assert USUAL_RANGES[name] == pytest.approx(np.quantile(known, [0.01, 0.99]), rel=0.005), (
            name
        )


@pytest.mark.slow
@pytest.mark.parametrize("method", ["exact", "hist", "approx"])
@pytest.mark.parametrize("file", ["pickle", "model.ubj"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_whether_values_were_missing_is_told_for_every_tree_method(method, file, missing, tmp_path):
    table = planets(600, missing=missing)
    model = xgb.XGBClassifier(n_estimators=12, max_depth=4, tree_method=method, n_jobs=1)
    model.fit(one_hot(table), targets(table))
    path, _ = save(tmp_path, model)
    if file != "pickle":
        path = tmp_path / file
        model.save_model(path)

    done = adopt(path, into=tmp_path / "bundle")

    assert done.exit_code == 0, done.output
    manifest = json.loads((tmp_path / "bundle/models/manifest.json").read_text())
    assert manifest["custom"]["trained_with_missing"] is (missing > 0)
    assert ("without missing values" in done.output) is (missing == 0)


@pytest.mark.parametrize(
    ("is_left", "is_exact", "expected"),
    [(0, None, False), (0, True, True), (1, True, False), (1, False, True), (1, None, None)],
)
def test_one_direction_only_means_what_the_tree_method_says(is_left, is_exact, expected):
    model = document(default_left=[is_left, 0, 0])

    assert learned_missing(model, EQT, is_exact=is_exact) is expected


@pytest.mark.parametrize(("of_types", "expected"), [(1, False), (0, True)])
def test_one_hot_columns_tell_the_tree_method_where_the_file_does_not(of_types, expected):
    model = document(
        left_children=[1, 3, -1, -1, -1],
        right_children=[2, 4, -1, -1, -1],
        split_indices=[0, 1, 0, 0, 0],
        split_conditions=[300.0, 0.5, 0, 0, 0],
        default_left=[1, of_types, 0, 0, 0],
        split_type=[0] * 5,
    )
    columns = identify_columns(["pl_eqt", "st_spectype_G"])

    assert learned_missing(model, columns, is_exact=None) is expected
    assert "do not tell" in CustomModel("x", columns, True, None).notes[-1]
