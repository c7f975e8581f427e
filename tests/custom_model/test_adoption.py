"""Adoption: every kind of model is adopted, with the bits of XGBoost, or refused."""

from __future__ import annotations

import errno
import json
import os
import pickle
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline

from exohabit.custom_model import bundle_folder, model_file
from exohabit.custom_model.child_process import REFUSED_STATUS, refuse_in_one_line
from exohabit.custom_model.refusal import Refused
from exohabit.inputs.planet_table import Planets
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.custom_manifest import CustomModel, ModelColumn
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, MODEL_UBJ, BundleError
from tests.conftest import ROOT
from tests.custom_model.models import (
    NUMBERS,
    adopt,
    as_sent,
    classifier,
    one_hot,
    planets,
    save,
    targets,
)
from utils import parse_planets


def fit(kind: Any, **parameters: Any) -> Any:
    settings = {"n_estimators": 12, "max_depth": 3, "n_jobs": 1} | parameters
    return kind(**settings).fit(one_hot(planets()), targets(planets()))


def early_stopped() -> xgb.XGBClassifier:
    table, answers = one_hot(planets()), targets(planets())
    found = xgb.XGBClassifier(n_estimators=200, learning_rate=1.0, early_stopping_rounds=2)
    return found.fit(table[:400], answers[:400], eval_set=[(table[400:], answers[400:])], verbose=0)


def saved(folder: Path, name: str) -> Path:
    classifier().get_booster().save_model(folder / name)
    return folder / name


def read_again() -> Planets:
    """The planets that the models were trained on, as a client sends them."""
    return parse_planets(json.dumps(as_sent(planets())).encode())


def assert_scores_are(expected: np.ndarray, bundle: Bundle) -> None:
    """Compare the scores with those of the user, to the bit, by every engine."""
    sent = read_again()
    matrix = bundle.columns.matrix(sent.table, sent.types)
    assert matrix.shape == (len(expected), len(bundle.columns.names))
    np.testing.assert_array_equal(bundle.score(matrix), expected)
    np.testing.assert_array_equal(bundle.for_many(2).score(matrix), expected)
    ones = [
        bundle.columns.of_one(
            {k: float(v[i]) for k, v in sent.table.items()}, sent.types.text_of(i)
        )
        for i in range(50)
    ]
    assert [bundle.score_one(each) for each in ones] == expected[:50].tolist()


def pickled(protocol: int, folder: Path) -> Path:
    (folder / "model.pkl").write_bytes(pickle.dumps(classifier(), protocol=protocol))
    return folder / "model.pkl"


ADOPTED = {
    "a classifier": lambda: (classifier(), True),
    "a booster": lambda: (classifier().get_booster(), True),
    "depth by loss": lambda: (
        fit(xgb.XGBClassifier, max_depth=0, max_leaves=20, grow_policy="lossguide"),
        True,
    ),
    "exact trees": lambda: (fit(xgb.XGBClassifier, tree_method="exact"), True),
    "early stopping": lambda: (early_stopped(), True),
    "weighted classes": lambda: (
        fit(xgb.XGBClassifier, scale_pos_weight=5.0, base_score=0.2),
        True,
    ),
    "parameters of numpy": lambda: (fit(xgb.XGBClassifier, learning_rate=np.float64(0.2)), True),
    "numpy's NaN for missing": lambda: (fit(xgb.XGBClassifier, missing=np.float64("nan")), True),
    "a forest of trees": lambda: (fit(xgb.XGBClassifier, num_parallel_tree=4), True),
    "dropout of trees": lambda: (fit(xgb.XGBClassifier, booster="dart", rate_drop=0.3), False),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ADOPTED)
def test_a_classifier_of_two_classes_is_adopted_and_scores_as_its_user_knows_it(name, tmp_path):
    model, is_fast = ADOPTED[name]()
    file, columns = save(tmp_path, model)

    done = adopt(file, "--columns", columns, into=tmp_path / "bundle")

    assert done.exit_code == 0, done.output
    bundle = Bundle.load(tmp_path / "bundle")
    clf = classifier() if isinstance(model, xgb.Booster) else model
    assert_scores_are(clf.predict_proba(one_hot(planets()))[:, 1], bundle)
    assert bundle.custom.fast_engines == is_fast == (bundle.quick_scorer is not None)
    engines = bundle.manifest.engines
    assert {each: engines[each].rows for each in engines} == (
        {"quickscorer": 10_000, "dense_booster": 10_000} if is_fast else {}
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "write",
    [
        lambda folder: saved(folder, "model.ubj"),
        lambda folder: saved(folder, "model.json"),
        lambda folder: joblib.dump(classifier(), folder / "model.joblib", compress=3)[0],
        lambda folder: joblib.dump(classifier(), folder / "model.pkl.gz")[0],
        lambda folder: joblib.dump(classifier(), folder / "model.pkl.bz2")[0],
        lambda folder: joblib.dump(classifier(), folder / "model.pkl.xz")[0],
        lambda folder: joblib.dump(classifier(), folder / "model.pkl", compress=("lzma", 9))[0],
        *(partial(pickled, protocol) for protocol in range(6)),
    ],
    ids=[*"ubj json zlib gzip bz2 xz lzma".split(), *(f"protocol {n}" for n in range(6))],
)
def test_every_file_in_which_people_keep_a_model_is_read(write, tmp_path):
    done = adopt(Path(write(tmp_path)), into=tmp_path / "bundle")

    assert done.exit_code == 0, done.output
    expected = classifier().predict_proba(one_hot(planets()))[:, 1]
    assert_scores_are(expected, Bundle.load(tmp_path / "bundle"))


def several_classes() -> xgb.XGBClassifier:
    answers = np.arange(len(planets())) % 3
    return xgb.XGBClassifier(n_estimators=2).fit(one_hot(planets()), answers)


def categorical() -> xgb.XGBClassifier:
    table = planets().assign(st_spectype=planets().st_spectype.astype("category"))
    found = xgb.XGBClassifier(n_estimators=20, enable_categorical=True)
    return found.fit(table[["st_spectype"]], targets(planets()))


def unused_categories() -> xgb.XGBClassifier:
    """Categories are among its columns, but no tree reads them."""
    table = planets().assign(st_spectype=pd.Series(["G"] * len(planets()), dtype="category"))
    return xgb.XGBClassifier(n_estimators=2, enable_categorical=True).fit(table, targets(table))


def linear() -> xgb.Booster:
    matrix = xgb.DMatrix(one_hot(planets()).fillna(0.0), targets(planets()))
    return xgb.train({"booster": "gblinear", "objective": "binary:logistic"}, matrix, 2)


def by_objective(name: str) -> xgb.Booster:
    matrix = xgb.DMatrix(one_hot(planets()), targets(planets()))
    return xgb.train({"objective": name}, matrix, 2)


def scaled() -> xgb.XGBClassifier:
    table = one_hot(planets())
    numbers = table.columns[:4]
    table[numbers] = (table[numbers] - table[numbers].mean()) / table[numbers].std()
    return xgb.XGBClassifier(n_estimators=20).fit(table, targets(planets()))


REFUSED = {
    "several classes": (several_classes, "several classes"),
    "a regressor": (lambda: fit(xgb.XGBRegressor), "regressor"),
    "a booster of a regressor": (lambda: by_objective("reg:squarederror"), "regressor"),
    "a logistic regressor": (lambda: by_objective("reg:logistic"), "regressor"),
    "a ranker": (lambda: by_objective("rank:ndcg"), "ranker"),
    "log-odds": (lambda: by_objective("binary:logitraw"), "log-odds"),
    "yes or no": (lambda: by_objective("binary:hinge"), "0 or 1"),
    "linear": (linear, "gblinear"),
    "categories of pandas": (categorical, "(enable_categorical), which ExoHabit does not pass on"),
    "unused categories of pandas": (unused_categories, "get_dummies(df.st_spectype.str[0]"),
    "scaled values": (scaled, "scaled or filled-in values, or in another unit"),
    "0 for missing": (lambda: fit(xgb.XGBClassifier, missing=0.0), "numpy.nan"),
    "numpy's 0 for missing": (
        lambda: fit(xgb.XGBClassifier, missing=np.float64(0.0)),
        "missing=0, but",
    ),
    "a forest of XGBoost": (lambda: fit(xgb.XGBRFClassifier), "save_model"),
    "a forest of scikit-learn": (
        lambda: RandomForestClassifier(2).fit([[0], [1]], [0, 1]),
        "scikit-learn model, which ExoHabit does not serve: train an xgboost.XGBClassifier",
    ),
    "a pipeline": (lambda: make_pipeline(classifier()), "pipeline[-1]"),
    "a classifier that was not fitted": (xgb.XGBClassifier, "fitted"),
    "a list": (lambda: ["pl_rade"], "fitted"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_any_other_model_is_refused_with_the_reason(name, tmp_path):
    make, reason = REFUSED[name]
    file, columns = save(tmp_path, make())

    done = adopt(file, "--columns", columns, into=tmp_path / "bundle")

    assert done.exit_code == 1
    assert reason in done.output
    assert done.output.count("\n") == 1
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize(
    ("module", "name", "library"),
    [
        (b"lightgbm.sklearn", b"LGBMClassifier", "LightGBM"),
        (b"catboost.core", b"CatBoost", "CatBoost"),
    ],
)
def test_a_model_of_another_library_is_refused_with_the_way_to_train_one(
    module, name, library, tmp_path
):
    # By hand, because the libraries are not installed here.
    words = b"".join(b"\x8c" + bytes([len(each)]) + each for each in (module, name))
    (tmp_path / "model.pkl").write_bytes(b"\x80\x04" + words + b"\x93)\x81.")

    done = adopt(tmp_path / "model.pkl", into=tmp_path / "bundle")

    assert done.exit_code == 1
    assert f"{library} model, which ExoHabit does not serve" in done.output
    assert "train an xgboost.XGBClassifier" in done.output


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (["pl_rade"], "names"),
        ([*reversed([*one_hot(planets()).columns])], "another order"),
        ([*[*one_hot(planets()).columns][:-1], "pl_rade"], "the same name"),
        ({"pl_rade": 1}, "not a list of names"),
        (one_hot(planets()).columns, "joblib.dump(list(X.columns)"),
    ],
    ids=["too few", "another order", "twice", "a dictionary", "an index of pandas"],
)
def test_columns_that_are_not_those_of_the_model_are_refused(columns, reason, tmp_path):
    file, names = save(tmp_path, classifier(), columns)

    done = adopt(file, "--columns", names, into=tmp_path / "bundle")

    assert done.exit_code == 1
    assert reason in done.output


@pytest.mark.slow
def test_whether_it_was_trained_with_missing_values_is_recorded(tmp_path):
    complete = planets(600, missing=0.0)
    without = xgb.XGBClassifier(n_estimators=12).fit(one_hot(complete), targets(complete))
    for name, model in (("with", classifier()), ("without", without)):
        (tmp_path / name).mkdir()
        adopt(save(tmp_path / name, model)[0], into=tmp_path / name / "bundle")

    recorded = {
        name: Bundle.load(tmp_path / name / "bundle").custom.trained_with_missing
        for name in ("with", "without")
    }

    assert recorded == {"with": True, "without": False}


def test_the_bundle_has_every_file_and_the_project_is_as_before(tmp_path):
    before = (ROOT / MANIFEST).read_bytes()
    file, _ = save(tmp_path, classifier())
    adopt(file, "--threshold", "0.3", "--name", "My model", into=tmp_path / "bundle")

    bundle = Bundle.load(tmp_path / "bundle")

    assert (bundle.threshold, bundle.custom.name) == (0.3, "My model")
    assert all((tmp_path / "bundle" / path).exists() for path in (MODEL, MODEL_UBJ, COLUMNS))
    assert "My model" in (tmp_path / "bundle/models/card.md").read_text()
    assert (ROOT / MANIFEST).read_bytes() == before


@pytest.mark.slow
def test_the_version_depends_on_what_the_columns_mean(tmp_path):
    table = planets()
    numbers = table[["pl_rade"]].assign(st_spectype=table.st_spectype.str[0].map({"G": 0, "K": 1}))
    model = xgb.XGBClassifier(n_estimators=5).fit(numbers, targets(table))
    file, _ = save(tmp_path, model)
    versions = []
    for letters in ("G,K", "K,G"):
        into = tmp_path / letters
        assert adopt(file, "--ordinal", f"st_spectype={letters}", into=into).exit_code == 0
        versions.append(json.loads((into / MANIFEST).read_text())["model_version"])

    assert versions[0] != versions[1]


@pytest.mark.slow
def test_a_model_that_does_not_know_its_columns_needs_their_file(tmp_path):
    model = xgb.XGBClassifier(n_estimators=2).fit(
        planets()[[*NUMBERS]].to_numpy(), targets(planets())
    )
    file, columns = save(tmp_path, model, [*NUMBERS])

    without = adopt(file, into=tmp_path / "without")
    given = adopt(file, "--columns", columns, into=tmp_path / "given")

    assert "name their file with --columns" in without.output
    assert given.exit_code == 0, given.output


def test_a_bundle_that_does_not_load_again_is_an_error(tmp_path, monkeypatch, bundle):
    def refuse(_: Path) -> None:
        raise BundleError("its golden planets score differently by 1")

    monkeypatch.setattr(Bundle, "load", refuse)
    columns = (ModelColumn("a", "column", "pl_rade"),)
    model = xgb.XGBClassifier(n_estimators=2).fit([[1.0], [2.0]] * 9, [0, 1] * 9)

    with pytest.raises(Refused, match="score differently"):
        bundle_folder.write_bundle(
            model.get_booster(),
            CustomModel("x", columns, True, True),
            0.5,
            {},
            {"depth": 1, "trees": 2},
            tmp_path,
        )


def test_what_needs_too_much_memory_is_refused_in_one_line(capsys):
    with pytest.raises(SystemExit) as caught, refuse_in_one_line():
        raise MemoryError

    assert caught.value.code == REFUSED_STATUS
    assert capsys.readouterr().err == "it is damaged, or needs too much memory (MemoryError)\n"


def test_a_file_that_is_larger_than_any_model_is_not_read(tmp_path, monkeypatch):
    file, _ = save(tmp_path, classifier())
    monkeypatch.setattr(model_file, "MAX_BYTES", 1000)

    with pytest.raises(Refused, match="MiB"):
        model_file.read_file(file)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x04\x22\x4d\x18rest", "compressed by lz4"),
        (b"\x28\xb5\x2f\xfdrest", "compressed by zstd"),
        (b"ZF0x64", "compressed by an old joblib"),
        (b"PK\x03\x04rest", "a zip archive"),
    ],
)
def test_a_file_in_a_format_that_is_not_read_is_named(content, what, tmp_path):
    (tmp_path / "model.pkl").write_bytes(content)

    done = adopt(tmp_path / "model.pkl", into=tmp_path / "bundle")

    assert f"it is {what}, which ExoHabit does not read: joblib.dump(clf" in done.output


def test_a_file_error_of_a_process_is_one_line(capsys):
    with pytest.raises(SystemExit) as caught, refuse_in_one_line():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert caught.value.code == REFUSED_STATUS
    assert capsys.readouterr().err == (
        "a file cannot be read or written (No space left on device)\n"
    )
