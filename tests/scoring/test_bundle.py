"""The bundle: what must hold before it is served, and what it then does."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb

from exohabit.science.features import FEATURES, feature_matrix
from exohabit.scoring.bundle import Bundle, golden_table, ranking
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, MODEL_UBJ, BundleError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped bundle, to be damaged."""
    (tmp_path / "models").mkdir()
    for path in (MODEL, MODEL_UBJ, COLUMNS, MANIFEST):
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def edit_manifest(root: Path, **changes) -> None:
    path = root / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def plant(root: Path, name: Path, content: bytes) -> None:
    """Put a file into the bundle together with its own, matching, SHA-256."""
    (root / name).write_bytes(content)
    files = json.loads((root / MANIFEST).read_text())["files"]
    edit_manifest(root, files={**files, name.as_posix(): hashlib.sha256(content).hexdigest()})


def refusal(root: Path) -> str:
    with pytest.raises(BundleError) as caught:
        Bundle.load(root)
    message = str(caught.value)
    assert "\n" not in message
    assert "make train" in message
    return message


def test_the_shipped_bundle_holds(copy):
    assert Bundle.load(copy).version == json.loads((ROOT / MANIFEST).read_text())["model_version"]


@pytest.mark.parametrize("name", [MODEL, COLUMNS])
@pytest.mark.parametrize("place", [0.01, 0.5, 0.99])
def test_one_flipped_bit_is_refused_before_it_is_unpickled(copy, name, place):
    content = bytearray((copy / name).read_bytes())
    content[int(len(content) * place)] ^= 1
    (copy / name).write_bytes(content)

    assert "SHA-256" in refusal(copy)


@pytest.mark.parametrize("name", [MODEL, COLUMNS, MANIFEST])
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()

    assert str(name) in refusal(copy)


def test_a_damaged_manifest_is_refused(copy):
    (copy / MANIFEST).write_text("{")

    assert "damaged" in refusal(copy)


class Payload:
    def __reduce__(self):
        return (print, ("executed",))


@pytest.mark.parametrize("name", [MODEL, COLUMNS])
def test_a_planted_payload_is_not_executed_though_its_hash_matches(copy, name, capsys):
    plant(copy, name, pickle.dumps(Payload()))

    assert "builtins.print" in refusal(copy)
    assert capsys.readouterr().out == ""


def test_a_truncated_pickle_is_refused_though_its_hash_matches(copy):
    plant(copy, MODEL, (copy / MODEL).read_bytes()[:1000])

    refusal(copy)


def test_a_model_of_another_xgboost_is_refused_with_both_versions(copy):
    edit_manifest(copy, versions={"xgboost": "1.7.6"})

    message = refusal(copy)
    assert "1.7.6" in message
    assert xgb.__version__ in message


def test_columns_in_another_order_are_refused(copy):
    plant(copy, COLUMNS, pickle.dumps(list(FEATURES[::-1])))

    assert "columns" in refusal(copy)


@pytest.mark.parametrize("change", [2e-6, -0.1])
def test_a_golden_planet_that_scores_differently_is_refused(copy, change):
    golden = json.loads((copy / MANIFEST).read_text())["golden"]
    golden[3]["score"] += change
    edit_manifest(copy, golden=golden)

    assert "golden" in refusal(copy)


def test_a_bundle_without_golden_planets_is_refused(copy):
    edit_manifest(copy, golden=[])

    assert "golden" in refusal(copy)


def test_another_model_under_the_same_manifest_is_refused(copy):
    other = xgb.XGBClassifier(n_estimators=2, max_depth=2)
    other.fit(np.eye(2, len(FEATURES)), [0, 1])
    plant(copy, MODEL, pickle.dumps(other))

    assert "golden" in refusal(copy)


def test_the_ubjson_scores_as_the_pickle_does(bundle):
    features = feature_matrix(golden_table([each.planet for each in bundle.manifest.golden]))
    twin = xgb.Booster(model_file=ROOT / MODEL_UBJ)

    np.testing.assert_array_equal(twin.inplace_predict(features), bundle.score(features))


def test_the_bundle_cannot_be_changed(bundle):
    with pytest.raises(AttributeError):
        bundle.booster = None


def test_the_feature_columns_file_lists_the_features_in_order():
    assert pickle.loads((ROOT / COLUMNS).read_bytes()) == list(FEATURES)


def test_every_file_of_the_bundle_is_the_one_its_manifest_describes():
    files = json.loads((ROOT / MANIFEST).read_text())["files"]

    assert set(files) == {path.as_posix() for path in (MODEL, MODEL_UBJ, COLUMNS)}
    for name, digest in files.items():
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest


def test_ranking_is_descending_and_stable():
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.9], dtype=np.float32)

    assert ranking(scores).tolist() == [1, 4, 0, 2, 3]


def test_ranking_is_that_of_a_stable_sort_for_whatever_a_probability_may_be():
    rng = np.random.default_rng(0)
    least = np.finfo(np.float32).smallest_subnormal
    scores = rng.choice(np.float32([0, least, 1e-38, 0.25, np.nextafter(1, 0), 1]), 1_000)
    scores[::2] = rng.random(500, dtype=np.float32)

    assert np.array_equal(ranking(scores), np.argsort(-scores, kind="stable"))
    assert np.array_equal(ranking(scores[::-2]), np.argsort(-scores[::-2], kind="stable"))


def test_the_shipped_model_is_the_smallest_within_the_tolerance(bundle):
    sizes, chosen = bundle.manifest.sizes, bundle.manifest.size
    limit = min(size.log_loss for size in sizes) + bundle.manifest.settings["tolerance"]
    work = chosen["depth"] * chosen["trees"]

    good = [size.work for size in sizes if size.log_loss <= limit]
    assert work == min(good)
    assert bundle.booster.num_boosted_rounds() == chosen["trees"]


def test_contributions_and_base_add_up_to_the_margin_of_the_score(bundle):
    """The margins come from a prediction of their own, not from a sum."""
    planets = [golden.planet for golden in bundle.manifest.golden]
    features = feature_matrix(golden_table(planets))

    found = bundle.explain(features)

    assert found.values.shape == (len(planets), len(FEATURES))
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), found.margin, atol=1e-4)
    np.testing.assert_allclose(1 / (1 + np.exp(-found.margin)), bundle.score(features), rtol=1e-4)


def test_a_contribution_is_the_shapley_value_of_its_feature(bundle):
    """Of two planets alike in all but one feature, that feature's contribution differs most."""
    earth = {"pl_rade": 1.0, "pl_eqt": 255.0, "st_spectype": "G2 V"}
    found = bundle.explain(feature_matrix(golden_table([earth, {**earth, "pl_rade": 12.0}])))

    difference = np.abs(found.values[0] - found.values[1])
    assert FEATURES[int(difference.argmax())] == "pl_rade"


@pytest.mark.parametrize("by_trees", [True, False])
def test_the_golden_planets_have_the_bits_they_had_by_either_engine(fast_engines):
    bundle = Bundle.load(ROOT, fast_engines=fast_engines)
    golden = bundle.manifest.golden
    features = feature_matrix(golden_table([each.planet for each in golden]))

    alone = [float(bundle.score(row)[0]) for row in np.split(features, len(golden))]

    assert alone == [each.score for each in golden]
    assert bundle.score(features).tolist() == alone
