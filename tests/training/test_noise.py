"""The noise of simulated catalogues is that of the archive: quantiles of contradictions in rows."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science import dwarfs, habitability
from exohabit.science.features import Table, implied_light
from tests.archive_data import CATALOG, needs_archive
from training.archive import Archive
from training.population import simulate
from training.settings import Settings

pytestmark = needs_archive
COUNT = 300_000
QUANTILES = (0.5, 0.68, 0.9)


def contradictions(known: Table) -> dict[str, np.ndarray]:
    """By column, the logarithm of a value over what other values of the row imply."""
    orbit = habitability.semi_major_axis(known["pl_orbper"], known["st_mass"])
    teff = known["st_teff"]
    return {
        "pl_insol": np.log(known["pl_insol"] / implied_light(known).insol),
        "pl_orbsmax": np.log(known["pl_orbsmax"] / orbit),
        "st_rad": np.log(known["st_rad"] / dwarfs.dwarf_radius(teff)),
        "st_mass": np.log(known["st_mass"] / dwarfs.dwarf_mass(teff)),
        "st_spectype": np.log(known["spectype_teff"] / teff),
    }


def small_planets_of_dwarfs(known: Table) -> np.ndarray:
    teff = known["st_teff"]
    is_dwarf = ~(known["st_rad"] > 1.6 * dwarfs.dwarf_radius(teff))
    return (known["pl_rade"] < 6.0) & is_dwarf & (teff > 2_500.0) & (teff < 7_000.0)


@pytest.fixture(scope="module")
def real() -> Table:
    return Archive.read(CATALOG).known(optional=True)


@pytest.fixture(scope="module")
def simulated() -> Table:
    """Planets drawn from the prior."""
    population = simulate(COUNT, Settings(), np.random.default_rng(31))
    chance = population.weight / population.weight.sum()
    drawn = np.random.default_rng(32).choice(COUNT, COUNT // 2, p=chance)
    return {name: values[drawn] for name, values in population.known.items()}


@pytest.mark.parametrize("column", ["pl_insol", "pl_orbsmax", "st_rad", "st_mass", "st_spectype"])
def test_values_of_a_row_contradict_each_other_as_much_as_in_the_archive(real, simulated, column):
    ours, theirs = (
        np.nanquantile(
            np.abs(contradictions(table)[column][small_planets_of_dwarfs(table)]), QUANTILES
        )
        for table in (simulated, real)
    )

    # The archive's quantiles are from 900 to 3,800 rows, and hardly matter within a factor of 2.2.
    assert (np.abs(np.log(ours / theirs)) < np.log(2.2)).all(), (ours, theirs)


def test_as_many_stated_insolations_are_computed_from_the_row_as_in_the_archive(real, simulated):
    ours, theirs = (
        np.mean(np.abs(found[~np.isnan(found)]) < 0.02)
        for found in (contradictions(table)["pl_insol"] for table in (simulated, real))
    )

    assert theirs == pytest.approx(0.26, abs=0.01)
    assert ours == pytest.approx(theirs, abs=0.08)


def test_radius_and_mass_are_computed_from_each_other_about_as_often_as_in_the_archive(
    real, simulated
):
    ours, theirs = (
        np.mean(np.abs(ratio[~np.isnan(ratio)] - 1.0) < 0.01)
        for ratio in (
            table["pl_rade"] / habitability.typical_radius(table["pl_bmasse"])
            for table in (simulated, real)
        )
    )

    assert ours == pytest.approx(theirs, abs=0.15)


def test_more_temperatures_than_in_the_archive_have_a_high_albedo(real, simulated):
    """Venus's clouds reflect 77 %, which catalogues hardly ever assume; so this is on purpose."""
    ours, theirs = (
        np.mean(albedo[~np.isnan(albedo)] > 0.5)
        for albedo in (
            1.0 - habitability.black_planet_insolation(table["pl_eqt"]) / table["pl_insol"]
            for table in (simulated, real)
        )
    )

    assert theirs == pytest.approx(0.10, abs=0.02)
    assert theirs < ours < 0.4
