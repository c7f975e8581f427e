"""Tables of the card: measured values in the right cells, planets and columns by their names."""

from __future__ import annotations

import msgspec
import pytest

from exohabit.science.columns import COLUMNS
from tests.training.samples import ALL, FIVE, sample_findings, sample_results
from training import tables
from training.error_notes import ErrorNote
from training.metrics import Bin


@pytest.fixture
def findings():
    return sample_findings("a version")


def cells(text: str) -> list[list[str]]:
    """Return the cells of a Markdown table, without its rule."""
    head, rule, *rows = text.splitlines()
    assert set(rule) <= set("|- ")
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in (head, *rows)]


def test_a_bar_within_a_cell_does_not_end_it():
    assert tables.table(["a"], [["b | c"]]) == "| a |\n| --- |\n| b \\| c |"


def test_rankings_stand_with_their_range_recall_and_the_models_lead(findings):
    found = cells(tables.rankings(findings.views[FIVE]))

    assert found[1] == ["**the model**", "0.812", "0.71-0.86", "50 %", ""]
    assert found[2] == ["a rule", "0.375", "0.20-0.50", "25 %", "-0.010 to +0.300"]


def test_other_seeds_stand_with_mean_and_spread(findings):
    found = cells(tables.seeds(findings))

    assert found[1] == [FIVE, "0.810", "0.014", "0.800, 0.820"]


def test_one_other_seed_has_no_spread(findings):
    one = msgspec.structs.replace(findings, seeds={FIVE: [0.8]})

    assert cells(tables.seeds(one))[1] == [FIVE, "0.800", "0.000", "0.800"]


def test_seeds_that_were_not_measured_are_said_to_be_so(findings):
    without = msgspec.structs.replace(findings, seeds={})

    assert tables.seeds(without) == "Models of other seeds were not measured in this run."


def test_a_calibration_stands_a_bin_a_row():
    assert cells(tables.calibration([Bin(1_234, 0.25, 0.5)]))[1] == ["1,234", "0.250", "0.500"]


def test_every_column_of_the_table_of_columns_is_there(bundle):
    found = cells(tables.columns(bundle.manifest))

    assert [row[0] for row in found[1:]] == [f"`{column.name}`" for column in COLUMNS]
    assert found[1][4] == "0.01 to 200"
    assert "e+0" not in tables.columns(bundle.manifest)


def test_a_blank_column_stands_with_what_it_costs(findings):
    found = cells(tables.blanked(findings.views[ALL]))

    assert found[1][3] == "0.938"
    assert found[2] == ["`pl_rade`", "60", "3", "0.812", "+0.125", "+0.050 to +0.200"]
    assert [row[0] for row in found[2:]] == ["`pl_rade`", "`st_spectype`", "`st_teff`"]


def test_the_size_that_was_kept_is_bold_and_no_other(bundle):
    text = tables.sizes(bundle.manifest)

    assert text.count("**") == 2
    assert f"**{bundle.manifest.metrics['log_loss']:.4f}**" in text
    assert len(cells(text)) == len({size.trees for size in bundle.manifest.sizes}) + 1


def test_changes_stand_with_what_they_gave_even_if_nothing():
    found = tables.gains(sample_results())

    assert found.startswith("Means over 5 seeds:\n\n| change | adopted |")
    gave = "0.910, without 0.900: +0.010 [+0.002, +0.018]"
    nothing = "0.950, without 0.950: 0.000 [-0.010, +0.010]"
    assert f"| eccentric orbits | yes | {gave} | {nothing} | - | - | light varies |" in found
    assert (
        f"| binaries | no | {nothing} | {nothing} | 0.0123 | 0.1000, without 0.2000 | rare |"
        in found
    )


def test_a_misjudged_planet_stands_with_its_reason_and_wrong_scores_bold(findings):
    reasons = {
        "Kepler-0 b": ErrorNote("label", "of 2024"),
        "another": ErrorNote("model", "not shown"),
    }

    found = cells(tables.mistakes(findings, 0.5, reasons))

    assert found[1] == ["Kepler-0 b", "yes", "**0.251**", "0.752", "label", "of 2024"]
    assert found[2][2:] == ["**0.653**", "**0.854**", "", "not looked at yet"]
    assert len(found) == 3


def test_the_solar_system_stands_with_its_scores(findings):
    found = cells(tables.solar_system(findings))

    assert found[1:] == [["Earth", "0.975"], ["Jupiter", "below 0.001"]]


def test_planets_of_which_too_little_is_known_are_counted(findings):
    assert cells(tables.too_little(findings))[1] == [FIVE, "7", "1"]


def test_settings_stand_once_with_the_population_or_with_the_fit(bundle):
    nested = {
        "seed": 20140923,
        "stars": {"shares": {"dwarf": 0.8, "giant": 0.03}},
        "fit": {"threads": 2},
    }
    manifest = msgspec.structs.replace(
        bundle.manifest, settings={**nested, "trees": [5, 1_000], "monotone": []}
    )

    population, fit = (cells(tables.settings(manifest, of_the_fit=it)) for it in (False, True))

    assert population[1:] == [["`seed`", "20140923"], ["`stars.shares`", "dwarf 0.8, giant 0.03"]]
    assert fit[1:] == [["`fit.threads`", "2"], ["`trees`", "5, 1,000"], ["`monotone`", "none"]]
