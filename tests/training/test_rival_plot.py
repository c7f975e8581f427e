"""The plot of leads: one panel for each test set, one row for each rival."""

from __future__ import annotations

from tests.training.samples import sample_findings
from training.findings import MODEL
from training.rival_plot import lead_over_rivals
from training.style import BLUE, GREY, VERMILION


def test_a_lead_has_its_place_and_its_colour():
    findings = sample_findings("a version")
    five, koi = lead_over_rivals(findings).axes

    names = [text.get_text() for text in five.get_yticklabels()]
    points = [line for line in five.lines if line.get_marker() not in ("", "None")]
    assert (five.get_title(), koi.get_title()) == tuple(findings.sets)
    assert names == [name for name in findings.sets["five"].compared if name != MODEL]
    assert [line.get_xdata()[0] for line in points] == [2.5, 2.5, 0.1]
    assert [line.get_color() for line in points] == [BLUE, BLUE, GREY]
    assert VERMILION in {line.get_color() for line in koi.lines}
    assert five.yaxis_inverted()
