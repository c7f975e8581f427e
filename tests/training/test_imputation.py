"""Imputation: missing values come from planets of other hosts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.samples import archive_rows, planet_set
from training import imputation
from training.archive import Archive
from training.imputation import MEDIAN, NEIGHBOURS, score_by_imputation

ROW = {"pl_orbper": 365.25, "pl_eqt": 255.0, "pl_bmasse": 1.0, "pl_insol": 1.0, "st_teff": 5_772.0}


def archive(radii: list[float]) -> Archive:
    rows = [ROW | {"pl_name": f"star-{i} b", "pl_rade": r} for i, r in enumerate(radii)]
    return Archive(archive_rows(*rows))


@pytest.mark.parametrize("rival", [MEDIAN, NEIGHBOURS])
def test_an_unknown_radius_is_taken_from_the_archive(rival):
    planets = planet_set([ROW] * 40, [1.0] * 40, [f"star-{i}" for i in range(40)])

    small, large = (
        score_by_imputation(archive(radii), {"set": planets})["set"][rival].ranking
        for radii in ([1.0, 1.1] * 20, [9.0, 11.0] * 20)
    )

    assert (small > 1.0).all()
    assert (large < 0.5).all()


@pytest.mark.parametrize("imputer", imputation.IMPUTERS.values(), ids=list(imputation.IMPUTERS))
def test_a_planet_is_never_filled_in_from_its_own_row(imputer):
    radii = [1.0 + i / 100 for i in range(39)]
    hosts = np.array([f"star-{i}" for i in range(40)])
    planets = planet_set([ROW], [1.0], ["star-39"])
    full = [archive([*radii, last]) for last in (1.0, 20.0)]

    first, second = (
        imputation.fill(imputer, imputation.logarithms(each.known(optional=True)), hosts, planets)
        for each in full
    )

    assert first["pl_rade"].tolist() == second["pl_rade"].tolist()


def test_known_values_stay():
    planets = planet_set(
        [ROW | {"pl_rade": 1.5}] * 40, [1.0] * 40, [f"star-{i}" for i in range(40)]
    )
    full = imputation.logarithms(archive([9.0, 11.0] * 20).known(optional=True))
    hosts = planets.hosts

    filled = imputation.fill(imputation.IMPUTERS[MEDIAN], full, hosts, planets)

    assert filled["pl_rade"] == pytest.approx([1.5] * 40)


def test_the_insolation_of_orbit_and_star_counts_as_known():
    planet = {"pl_rade": 1.0, "pl_orbper": 365.25, "st_spectype": "G2 V"}
    found = imputation.logarithms(planet_set([planet], [1.0], ["a"]).known)

    insol = np.exp(found[0, imputation.COLUMNS.index("pl_insol")])
    assert insol == pytest.approx(1.0, abs=0.05)
