"""The style of the plots: one legend for all panels, and the same bytes each time."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from training.style import COLOURS, DASHES, MARKERS, STYLE, WIDTH, add_legend, label, panels, save


@pytest.fixture
def figure():
    figure, axes = panels(3.0, "a title", ["left", "right"])
    for panel in axes:
        panel.plot([0, 1], [0, 1], label="in both")
    axes[1].plot([0, 1], [1, 0], label="in one")
    label(axes, "time [days]", "light")
    add_legend(figure, axes, columns=2)
    return figure


def test_panels_are_side_by_side_under_one_title(figure):
    assert figure.get_suptitle() == "a title"
    assert [panel.get_title() for panel in figure.axes] == ["left", "right"]
    assert [panel.get_xlabel() for panel in figure.axes] == ["time [days]"] * 2
    assert [panel.get_ylabel() for panel in figure.axes] == ["light", ""]
    assert figure.get_figwidth() == WIDTH


def test_equal_entries_appear_once_in_the_legend(figure):
    (legend,) = figure.legends

    assert [text.get_text() for text in legend.get_texts()] == ["in both", "in one"]


def test_a_figure_is_saved_with_the_same_bytes_each_time(figure, tmp_path):
    with mpl.rc_context(STYLE):
        for folder in ("one", "two"):
            save({"plot": figure}, tmp_path / folder)

    one, two = ((tmp_path / folder / "plot.svg").read_bytes() for folder in ("one", "two"))
    assert one == two
    assert b"time [days]" in one


def test_there_are_seven_different_colours_lines_and_markers():
    for styles in (COLOURS, DASHES, MARKERS):
        assert len(set(styles)) == len(styles) == 7
