"""Plots: valid SVG with their labels."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.conftest import ROOT
from tests.training.samples import ALL, FIVE, sample_findings
from training import plots
from training.card import PLOTS
from training.findings import FINDINGS, Findings

LABELS = {
    "precision_recall": ["recall", "precision", "the model (0.81 | 0.94)", "yes or no (0.25"],
    "reliability": ["mean score of the planets", "share (line", f"{FIVE}: 20 planets"],
    "scores": ["score", "planets in a bin of 0.05", "in the catalog: 4", "threshold 0.5"],
    "missing_columns": ["average precision lost", "planet radius", "st_teff", f"{ALL} (none"],
    "sizes": ["trees × depth", "log-loss, held-out planets", "kept: depth", "the best"],
    "rivals": ["Log-loss", "the analytic posterior", "KOI 2019", "right of 0 the model is better"],
}


def texts(svg: bytes) -> list[str]:
    """Return the pieces of text in an SVG image."""
    root = ET.fromstring(svg)  # noqa: S314
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    found = root.iter("{http://www.w3.org/2000/svg}text")
    return ["".join(each.itertext()).strip() for each in found]


@pytest.fixture(scope="module")
def drawn(bundle, tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("plots")
    plots.write(sample_findings(bundle.version), bundle.manifest, folder / "card")
    return {path.stem: path.read_bytes() for path in (folder / "card").iterdir()}


def test_there_are_six_plots(drawn):
    assert sorted(drawn) == sorted(LABELS)


@pytest.mark.parametrize("name", LABELS)
def test_a_plot_is_valid_svg_with_its_labels(drawn, name):
    found = texts(drawn[name])

    for label in LABELS[name]:
        assert any(label in text for text in found), label


@pytest.mark.parametrize("name", LABELS)
def test_a_plot_is_small_and_white_and_has_no_date(drawn, name):
    assert len(drawn[name]) < 100_000
    assert b"fill: #ffffff" in drawn[name]
    assert b"date>" not in drawn[name]


def test_the_chosen_size_is_marked(bundle):
    (panel,) = plots.sizes(bundle.manifest).axes
    (ring,) = (line for line in panel.lines if line.get_label().startswith("kept"))

    assert ring.get_xdata()[0] == bundle.manifest.size["depth"] * bundle.manifest.size["trees"]
    assert ring.get_ydata()[0] == pytest.approx(bundle.manifest.metrics["log_loss"])


def test_each_loss_is_drawn_in_the_row_of_its_column(bundle):
    (panel,) = plots.missing_columns(sample_findings("any")).axes
    names = [text.get_text().split("\n")[1] for text in panel.get_yticklabels()]
    five, every = (line for line in panel.lines if "none blank" in line.get_label())

    assert names == ["pl_rade", "st_spectype", "st_teff"]
    assert [round(place) for place in five.get_ydata()] == [0, 1]
    assert [round(place) for place in every.get_ydata()] == [0, 1, 2]
    assert list(five.get_xdata()) == pytest.approx([0.125, 0.125])


@pytest.mark.slow
def test_the_committed_plots_show_the_committed_findings(bundle, tmp_path):
    plots.write(Findings.read(ROOT / FINDINGS), bundle.manifest, tmp_path)

    for path in tmp_path.iterdir():
        committed = (ROOT / PLOTS / path.name).read_bytes()
        assert texts(committed) == texts(path.read_bytes())
