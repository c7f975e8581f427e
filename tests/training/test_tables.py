"""Tables: measured values are in the right cells."""

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
    """Return the cells of a Markdown table, without the line below its head."""
    head, rule, *rows = text.splitlines()
    assert set(rule) <= set("|- ")
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in (head, *rows)]


def test_a_bar_inside_a_cell_is_escaped():
    assert tables.table(["a"], [["b | c"]]) == "| a |\n| --- |\n| b \\| c |"


def test_rankings_have_interval_recall_and_the_models_lead(findings):
    found = cells(tables.rankings(findings.views[FIVE]))

    assert found[1] == ["**the model**", "0.812", "0.71-0.86", "50 %", ""]
    assert found[2] == ["a rule", "0.375", "0.20-0.50", "25 %", "-0.010 to +0.300"]


def test_a_calibration_has_a_row_for_each_bin():
    assert cells(tables.calibration([Bin(1_234, 0.25, 0.5)]))[1] == ["1,234", "0.250", "0.500"]


def test_every_column_is_in_the_table(bundle):
    found = cells(tables.columns(bundle.manifest))

    assert [row[0] for row in found[1:]] == [f"`{column.name}`" for column in COLUMNS]
    assert found[1][4] == "0.01 to 3,200"
    assert "e+0" not in tables.columns(bundle.manifest)


def test_a_missing_column_has_its_loss(findings):
    found = cells(tables.blanked(findings.views[ALL]))

    assert found[1][3] == "0.938"
    assert found[2] == ["`pl_rade`", "60", "3", "0.812", "+0.125", "+0.050 to +0.200"]
    assert [row[0] for row in found[2:]] == ["`pl_rade`", "`st_spectype`", "`st_teff`"]


def test_only_the_chosen_size_is_bold(bundle):
    text = tables.sizes(bundle.manifest)

    assert text.count("**") == 2
    assert f"**{bundle.manifest.metrics['log_loss']:.4f}**" in text
    assert len(cells(text)) == len({size.trees for size in bundle.manifest.sizes}) + 1


def test_changes_have_their_effect_also_if_there_is_none():
    found = tables.changes(sample_results())

    assert found.startswith("Means over 2 seeds, 600,000 planets each:\n\n| change | adopted |")
    steps = "0.100, without 0.300 | 0.200, without 0.600 | 0.020, without 0.020"
    assert f"| heavy tails | yes | +1.00 [+0.20, +1.80] | {steps} | as it is |" in found
    assert "| binaries | no | +0.00 [-1.00, +1.00] | 0.300, without 0.300 |" in found


def test_a_wrong_prediction_has_its_note_and_bold_scores(findings):
    reasons = {
        "Kepler-0 b": ErrorNote("label", "of 2024"),
        "another": ErrorNote("model", "not shown"),
    }

    found = cells(tables.mistakes(findings, 0.5, reasons))

    assert found[1] == ["Kepler-0 b", "yes", "**0.251**", "0.752", "label", "of 2024"]
    assert found[2][2:] == ["**0.653**", "**0.854**", "", "not looked at yet"]
    assert len(found) == 3


def test_planets_with_too_little_data_are_counted(findings):
    assert cells(tables.too_little(findings))[1] == [FIVE, "7", "1"]


def test_each_setting_belongs_to_the_population_or_to_the_fit(bundle):
    nested = {
        "seed": 20140923,
        "stars": {"shares": {"dwarf": 0.8, "giant": 0.03}},
    }
    manifest = msgspec.structs.replace(
        bundle.manifest, settings={**nested, "threads": 2, "trees": [5, 1_000], "rising": []}
    )

    population, fit = (cells(tables.settings(manifest, fit=fit)) for fit in (False, True))

    assert population[1:] == [["`seed`", "20140923"], ["`stars.shares`", "dwarf 0.8, giant 0.03"]]
    assert fit[1:] == [["`threads`", "2"], ["`trees`", "5, 1,000"], ["`rising`", "none"]]
