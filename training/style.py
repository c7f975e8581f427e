"""Style: how the plots of the card look, and how they become files.

Colours are Okabe and Ito's, told apart by the colour-blind; line styles and markers tell them
apart in grey. Letters stay letters in the files, so they are small and can be searched.

The trap: a plot made with `pyplot` depends on what was plotted before it. Nothing here uses it.
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
    """Make a figure of so many inches with a panel for each title, side by side."""
    names = list(titles)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(1, len(names), squeeze=False, sharey=True)[0]
    for panel, name in zip(axes, names, strict=True):
        panel.set_title(name)
    return figure, list(axes)


def label(axes: list[Axes], x: str, y: str) -> None:
    """Name the axes of panels side by side."""
    axes[0].set_ylabel(y)
    for panel in axes:
        panel.set_xlabel(x)


def key_below(figure: Figure, axes: list[Axes], columns: int) -> None:
    """Explain below the panels what is drawn in them, each thing once."""
    found = [
        pair for panel in axes for pair in zip(*panel.get_legend_handles_labels(), strict=True)
    ]
    by_text = {text: handle for handle, text in reversed(found)}
    texts = list(dict.fromkeys(text for _, text in found))
    handles = [by_text[text] for text in texts]
    figure.legend(handles, texts, loc="outside lower center", ncols=columns)


def save(figures: dict[str, Figure], folder: Path) -> None:
    """Write figures as SVG files of the same bytes each time, into a folder made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
