"""The report: targets, ratios and figures, and what the documents show of them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bench import report
from bench.contestants import FASTAPI, FLASK, SERVICE, USUAL
from bench.results import MEASURES, Record
from tests.conftest import ROOT

RECORD = Record(
    {
        "date": "2026-11-21",
        "machine": "2 × Some Processor",
        "busy": "the host took 0.1 %",
        "command": "python -m bench",
        "rounds": "3",
    },
    {
        measure: {
            each.name: [place + 1.0, place + 2.0, place + 3.0] for place, each in enumerate(USUAL)
        }
        for measure in MEASURES
    },
)


def test_a_table_has_targets_before_ratios_before_figures():
    text = report.table(RECORD)

    parts = [text.index(f"## {part}") for part in ("Targets", "Ratios", "Figures")]
    assert parts == sorted(parts)
    assert "- machine: 2 × Some Processor" in text


def test_a_row_of_ratios_names_each_other():
    head, _, first, *_ = report.ratios(RECORD.results).splitlines()

    assert head == f"| ExoHabit over | {FASTAPI.title} | {FLASK.title} |"
    assert first == "| /predict, connections: 1 | 0.667 × [0.583-0.708] | 0.5 × [0.417-0.55] |"


def test_figures_hold_every_measure():
    assert len(report.figures(RECORD.results).splitlines()) == 2 + len(MEASURES)


def test_a_run_is_written_as_results_table_and_plot(tmp_path, capsys):
    report.write(RECORD, tmp_path / "results")

    assert Record.read(tmp_path / "results" / "results.json") == RECORD
    assert (tmp_path / "results" / "table.md").read_text("utf-8") == report.table(RECORD)
    plot = ElementTree.parse(tmp_path / "results" / "plot.svg")  # noqa: S314 - our own
    texts = {element.text for element in plot.iter() if element.tag.endswith("text")}
    assert {SERVICE.title, FASTAPI.title, FLASK.title} <= texts


@pytest.mark.parametrize(
    ("value", "text"), [(12345.6, "12,346"), (999.4, "999"), (0.123456, "0.123"), (45.67, "45.7")]
)
def test_numbers_have_three_significant_digits(value, text):
    assert report.number(value) == text


def test_the_docs_show_how_it_was_measured():
    text = report.readme(RECORD)

    assert "met" not in text.lower()
    assert all(each in text for each in RECORD.made.values())


def test_the_docs_show_the_last_run():
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    assert report.readme(Record.read()) in page, "python -m bench.report --readme prints it"
