"""The model card: every placeholder is filled with measured values, the same each time."""

from __future__ import annotations

import re
from string import Template

import pytest

from exohabit.science.references import CITATIONS
from tests.conftest import ROOT
from tests.training.samples import sample_findings, sample_previous, sample_results
from training import card
from training.ablation_results import RESULTS, read_results
from training.error_notes import NOTES, ErrorNote, read_notes
from training.findings import FINDINGS, Findings
from training.previous_evaluation import PREVIOUS, read_previous
from training.rivals import FALLBACKS
from training.tables import rankings

COMMITTED = (ROOT / card.CARD).read_text(encoding="utf-8")


@pytest.fixture
def text(bundle) -> str:
    findings = sample_findings(bundle.version)
    return card.render(findings, bundle.manifest, sample_results(), {}, sample_previous())


def test_every_placeholder_is_filled(text):
    placeholders = Template(card.TEMPLATE.read_text(encoding="utf-8")).get_identifiers()

    assert len(placeholders) > 20
    assert "$" not in text
    assert "None" not in text
    assert "nan" not in text.split()


def test_the_template_has_no_figure_of_a_model():
    template = card.TEMPLATE.read_text(encoding="utf-8")

    # The example of a score, the bounds of the calibration, and the albedo of the fallbacks.
    numbers = set(re.findall(r"\d+\.\d+", template))
    assert numbers == {"0.7", "0.02", "0.98", "0.3"}


def test_the_card_names_its_model(text, bundle):
    manifest = bundle.manifest

    assert text.startswith(f"# Model card: ExoHabit, model {bundle.version}\n")
    assert manifest.files["models/habitability_model.pkl"] in text
    assert f"| {manifest.trained}, with python {manifest.versions['python']}" in text
    assert manifest.definition in text


def test_the_card_says_inhabited_only_to_deny_it(text):
    found = [line for line in text.splitlines() if "inhabited" in line]

    assert found == ["- To say that a planet is inhabited, has water, or has breathable air."]


def test_the_card_has_the_findings(text):
    for expected in (
        "0.812",
        "0.938",
        "3.2 %",
        "archive.csv",
        "cd" * 32,
        "0.0123",
        "an old version",
    ):
        assert expected in text


def test_the_first_page_says_what_the_model_does_better_and_where_not(text):
    before, first, _ = re.split(r"^## ", text, maxsplit=2, flags=re.M)

    assert len(before.splitlines()) < 20
    assert first.startswith("What it does better than rules, and where it does not\n")
    assert f"is lower than that of **{FALLBACKS}** by 2.5 (20 %) on *five*." in first
    assert f"It is worse than {FALLBACKS} (*KOI 2019*)" in first


def test_a_planet_without_a_note_is_shown_as_not_looked_at(bundle):
    findings = sample_findings(bundle.version)
    notes = {"Kepler-0 b": ErrorNote("data", "its star is cooler than thought")}

    text = card.render(findings, bundle.manifest, None, notes, None)

    assert (
        "| Kepler-0 b | yes | **0.251** | 0.752 | data | its star is cooler than thought |" in text
    )
    assert "| GJ 0 \\| c | no | **0.653** | **0.854** |  | not looked at yet |" in text


def test_changes_without_results_are_shown_as_not_measured(bundle):
    text = card.render(sample_findings(bundle.version), bundle.manifest, None, {}, None)

    assert "## The effect of each change" in text
    assert "Not measured yet." in text


def test_the_card_names_every_source(text):
    for source in CITATIONS:
        assert f"- {source}\n" in text


def test_findings_of_another_model_are_an_error(bundle):
    with pytest.raises(ValueError, match="measure again with make evaluate"):
        card.render(sample_findings("another"), bundle.manifest, None, {}, None)


@pytest.mark.slow
def test_card_and_plots_are_written_with_the_same_bytes_each_time(bundle, tmp_path):
    sample_findings(bundle.version).write(tmp_path / FINDINGS)

    contents = []
    for _ in range(2):
        assert card.write(tmp_path) == tmp_path / card.CARD
        files = sorted((tmp_path / "models").rglob("*"))
        contents.append({path.name: path.read_bytes() for path in files if path.is_file()})

    assert contents[0] == contents[1]
    assert len(contents[0]) == 8


def test_the_card_shows_all_plots(text):
    linked = re.findall(r"\]\((.+\.svg)\)", text)

    plots = sorted(path.name for path in (ROOT / card.PLOTS).glob("*.svg"))
    assert sorted(linked) == [f"card/{name}" for name in plots]
    assert len(linked) == 6


def test_the_committed_card_matches_the_committed_findings(bundle):
    findings = Findings.read(ROOT / FINDINGS)
    results, notes = read_results(ROOT / RESULTS), read_notes(NOTES)
    previous = read_previous(ROOT / PREVIOUS)

    assert card.render(findings, bundle.manifest, results, notes, previous) == COMMITTED
    assert findings.model_version == bundle.version
    assert min(map(len, findings.seeds.values())) >= 5
    assert findings.seeds.keys() == findings.figures.keys()


def test_the_committed_card_has_the_average_precision_of_the_findings():
    findings = Findings.read(ROOT / FINDINGS)

    for view in findings.views.values():
        assert rankings(view) in COMMITTED
        for ranked in view.rankings.values():
            assert f"| {ranked.average_precision:.3f} |" in COMMITTED


def test_the_committed_card_has_no_path_of_a_machine():
    texts = (COMMITTED, (ROOT / FINDINGS).read_text(encoding="utf-8"))

    assert not re.search(r"/(home|root|tmp|work|Users)/", "".join(texts))


def test_a_placeholder_without_a_value_is_an_error(bundle, tmp_path, monkeypatch):
    template = tmp_path / "card.md"
    template.write_text("$version $unheard_of", encoding="utf-8")
    monkeypatch.setattr(card, "TEMPLATE", template)

    with pytest.raises(KeyError, match="unheard_of"):
        card.render(sample_findings(bundle.version), bundle.manifest, None, {}, None)
