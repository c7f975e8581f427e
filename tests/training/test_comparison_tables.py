"""Tables on the test sets: leads, metrics and figures are in the right cells."""

from __future__ import annotations

import msgspec
import pytest

from tests.training.samples import sample_findings, sample_previous
from tests.training.test_tables import cells
from training import comparison_tables
from training.figures import EDGE, GAP, LOG_LOSS
from training.findings import HighScores
from training.rivals import FALLBACKS, POSTERIOR
from training.test_sets import KOI


@pytest.fixture
def findings():
    return sample_findings("a version")


def test_the_claims_say_where_the_model_is_better_where_worse_and_where_unsure(findings):
    better, posterior, worse, unsure, _, revised = comparison_tables.claims(findings).splitlines()

    assert better.endswith(f"lower than that of **{FALLBACKS}** by 2.5 (20 %) on *five*.")
    assert POSTERIOR in posterior
    assert worse == f"- It is worse than {FALLBACKS} (*{KOI}*); {POSTERIOR} (*{KOI}*)."
    assert f"No difference was shown from guessing (*five*, *{KOI}*)." in unsure
    assert "20 planets of *KOI 2019*" in revised
    assert "0.90 in the mean, and 65 % of them meet the definition today" in revised
    assert "(difference +0.25, +0.10 to +0.40)" in revised


def test_a_lead_is_bold_if_its_interval_is_above_0(findings):
    head, fallbacks, _, guessing = cells(comparison_tables.leads(findings))

    assert head[1:] == ["five", KOI]
    assert fallbacks[0] == FALLBACKS
    assert fallbacks[1:] == ["**+2.5** (+1.0 to +4.0)", "-6.0 (-8.0 to -4.0)"]
    assert guessing[1] == "+0.1 (-1.0 to +1.0)"


def test_results_have_all_metrics(findings):
    _, model, fallbacks, *_ = cells(comparison_tables.results(findings.sets["five"]))

    high = "20: 0.90, true 0.65"
    assert model == ["**the model**", "0.900", "", "10.0", "3.00", "0.040", high]
    lead = "+0.100 (+0.050 to +0.150)"
    assert fallbacks == [FALLBACKS, "0.800", lead, "12.5", "4.00", "0.050", "none"]


def test_a_set_has_its_size(findings):
    assert cells(comparison_tables.sets(findings))[1] == ["five", "1,234", "500", "23.4"]


def test_figures_are_beside_those_of_the_model_before_and_of_other_seeds(findings):
    text = comparison_tables.figures(findings, sample_previous())

    head, loss, gap, edge = cells(text)
    assert head[1] == "before (an old version)"
    assert loss == [f"{LOG_LOSS}, five", "15.00", "10.00", "11.50", "0.71"]
    assert gap == [f"{GAP}, {KOI}", "-", "+0.250", "", ""]
    assert edge == [EDGE, "0.068", "0.020", "0.022", "0.001"]


def test_one_seed_has_no_standard_deviation(findings):
    one = msgspec.structs.replace(findings, seeds={EDGE: [0.02]})

    assert cells(comparison_tables.figures(one, None))[3][3:] == ["0.020", ""]


def test_seeds_may_be_not_measured(findings):
    text = comparison_tables.figures(msgspec.structs.replace(findings, seeds={}), None)

    assert text.endswith("\n\nModels with other seeds were not measured in this run.")


def test_a_sanity_case_outside_its_range_is_bold(findings):
    _, earth, cold = cells(comparison_tables.sanity(findings, sample_previous()))

    assert earth == ["Earth", "0.9 to 1", "0.800", "0.975"]
    assert cold == ["a cold Earth", "0 to 0.1", "-", "**0.300**"]


def test_a_scan_has_its_largest_step(findings):
    assert cells(comparison_tables.scans(findings))[1] == [
        "`pl_rade`",
        "pl_rade 1.0",
        "2.46",
        "0.250",
    ]


def test_no_high_scores_are_said_to_be_none(findings):
    result = findings.sets[KOI]
    none = {
        name: msgspec.structs.replace(each, high=HighScores(0, 0.0, 0.0, 0.0, 0.0))
        for name, each in result.compared.items()
    }
    sets = {KOI: msgspec.structs.replace(result, compared=none)}
    without = msgspec.structs.replace(findings, sets=sets)

    assert f"On *{KOI}* no score is 0.8 or more." in comparison_tables.claims(without)


def test_the_rows_of_the_readme_have_model_and_rule(findings):
    five, koi = comparison_tables.readme_rows(findings).splitlines()

    assert five.endswith(f"| log-loss 10.0 · 10⁻³ | {FALLBACKS} has 12.5 |")
    assert koi.endswith(f"| log-loss 30.0 · 10⁻³ | {FALLBACKS} has 24.0 |")


def test_a_row_of_the_readme_says_if_the_difference_is_not_sure(findings):
    compared = findings.sets["five"].compared
    unsure = {**compared, FALLBACKS: compared["guessing"]}
    sets = {"five": msgspec.structs.replace(findings.sets["five"], compared=unsure)}

    rows = comparison_tables.readme_rows(msgspec.structs.replace(findings, sets=sets))

    assert rows.endswith("has 10.0, no sure difference |")
