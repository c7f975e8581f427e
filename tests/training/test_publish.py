"""The bundle that is written: it loads, scores its golden planets, and says what it is."""

from __future__ import annotations

import hashlib
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import xgboost as xgb

from exohabit.science.columns import NUMERIC
from exohabit.science.features import FEATURES, feature_matrix
from exohabit.scoring.bundle import Bundle, golden_table
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, MODEL_UBJ, BundleError
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


def test_what_is_written_is_a_bundle_that_loads(published):
    bundle = Bundle.load(published.root)

    assert bundle.version == published.manifest.model_version
    assert bundle.manifest.files == published.manifest.files
    assert bundle.manifest.seen == published.manifest.seen
    assert bundle.manifest.size == published.manifest.size
    assert bundle.threshold == 0.42


def test_four_files_are_written_and_no_other(published):
    files = {path.relative_to(published.root) for path in published.root.rglob("*.*")}

    assert files == {MODEL, MODEL_UBJ, COLUMNS, MANIFEST}


def test_a_loaded_model_scores_as_the_fitted_one(published):
    features = published.planets.features[:5_000]

    scores = Bundle.load(published.root).score(features)

    assert np.array_equal(scores, published.model.predict_proba(features)[:, 1])


def test_a_loaded_model_scores_its_golden_planets_as_written(published):
    bundle = Bundle.load(published.root)

    golden = bundle.manifest.golden
    scores = bundle.score(feature_matrix(golden_table([each.planet for each in golden])))
    assert [each.planet for each in golden] == list(GOLDEN_PLANETS)
    assert scores.tolist() == [each.score for each in golden]


def test_golden_planets_score_differently_from_each_other(published):
    scores = {each.score for each in published.manifest.golden}

    assert len(scores) > len(GOLDEN_PLANETS) / 2


def test_golden_planets_leave_every_column_out_at_least_once_and_tell_it_at_least_once():
    table = golden_table(GOLDEN_PLANETS)

    names = (*(column.name for column in NUMERIC), "spectype_teff")
    shares = [np.isnan(table[name]).mean() for name in names]
    assert all(0 < share < 1 for share in shares)


def test_the_ubjson_twin_of_the_model_gives_the_same_scores(published):
    twin = xgb.Booster(model_file=published.root / MODEL_UBJ)
    features = published.planets.features

    assert np.array_equal(
        twin.inplace_predict(features), Bundle.load(published.root).score(features)
    )


def test_the_manifest_has_the_sha_256_of_each_file(published):
    digests = {
        path.as_posix(): hashlib.sha256((published.root / path).read_bytes()).hexdigest()
        for path in (MODEL, MODEL_UBJ, COLUMNS)
    }

    assert published.manifest.files == digests


def test_the_columns_are_a_pickled_list_of_names(published):
    assert pickle.loads((published.root / COLUMNS).read_bytes()) == list(FEATURES)


def test_the_manifest_says_how_the_model_came_about(published):
    manifest = published.manifest

    assert manifest.settings["planets"] == 20_000
    assert manifest.settings["seed"] == SETTINGS.seed
    assert manifest.size == {"depth": 3, "trees": 10}
    assert manifest.sizes == [Size(2, 10, 0.3), Size(3, 10, 0.2)]
    assert manifest.metrics == {"brier": 0.1}
    assert manifest.versions["xgboost"] == xgb.__version__
    assert "Habitable Worlds Catalog" in manifest.definition


def test_the_version_tells_the_day_and_the_file(published):
    digest = published.manifest.files[MODEL.as_posix()]

    assert published.manifest.model_version == f"{published.manifest.trained}-{digest[:8]}"


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_the_range_seen_holds_nearly_all_planets_that_count(published, column):
    counted = published.population.weight > 0
    values = published.population.known[column.name][counted]
    values = values[~np.isnan(values)]

    low, high = published.manifest.seen[column.name]

    # Shorn of one planet in ten thousand at either end.
    beyond = (values < low).sum() + (values > high).sum()
    assert 0 < beyond <= 2 * (1e-4 * values.size + 1)
    assert values.min() <= low < high <= values.max()


def test_planets_beyond_the_prior_do_not_widen_the_range_seen(published):
    shortest, longest = SETTINGS.prior.period_days

    low, high = published.manifest.seen["pl_orbper"]

    assert shortest <= low < 1.1 * shortest
    assert 0.9 * longest < high <= longest


def test_a_model_that_does_not_score_its_golden_planets_is_refused(published, tmp_path):
    # The same files with a golden score that is off by more than rounding.
    for path in (MODEL, MODEL_UBJ, COLUMNS, MANIFEST):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes((published.root / path).read_bytes())
    score = published.manifest.golden[0].score
    text = (tmp_path / MANIFEST).read_text()
    (tmp_path / MANIFEST).write_text(text.replace(str(score), str(score + 0.001)))

    with pytest.raises(BundleError, match="golden planets score differently"):
        Bundle.load(tmp_path)
