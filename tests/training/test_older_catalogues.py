"""Older catalogues: planets are joined by name, and values get the archive's units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from training.archive import TableError
from training.older_catalogues import OPEN_EXOPLANET_CATALOGUE, read_older

COLUMNS = [column for column, _ in OPEN_EXOPLANET_CATALOGUE.values()]


@pytest.fixture
def read(tmp_path):
    """Return a function that reads planets of these values for the names `A-1 b` and `B 2 c`."""

    def read_planets(*planets: dict):
        path = tmp_path / "older.csv"
        pd.DataFrame(planets, columns=["name", *COLUMNS]).to_csv(path, index=False)
        names = pd.Series(["A-1 b", "B 2 c"])
        return read_older(path, "name", OPEN_EXOPLANET_CATALOGUE, names)

    return read_planets


def test_planets_are_joined_by_name_whatever_its_spaces_and_letter_case(read):
    known, rows = read({"name": "b2 C", "period": 5.0}, {"name": "nowhere"})

    assert rows == [1]
    assert known["pl_orbper"].tolist() == [5.0]


def test_jupiters_become_earths(read):
    known, _ = read({"name": "A-1 b", "radius": 1.0, "mass": 2.0})

    assert known["pl_rade"].tolist() == [11.209]
    assert known["pl_bmasse"].tolist() == [2 * 317.83]
    assert np.isnan(known["spectype_teff"]).all()


@pytest.mark.parametrize("eccentricity", [-0.1, 1.5])
def test_a_value_that_the_service_would_refuse_is_missing(read, eccentricity):
    known, _ = read({"name": "A-1 b", "eccentricity": eccentricity})

    assert np.isnan(known["pl_orbeccen"]).all()


def test_a_planet_listed_twice_is_taken_once(read):
    _, rows = read({"name": "A-1 b"}, {"name": "A-1 b"})

    assert rows == [0]


def test_a_file_without_the_columns_is_an_error(tmp_path):
    (tmp_path / "other.csv").write_text("name\nA-1 b\n")

    with pytest.raises(TableError, match="lacks the columns"):
        read_older(tmp_path / "other.csv", "name", OPEN_EXOPLANET_CATALOGUE, pd.Series(["A-1 b"]))
