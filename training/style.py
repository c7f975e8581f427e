"""The style of the card's plots, and how they are written.

The colours are those of Okabe and Ito, which colour-blind people can distinguish. Line styles and
markers differ as well, for prints in grey. Text is written as text, so files are small and can be
searched.

Warning: a plot made with `pyplot` depends on earlier plots, so do not use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#666666")
BLUE, VERMILION, _, _, _, SKY, GREY = COLOURS
DASHES: tuple[Any, ...] = (
    "-",
    "--",
    "-.",
    ":",
    (0, (5, 1)),
    (0, (3, 1, 1, 1)),
    (0, (1, 1)),
)
MARKERS = "osD^vP*"
WIDTH = 700 / 96
"""Inches; 700 pixels in a browser."""
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "ExoHabit",
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.size": 9,
    "axes.titlesize": 9,
    "figure.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "legend.fontsize": 8,
    "legend.frameon": False,
    "savefig.facecolor": "white",
}


def panels(height: float, title: str, titles: Iterable[str]) -> tuple[Figure, list[Axes]]:
    """Make a figure with a panel for each title, side by side; `height` in inches."""
    names = list(titles)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(1, len(names), squeeze=False, sharey=True)[0]
    for panel, name in zip(axes, names, strict=True):
        panel.set_title(name)
    return figure, list(axes)


def label(axes: list[Axes], x: str, y: str) -> None:
    """Label the axes of panels that are side by side."""
    axes[0].set_ylabel(y)
    for panel in axes:
        panel.set_xlabel(x)


def add_legend(figure: Figure, axes: list[Axes], columns: int) -> None:
    """Add one legend for all panels below them; equal entries appear once."""
    entries = [
        pair for panel in axes for pair in zip(*panel.get_legend_handles_labels(), strict=True)
    ]
    by_text = {text: handle for handle, text in reversed(entries)}
    texts = list(dict.fromkeys(text for _, text in entries))
    handles = [by_text[text] for text in texts]
    figure.legend(handles, texts, loc="outside lower center", ncols=columns)


def save(figures: dict[str, Figure], folder: Path) -> None:
    """Write figures as SVG files, with the same bytes each time; the folder is made if needed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
