"""Publishing: the written bundle can be loaded and scores its golden planets."""

from __future__ import annotations

import hashlib
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import xgboost as xgb

from exohabit.science.columns import NUMERIC
from exohabit.science.features import FEATURES, feature_matrix
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.golden_planets import golden_table
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, MODEL_UBJ, new_version
from training.fit import examples, grow
from training.labels import label
from training.population import simulate
from training.publish import GOLDEN_PLANETS, publish
from training.settings import Settings
from training.sizes import Size

SETTINGS = Settings(planets=20_000, threshold=0.42, threads=1)
SIZES = [Size(2, 10, 0.3), Size(3, 10, 0.2)]


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> SimpleNamespace:
    root = tmp_path_factory.mktemp("bundle")
    population = simulate(SETTINGS.planets, SETTINGS, np.random.default_rng(1))
    planets = examples(population, label(population.truth))
    model = grow(planets, SETTINGS, 3, 10, tick=lambda: None)
    manifest = publish(model, SETTINGS, SIZES[1], SIZES, population, {"brier": 0.1}, root)
    return SimpleNamespace(
        root=root, population=population, planets=planets, model=model, manifest=manifest
    )


@pytest.mark.slow
def test_the_written_bundle_can_be_loaded(published):
    bundle = Bundle.load(published.root)

    assert bundle.version == published.manifest.model_version
    assert bundle.manifest.files == published.manifest.files
    assert bundle.manifest.seen == published.manifest.seen
    assert bundle.manifest.size == published.manifest.size
    assert bundle.threshold == 0.42


def test_only_four_files_are_written(published):
    files = {path.relative_to(published.root) for path in published.root.rglob("*.*")}

    assert files == {MODEL, MODEL_UBJ, COLUMNS, MANIFEST}


def test_the_loaded_model_scores_like_the_fitted_one(published):
    features = published.planets.features[:5_000]

    scores = Bundle.load(published.root).score(features)

    assert np.array_equal(scores, published.model.predict_proba(features)[:, 1])


def test_the_loaded_model_gives_the_golden_planets_their_scores(published):
    bundle = Bundle.load(published.root)

    golden = bundle.manifest.golden
    scores = bundle.score(feature_matrix(golden_table([each.planet for each in golden])))
    assert [each.planet for each in golden] == list(GOLDEN_PLANETS)
    assert scores.tolist() == [each.score for each in golden]


def test_golden_planets_have_different_scores(published):
    scores = {each.score for each in published.manifest.golden}

    # This small model scores all planets that are clearly uninhabitable alike.
    assert len(scores) > len(GOLDEN_PLANETS) / 3


def test_every_column_is_known_for_some_golden_planets_and_missing_for_others():
    table = golden_table(GOLDEN_PLANETS)

    names = (*(column.name for column in NUMERIC), "spectype_teff")
    shares = [np.isnan(table[name]).mean() for name in names]
    assert all(0 < share < 1 for share in shares)


def test_the_ubjson_model_gives_the_same_scores(published):
    ubjson = xgb.Booster(model_file=published.root / MODEL_UBJ)
    features = published.planets.features

    assert np.array_equal(
        ubjson.inplace_predict(features), Bundle.load(published.root).score(features)
    )


def test_the_manifest_has_the_sha_256_of_each_file(published):
    digests = {
        path.as_posix(): hashlib.sha256((published.root / path).read_bytes()).hexdigest()
        for path in (MODEL, MODEL_UBJ, COLUMNS)
    }

    assert published.manifest.files == digests


def test_the_columns_are_a_pickled_list_of_names(published):
    assert pickle.loads((published.root / COLUMNS).read_bytes()) == list(FEATURES)


def test_the_manifest_records_how_the_model_was_made(published):
    manifest = published.manifest

    assert manifest.settings["planets"] == 20_000
    assert manifest.settings["seed"] == SETTINGS.seed
    assert manifest.size == {"depth": 3, "trees": 10}
    assert manifest.sizes == [Size(2, 10, 0.3), Size(3, 10, 0.2)]
    assert manifest.metrics == {"brier": 0.1}
    assert manifest.versions["xgboost"] == xgb.__version__
    assert "Habitable Worlds Catalog" in manifest.definition


def test_the_version_depends_on_date_model_and_threshold(published):
    manifest = published.manifest
    sha256 = manifest.files[MODEL.as_posix()]

    assert manifest.model_version == new_version(manifest.trained, sha256, SETTINGS.threshold)
    assert manifest.model_version != new_version(manifest.trained, sha256, 0.43)


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_the_recorded_range_contains_nearly_all_planets_with_weight(published, column):
    has_weight = published.population.weight > 0
    values = published.population.known[column.name][has_weight]
    values = values[~np.isnan(values)]

    low, high = published.manifest.seen[column.name]

    # One planet in ten thousand is left out at each end.
    beyond = (values < low).sum() + (values > high).sum()
    assert 0 < beyond <= 2 * (1e-4 * values.size + 1)
    assert values.min() <= low < high <= values.max()


def test_planets_outside_the_prior_do_not_widen_the_recorded_range(published):
    shortest, longest = SETTINGS.prior.period_days

    low, high = published.manifest.seen["pl_orbper"]

    assert shortest <= low < 1.1 * shortest
    assert 0.9 * longest < high <= longest
