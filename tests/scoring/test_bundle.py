"""The bundle: what is refused at loading, and scores, ranking and contributions."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb

from exohabit.science.features import FEATURES, feature_matrix
from exohabit.scoring.bundle import Bundle, ranking
from exohabit.scoring.golden_planets import golden_table
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, MODEL_UBJ, BundleError, new_version
from tests.conftest import ROOT


def edit_manifest(root: Path, **changes) -> None:
    path = root / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def plant(root: Path, name: Path, content: bytes) -> None:
    """Replace a file, and make its SHA-256 and the version in the manifest match."""
    (root / name).write_bytes(content)
    manifest = json.loads((root / MANIFEST).read_text())
    files = {**manifest["files"], name.as_posix(): hashlib.sha256(content).hexdigest()}
    parts = manifest["trained"], files[MODEL.as_posix()], manifest["threshold"]
    edit_manifest(root, files=files, model_version=new_version(*parts))


def refusal(root: Path) -> str:
    with pytest.raises(BundleError) as caught:
        Bundle.load(root)
    message = str(caught.value)
    assert "\n" not in message
    assert "make train" in message
    return message


def test_the_shipped_bundle_loads(bundle_copy):
    assert (
        Bundle.load(bundle_copy).version
        == json.loads((ROOT / MANIFEST).read_text())["model_version"]
    )


@pytest.mark.parametrize("name", [MODEL, COLUMNS])
@pytest.mark.parametrize("place", [0.01, 0.5, 0.99])
def test_one_flipped_bit_is_refused_before_unpickling(bundle_copy, name, place):
    content = bytearray((bundle_copy / name).read_bytes())
    content[int(len(content) * place)] ^= 1
    (bundle_copy / name).write_bytes(content)

    assert "SHA-256" in refusal(bundle_copy)


class Payload:
    def __reduce__(self):
        return (print, ("executed",))


@pytest.mark.parametrize("name", [MODEL, COLUMNS])
def test_a_planted_payload_with_a_matching_hash_is_not_executed(bundle_copy, name, capsys):
    plant(bundle_copy, name, pickle.dumps(Payload()))

    assert "builtins.print" in refusal(bundle_copy)
    assert capsys.readouterr().out == ""


def test_a_truncated_pickle_with_a_matching_hash_is_refused(bundle_copy):
    plant(bundle_copy, MODEL, (bundle_copy / MODEL).read_bytes()[:1000])

    assert "cannot be unpickled" in refusal(bundle_copy)


def test_a_model_of_another_xgboost_is_refused_with_both_versions(bundle_copy):
    edit_manifest(bundle_copy, versions={"xgboost": "1.7.6"})

    message = refusal(bundle_copy)
    assert "1.7.6" in message
    assert xgb.__version__ in message


def test_columns_in_another_order_are_refused(bundle_copy):
    plant(bundle_copy, COLUMNS, pickle.dumps(list(FEATURES[::-1])))

    assert "columns" in refusal(bundle_copy)


@pytest.mark.parametrize("change", [2e-6, -0.1])
def test_a_golden_planet_that_scores_differently_is_refused(bundle_copy, change):
    golden = json.loads((bundle_copy / MANIFEST).read_text())["golden"]
    golden[3]["score"] += change
    edit_manifest(bundle_copy, golden=golden)

    assert "golden" in refusal(bundle_copy)


def test_a_bundle_without_golden_planets_is_refused(bundle_copy):
    edit_manifest(bundle_copy, golden=[])

    assert "golden" in refusal(bundle_copy)


def test_another_model_under_the_same_manifest_is_refused(bundle_copy):
    other = xgb.XGBClassifier(n_estimators=2, max_depth=2)
    other.fit(np.eye(2, len(FEATURES)), [0, 1])
    plant(bundle_copy, MODEL, pickle.dumps(other))

    assert "golden" in refusal(bundle_copy)


def test_the_ubjson_model_scores_like_the_pickled_one(bundle):
    features = feature_matrix(golden_table([each.planet for each in bundle.manifest.golden]))
    other = xgb.Booster(model_file=ROOT / MODEL_UBJ)

    np.testing.assert_array_equal(other.inplace_predict(features), bundle.score(features))


def test_the_bundle_is_immutable(bundle):
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


def test_ranking_orders_the_smallest_and_largest_probabilities():
    rng = np.random.default_rng(0)
    smallest = np.finfo(np.float32).smallest_subnormal
    scores = rng.choice(np.float32([0, smallest, 1e-38, 0.25, np.nextafter(1, 0), 1]), 1_000)

    order = ranking(scores).tolist()

    assert order == sorted(range(1_000), key=lambda i: (-scores[i], i))


def test_the_shipped_model_is_the_smallest_within_the_tolerance(bundle):
    sizes, chosen = bundle.manifest.sizes, bundle.manifest.size
    limit = min(size.log_loss for size in sizes) + bundle.manifest.settings["tolerance"]
    work = chosen["depth"] * chosen["trees"]

    good = [size.work for size in sizes if size.log_loss <= limit]
    assert work == min(good)
    assert bundle.booster.num_boosted_rounds() == chosen["trees"]


def test_contributions_and_base_add_up_to_the_margin_of_the_score(bundle):
    planets = [golden.planet for golden in bundle.manifest.golden]
    features = feature_matrix(golden_table(planets))

    found = bundle.explain(features)

    assert found.values.shape == (len(planets), len(FEATURES))
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), found.margin, atol=1e-4)
    np.testing.assert_allclose(1 / (1 + np.exp(-found.margin)), bundle.score(features), rtol=1e-4)


def test_the_contributions_of_the_size_differ_most_if_only_the_size_differs(bundle):
    earth = {"pl_rade": 1.0, "pl_eqt": 255.0, "st_spectype": "G2 V"}
    found = bundle.explain(feature_matrix(golden_table([earth, {**earth, "pl_rade": 12.0}])))

    difference = np.abs(found.values[0] - found.values[1])
    assert FEATURES[int(difference.argmax())] in {"pl_rade", "p_size", "p_habitable"}


@pytest.mark.parametrize("fast_engines", [True, False])
def test_the_golden_planets_have_the_same_bits_as_when_the_model_was_made(fast_engines):
    bundle = Bundle.load(ROOT, fast_engines=fast_engines)
    golden = bundle.manifest.golden
    features = feature_matrix(golden_table([each.planet for each in golden]))

    alone = [float(bundle.score(row)[0]) for row in np.split(features, len(golden))]

    assert alone == [each.score for each in golden]
    assert bundle.score(features).tolist() == alone
