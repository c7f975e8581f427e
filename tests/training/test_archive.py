"""The archive's table as planets: limits taken as missing, labels joined, two views of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exohabit.science.columns import COLUMNS, NUMERIC, REQUIRED
from exohabit.science.features import lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from tests.archive_data import CATALOG, LABELS, needs_archive
from training.archive import Archive


def archive(*planets: dict) -> Archive:
    """Build a table of planets of which only these values are given."""
    columns = [column.name for column in COLUMNS] + [column.limit_flag for column in NUMERIC]
    return Archive(pd.DataFrame(planets, columns=["pl_name", *columns]))


@pytest.fixture(scope="module")
def downloaded() -> Archive:
    return Archive.read(CATALOG)


def test_the_header_of_a_download_is_skipped(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("# This file was produced by ...\n#\npl_name,pl_rade\nEarth,1.0\nMars,0.532\n")

    rows = Archive.read(path).rows

    assert rows["pl_name"].tolist() == ["Earth", "Mars"]
    assert rows["pl_rade"].tolist() == [1.0, 0.532]


def test_a_table_without_a_header_is_read_as_well(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("pl_name,pl_rade\nEarth,1.0\n")

    assert Archive.read(path).rows["pl_name"].tolist() == ["Earth"]


def test_labels_are_joined_by_name_and_planets_without_one_left_out(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("pl_name,habitable\nc,1\nnowhere,1\na,0\n")

    labelled, labels = archive({"pl_name": "a"}, {"pl_name": "b"}, {"pl_name": "c"}).labelled(path)

    assert labelled.rows["pl_name"].tolist() == ["a", "c"]
    assert labels.tolist() == [False, True]


@pytest.mark.parametrize(("flag", "known"), [(0, True), (None, True), (1, False), (-1, False)])
@pytest.mark.parametrize("name", ["pl_rade", "st_teff"])
def test_a_limit_is_taken_as_not_measured(name, flag, known):
    table = archive({name: 35.0, f"{name}lim": flag}).known(optional=True)

    assert np.isnan(table[name]).tolist() == [not known]


def test_a_table_has_every_column_that_the_features_need():
    table = archive({"pl_rade": 1.0}).known(optional=False)

    assert set(table) == {column.name for column in NUMERIC} | set(SPECTRAL)
    assert {column.dtype for column in table.values()} == {np.dtype(np.float64)}


def test_without_the_optional_columns_none_of_them_is_known():
    full = {column.name: 0.5 for column in NUMERIC} | {"st_spectype": "G2 V", "st_teff": 5772.0}

    table = archive(full).known(optional=False)

    known = {column.name for column in NUMERIC if not np.isnan(table[column.name]).any()}
    assert known == {column.name for column in REQUIRED} - {"st_spectype"}


@pytest.mark.parametrize(
    ("optional", "text", "teff", "expected"),
    [
        (False, None, 3_850.0, 3_850.0),
        (False, "G2 V", 3_850.0, 5_770.0),
        (False, None, None, np.nan),
        (True, None, 3_850.0, np.nan),
        (True, "G2 V", 3_850.0, 5_770.0),
    ],
)
def test_a_missing_type_is_taken_from_the_temperature_in_five_columns_alone(
    optional, text, teff, expected
):
    table = archive({"st_spectype": text, "st_teff": teff}).known(optional=optional)

    assert table["spectype_teff"] == pytest.approx([expected], nan_ok=True)


@pytest.mark.parametrize(
    ("radius", "error", "mass", "provenance", "known"),
    [
        (1.6, 0.1, 3.2, "M-R relationship", ("pl_rade",)),
        (1.6, None, 3.2, "Msini", ("pl_bmasse",)),
        (1.6, 0.1, 3.2, "Mass", ("pl_rade", "pl_bmasse")),
        (1.6, None, None, None, ("pl_rade",)),
        (None, None, 3.2, "Mass", ("pl_bmasse",)),
    ],
)
def test_a_size_that_the_archive_computed_can_be_taken_as_not_measured(
    radius, error, mass, provenance, known
):
    sizes = {"pl_rade": radius, "pl_bmasse": mass}
    planet = Archive(
        archive(sizes)
        .rows.assign(pl_radeerr1=error, pl_bmassprov=provenance)
        .astype({"pl_rade": float, "pl_bmasse": float})
    )

    measured, every = (planet.known(optional=True, computed=each) for each in (False, True))

    assert {name for name in sizes if not np.isnan(measured[name]).any()} == set(known)
    assert {name for name in sizes if not np.isnan(every[name]).any()} == {
        name for name, value in sizes.items() if value is not None
    }


@needs_archive
def test_the_downloaded_table_has_6065_planets(downloaded):
    assert len(downloaded.rows) == 6_065
    assert downloaded.rows["pl_name"].is_unique


@needs_archive
def test_half_of_them_are_labelled_and_41_are_habitable_worlds(downloaded):
    labelled, labels = downloaded.labelled(LABELS)

    assert len(labelled.rows) == labels.size == 3_034
    assert labels.sum() == 41


@needs_archive
@pytest.mark.parametrize(
    ("planet", "habitable"), [("11 Com b", False), ("TRAPPIST-1 e", True), ("55 Cnc e", False)]
)
def test_labels_are_those_of_their_planets(downloaded, planet, habitable):
    labelled, labels = downloaded.labelled(LABELS)
    of_planet = (labelled.rows["pl_name"] == planet).to_numpy()

    assert labels[of_planet].tolist() == [habitable]


@needs_archive
def test_kepler_62_f_has_no_mass_for_its_35_earth_masses_are_a_limit(downloaded):
    [row] = np.flatnonzero(downloaded.rows["pl_name"] == "Kepler-62 f")

    table = downloaded.known(optional=True)

    assert downloaded.rows["pl_bmasse"].iloc[row] == 35.0
    assert np.isnan(table["pl_bmasse"][row])
    assert table["pl_rade"][row] == 1.41


@needs_archive
def test_most_of_the_archive_can_be_judged(downloaded):
    flags = {column.limit_flag: 0 for column in NUMERIC}
    with_limits = Archive(downloaded.rows.assign(**flags)).known(optional=True)
    without = downloaded.known(optional=True)

    judged = [~(lacks_size(table) | lacks_light(table)) for table in (with_limits, without)]
    # 95.9 % with limits taken as values; a few planets are known by limits alone.
    assert judged[0].mean() == pytest.approx(0.959, abs=0.001)
    assert judged[1].mean() == pytest.approx(0.952, abs=0.001)
