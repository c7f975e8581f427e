"""Plot: planets a second over connections and over planets a request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.contestants import LIMITS, MORE, USUAL
from bench.results import CONNECTIONS, SIZES, Results, Spread
from training.plots import PLAIN_NUMBERS
from training.style import COLOURS, DASHES, MARKERS, STYLE, add_legend, label, panels, save

_TITLES = ("/predict, over connections", "/rank (JSON), over planets a request")


def write(results: Results, folder: Path) -> None:
    """Write the plot as SVG into a folder, created if needed."""
    with mpl.rc_context(STYLE):
        save({"plot": draw(results)}, folder)


def draw(results: Results) -> Figure:
    """Draw the planets a second of each contestant; bars hold half of the rounds."""
    figure, axes = panels(3.6, "Planets a second, two workers each", _TITLES)
    for panel, prefix, places in zip(axes, ("predict", "json"), (CONNECTIONS, SIZES), strict=True):
        _lines(panel, results, prefix, places)
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_xticks(places)
        panel.xaxis.set_major_formatter(PLAIN_NUMBERS)
        panel.yaxis.set_major_formatter(PLAIN_NUMBERS)
        panel.minorticks_off()
    label(axes, "", "planets a second")
    add_legend(figure, axes, columns=4)
    return figure


def _lines(panel: Axes, results: Results, prefix: str, places: Sequence[int]) -> None:
    looks = zip(COLOURS, DASHES, MARKERS, strict=True)
    for contestant, (colour, dash, marker) in zip((*USUAL, *MORE, *LIMITS), looks, strict=True):
        found = [results.get(f"{prefix}_{place}", {}).get(contestant.name) for place in places]
        if not all(found):
            continue
        spreads = [Spread.of(values) for values in found if values]
        middles = [each.median for each in spreads]
        errors = [
            [each.median - each.low for each in spreads],
            [each.high - each.median for each in spreads],
        ]
        panel.errorbar(
            places,
            middles,
            errors,
            color=colour,
            linestyle=dash,
            marker=marker,
            markersize=4,
            label=contestant.title,
        )
