"""Test sets: each row can be scored, and its truth is that of its planet."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.columns import NUMERIC
from exohabit.science.features import lacks_light, lacks_size
from tests.archive_data import CATALOG, KOI, LABELS, OEC, needs_tables
from tests.training.samples import archive_rows, planet_set
from training import soft_truth, test_sets
from training.archive import Archive, TableError
from training.masks import MASKS
from training.test_sets import BEFORE, REVISED, Tables, join, read_test_sets

TABLES = Tables(CATALOG, LABELS, OEC, KOI)
EARTH = {
    "pl_rade": 1.0,
    "pl_radeerr1": 0.01,
    "pl_bmasse": 1.0,
    "pl_orbper": 365.25,
    "pl_eqt": 255.0,
    "pl_insol": 1.0,
    "st_teff": 5_772.0,
    "st_rad": 1.0,
    "st_mass": 1.0,
    "st_spectype": "G2 V",
    "discoverymethod": "Transit",
    "disc_year": 2010,
}


@pytest.fixture
def tables(tmp_path, monkeypatch) -> Tables:
    """Write two planets: one with full values, and a hot one found after the labels."""
    monkeypatch.setattr(soft_truth, "DRAWS", 50)
    rows = archive_rows(
        EARTH | {"pl_name": "Sun-1 b"},
        EARTH | {"pl_name": "Sun-2 b", "pl_insol": 500.0, "pl_orbper": 8.0, "disc_year": 2024},
    )
    files = Tables(*(tmp_path / f"{name}.csv" for name in ("catalog", "labels", "oec", "koi")))
    rows.to_csv(files.catalog, index=False)
    files.labels.write_text("pl_name,habitable\nSun-1 b,1\nSun-2 b,0\n")
    files.oec.write_text(
        "name,radius,mass,period,semimajoraxis,eccentricity,temperature,hoststar_temperature,"
        "hoststar_radius,hoststar_mass\nSun 1 b,0.1,,,,,,,,\nSUN-1b,0.2,,365,,,,5700,1,1\n"
    )
    files.koi.write_text(
        "kepler_name,koi_prad,koi_period,koi_teq,koi_insol,koi_steff,koi_srad\n"
        ",1,1,1,1,1,1\nSun-2 b,2.0,8.0,900,500,5700,1.0\nSun-3 b,2.0,8.0,900,500,5700,1.0\n"
    )
    return files


def test_sets_have_the_truth_of_their_planets(tables):
    archive, sets = read_test_sets(tables)

    assert len(archive.rows) == 2
    assert list(sets) == [*MASKS, *REVISED, BEFORE]
    for name in MASKS:
        planets = sets[name]
        assert planets.truth.size == 2 * len(test_sets.MASK_SEEDS)
        assert (planets.truth[planets.hosts == "Sun-1"] > 0.95).all()
        assert (planets.truth[planets.hosts == "Sun-2"] == 0.0).all()
    assert sets["OEC 2023"].hosts.tolist() == ["Sun-1"]
    assert sets["OEC 2023"].known["pl_rade"] == pytest.approx([0.2 * 11.209])
    assert sets["KOI 2019"].known["pl_insol"].tolist() == [500.0]
    assert sets["KOI 2019"].truth.tolist() == [0.0]
    assert sets[BEFORE].hosts.tolist() == ["Sun-1"]
    assert sets[BEFORE].truth.tolist() == [1.0]


@pytest.mark.parametrize("name", ["catalog", "labels", "oec", "koi"])
def test_a_missing_table_is_named(tables, name):
    path = getattr(tables, name)
    path.unlink()

    with pytest.raises(TableError, match=f"{path} cannot be read .*DATA="):
        read_test_sets(tables)


def test_joined_sets_have_the_planets_of_both():
    first = planet_set([{"pl_rade": 1.0}], [0.25], ["a"])
    second = planet_set([{"pl_rade": 2.0}], [0.5], ["b"], computed=True)

    both = join([first, second])

    assert both.known["pl_rade"].tolist() == [1.0, 2.0]
    assert both.truth.tolist() == [0.25, 0.5]
    assert both.hosts.tolist() == ["a", "b"]
    assert both.radius_computed.tolist() == [False, True]
    assert both.where(np.array([False, True])).truth.tolist() == [0.5]


@needs_tables
def test_every_real_row_can_be_scored_and_no_mask_adds_a_value(monkeypatch):
    monkeypatch.setattr(soft_truth, "DRAWS", 10)
    monkeypatch.setattr(test_sets, "MASK_SEEDS", (100,))

    archive, sets = read_test_sets(TABLES)

    for planets in sets.values():
        assert planets.truth.size > 2_000
        assert ((planets.truth >= 0.0) & (planets.truth <= 1.0)).all()
        assert not (lacks_size(planets.known) | lacks_light(planets.known)).any()
        for column in NUMERIC:
            values = planets.known[column.name]
            low, high = column.bounds
            assert ((values >= low) & (values <= high) | np.isnan(values)).all()
    known = archive.known(optional=True)
    for mask in MASKS.values():
        hidden = mask(archive, np.random.default_rng(0))
        for column in NUMERIC:
            shown = ~np.isnan(hidden[column.name])
            assert np.array_equal(hidden[column.name][shown], known[column.name][shown])


def test_a_computed_radius_is_marked_only_where_it_is_shown():
    rows = archive_rows(EARTH | {"pl_name": "a b", "pl_radeerr1": None, "pl_bmassprov": "Msini"})
    archive = Archive(rows)

    known = archive.known(optional=True)
    planets = test_sets.planet_set(archive, known, np.ones(1))
    hidden = test_sets.with_known(planets, {**known, "pl_rade": np.array([np.nan])})

    assert planets.radius_computed.tolist() == [True]
    assert hidden.radius_computed.tolist() == [False]
