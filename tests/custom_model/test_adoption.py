"""Adoption: every kind of model is adopted, with the bits of XGBoost, or refused."""

from __future__ import annotations

import errno
import json
import os
import pickle
import tempfile
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

from exohabit.custom_model import bundle_folder, extraction, model_file, replacement
from exohabit.custom_model.child_process import REFUSED as REFUSED_CODE
from exohabit.custom_model.child_process import refuse_in_one_line
from exohabit.custom_model.extraction import EXTRACTED
from exohabit.custom_model.refusal import Refused
from exohabit.inputs.planet_table import Planets
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.custom_manifest import CustomModel, ModelColumn
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, MODEL_UBJ, NEXT, BundleError
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


@pytest.mark.parametrize("kind", ["the project", "a folder with something"])
def test_a_folder_with_other_content_is_not_touched(kind, tmp_path):
    file, _ = save(tmp_path, classifier())
    folder = ROOT if kind == "the project" else tmp_path

    done = adopt(file, into=folder)

    assert done.exit_code == 1
    assert "has other content" in done.output


def test_a_model_that_was_trained_again_replaces_the_one_before(tmp_path):
    into = tmp_path / "bundle"
    adopt(save(tmp_path, classifier())[0], into=into)
    first = Bundle.load(into).version

    done = adopt(save(tmp_path, classifier(max_depth=2))[0], into=into)

    assert done.exit_code == 0
    assert Bundle.load(into).version != first


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


@pytest.mark.parametrize("kind", ["below a file", "not writable"])
def test_a_folder_that_cannot_be_written_is_an_error(kind, tmp_path):
    file, _ = save(tmp_path, classifier())
    into = file / "bundle" if kind == "below a file" else Path("/proc/bundle")

    done = adopt(file, into=into)

    assert done.exit_code == 1
    assert f"{into} cannot be written" in done.output
    assert done.output.count("\n") == 1


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

    assert caught.value.code == REFUSED_CODE
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


def bundle_contents(folder: Path, **parameters: Any) -> Path:
    folder.mkdir()
    assert adopt(save(folder, classifier(**parameters))[0], into=folder / "b").exit_code == 0
    return folder / "b"


def test_a_bundle_is_replaced_in_one_step(tmp_path, monkeypatch):
    """Before and after each change of the folder, one of both bundles can be loaded, whole."""
    into = bundle_contents(tmp_path / "old")
    other = bundle_contents(tmp_path / "new", max_depth=2)
    names = (MODEL, MODEL_UBJ, COLUMNS, bundle_folder.CARD, MANIFEST)
    contents = {name: (other / name).read_bytes() for name in names}
    versions, replace_file = [], Path.replace

    def watch(path: Path, target: Path) -> None:
        versions.append(Bundle.load(into).version)
        replace_file(path, target)
        versions.append(Bundle.load(into).version)

    monkeypatch.setattr(Path, "replace", watch)
    replacement.put_bundle(contents, into)

    old, new = versions[0], Bundle.load(other).version
    assert versions == [old] + [new] * (len(versions) - 1)
    assert len(versions) == 10
    assert all((into / name).read_bytes() == content for name, content in contents.items())
    assert not (into / NEXT).exists()


@pytest.mark.parametrize("step", range(5))
def test_an_interrupted_replacement_leaves_one_bundle_and_is_finished_later(
    step, tmp_path, monkeypatch
):
    into = bundle_contents(tmp_path / "old")
    file, _ = save(tmp_path / "old", classifier(max_depth=2))
    other = bundle_contents(tmp_path / "new", max_depth=3)
    names = (MODEL, MODEL_UBJ, COLUMNS, bundle_folder.CARD, MANIFEST)
    contents = {name: (other / name).read_bytes() for name in names}
    steps, replace_file = iter(range(9)), Path.replace

    def die(path: Path, target: Path) -> None:
        if next(steps) == step:
            raise KeyboardInterrupt
        replace_file(path, target)

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        replacement.put_bundle(contents, into)
    monkeypatch.undo()
    interrupted = Bundle.load(into).version
    done = adopt(file, into=into)

    assert (interrupted == Bundle.load(other).version) is (step > 0)
    assert done.exit_code == 0, done.output
    assert Bundle.load(into).version not in (interrupted, Bundle.load(other).version)
    assert not (into / NEXT).exists()


def test_files_that_are_still_in_next_survive_a_replacement_that_cannot_begin(
    tmp_path, monkeypatch
):
    into = bundle_contents(tmp_path / "old")
    other = bundle_contents(tmp_path / "new", max_depth=3)
    names = (MODEL, MODEL_UBJ, COLUMNS, bundle_folder.CARD, MANIFEST)
    contents = {name: (other / name).read_bytes() for name in names}
    replace_file = Path.replace

    def put_manifest_only(path: Path, target: Path) -> None:
        if path.name != MANIFEST.name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        replace_file(path, target)

    monkeypatch.setattr(Path, "replace", put_manifest_only)
    replacement.put_bundle(contents, into)
    with pytest.raises(Refused, match="cannot be written"):
        replacement.put_bundle(contents, into)

    assert Bundle.load(into).version == Bundle.load(other).version


def test_what_is_left_of_a_first_adoption_is_not_other_content(tmp_path):
    (tmp_path / "bundle" / NEXT / "models").mkdir(parents=True)
    (tmp_path / "bundle" / NEXT / MODEL).write_bytes(b"half")

    assert adopt(save(tmp_path, classifier())[0], into=tmp_path / "bundle").exit_code == 0


def test_a_full_disk_is_not_blamed_on_the_model(tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "limit_cpu", lambda _: None)  # would end the tests, too
    file, _ = save(tmp_path, classifier())
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / EXTRACTED).symlink_to("/dev/full")

    with pytest.raises(Refused, match=r"full cannot be written \(No space left on device\)"):
        extraction.extract(file, None, folder)
    monkeypatch.setenv("TMPDIR", "/proc")
    monkeypatch.setattr(tempfile, "tempdir", "/proc")
    done = adopt(file, into=tmp_path / "bundle")

    assert "no temporary folder can be made" in done.output


def test_a_full_disk_leaves_the_bundle_before(tmp_path, monkeypatch):
    into = bundle_contents(tmp_path / "old")
    before = Bundle.load(into).version
    contents = {Path("models/a"): b"x", MANIFEST: b"{}"}

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Refused, match=r"b cannot be written \(No space left on device\)"):
        replacement.put_bundle(contents, into)

    assert Bundle.load(into).version == before
    assert not (into / NEXT).exists()


def test_a_file_error_of_a_process_is_one_line(capsys):
    with pytest.raises(SystemExit) as caught, refuse_in_one_line():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert caught.value.code == REFUSED_CODE
    assert capsys.readouterr().err == (
        "a file cannot be read or written (No space left on device)\n"
    )
