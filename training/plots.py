"""Plots of the model card, from findings and manifest.

Names and numbers of columns, rules and sizes come from the data, because the next model may have
others. There are colours for seven lines.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from exohabit.science.columns import BY_NAME
from exohabit.scoring.manifest import Manifest
from training.findings import EDGES, MODEL, Findings, Ranked, View
from training.metrics import Bin, wilson
from training.rival_plot import lead_over_rivals
from training.sizes import best_log_loss, chosen_size
from training.style import (
    COLOURS,
    DASHES,
    GREY,
    MARKERS,
    SKY,
    STYLE,
    VERMILION,
    add_legend,
    label,
    panels,
    save,
)

PLAIN_NUMBERS = FuncFormatter(lambda value, _: f"{value:,.10g}")
"""Writes numbers on a logarithmic axis without exponents."""


def write(findings: Findings, manifest: Manifest, folder: Path) -> None:
    """Write every plot as SVG; the folder is made if needed."""
    with mpl.rc_context(STYLE):
        save(draw(findings, manifest), folder)


def draw(findings: Findings, manifest: Manifest) -> dict[str, Figure]:
    """Draw every plot; returns figures by name."""
    return {
        "precision_recall": precision_recall(findings),
        "reliability": reliability(findings, manifest),
        "scores": scores(findings, manifest.threshold),
        "missing_columns": missing_columns(findings),
        "sizes": sizes(manifest),
        "rivals": lead_over_rivals(findings),
    }


def precision_recall(findings: Findings) -> Figure:
    """Draw precision over recall of each ranking; the area under a line is its AP."""
    title = "Precision over recall: the model and simple rules, on the labelled planets"
    figure, axes = panels(5.6, title, findings.views)
    views = list(findings.views.values())
    for rule in views[0].rankings:
        reached = " | ".join(f"{view.rankings[rule].average_precision:.2f}" for view in views)
        for panel, view in zip(axes, views, strict=True):
            i = list(view.rankings).index(rule)
            _plot_curve(panel, view.rankings[rule], i, f"{rule} ({reached})")
    for panel in axes:
        panel.set(xlim=(0, 1.02), ylim=(0, 1.03))
    label(axes, "recall: share of the habitable planets found", "precision: share that is right")
    add_legend(figure, axes, columns=2)
    figure.legends[0].set_title("in brackets: average precision, left | right")
    return figure


def _plot_curve(panel: Axes, ranked: Ranked, i: int, text: str) -> None:
    recall, precision = np.array(ranked.curve).T
    if len(ranked.curve) == 2:
        # A rule with only yes and no has one point of interest; the other is "all planets".
        panel.plot(recall[0], precision[0], MARKERS[i], color=COLOURS[i], ms=8, label=text)
        return
    # Each step reaches from the recall before to its point; the first begins at 0.
    x, y = [0.0, *recall], [precision[0], *precision]
    width = 2.4 if i == 0 else 1.4
    panel.step(x, y, color=COLOURS[i], ls=DASHES[i], lw=width, label=text)


def reliability(findings: Findings, manifest: Manifest) -> Figure:
    """Draw the share of habitable planets over the score, for simulated and real planets."""
    titles = ("simulated planets, under the prior", "labelled planets of the archive")
    figure, axes = panels(4.6, "Share of planets that meet the definition, by score", titles)
    for panel in axes:
        panel.plot([0, 1], [0, 1], color=GREY, ls=":", lw=1, label="share = score")
        panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    simulated = [Bin(**each) for each in manifest.metrics["calibration"]]
    _plot_bins(axes[0], "simulated, never trained on", simulated, 0)
    for i, (name, view) in enumerate(findings.views.items(), start=1):
        _plot_bins(axes[1], name, view.calibration, i)
        for each in view.calibration:
            low, high = wilson(each.positive, each.planets)
            axes[1].vlines(each.score, low, high, color=COLOURS[i], lw=1.2)
    label(axes, "mean score of the planets in a bin", "share (line: 90 % interval)")
    add_legend(figure, axes, columns=2)
    return figure


def _plot_bins(panel: Axes, name: str, bins: list[Bin], i: int) -> None:
    x, y = [each.score for each in bins], [each.positive for each in bins]
    text = f"{name}: {sum(each.planets for each in bins):,d} planets"
    panel.plot(x, y, color=COLOURS[i], marker=MARKERS[i], ms=5, ls=DASHES[i], lw=1.2, label=text)


def scores(findings: Findings, threshold: float) -> Figure:
    """Draw histograms of the scores of habitable and other planets, on a logarithmic scale."""
    figure, axes = panels(4.0, "Scores of the labelled planets", findings.views)
    for panel, view in zip(axes, findings.views.values(), strict=True):
        _plot_counts(panel, view)
        text = f"threshold {threshold:g}"
        panel.axvline(threshold, color="black", ls="--", lw=1, label=text)
        # The axis begins at half a planet, so that one planet is visible.
        panel.set(yscale="log", xlim=(0, 1), ylim=(0.5, 2 * findings.planets))
        panel.yaxis.set_major_formatter(PLAIN_NUMBERS)
    label(axes, "score", f"planets in a bin of {EDGES[1]:g}")
    add_legend(figure, axes, columns=3)
    return figure


def _plot_counts(panel: Axes, view: View) -> None:
    other, habitable = view.counts["other"], view.counts["habitable"]
    text = f"not in the catalog: {sum(other):,d} planets"
    panel.stairs(other, EDGES, baseline=0.5, fill=True, color=SKY, label=text)
    text = f"in the catalog: {sum(habitable):,d}"
    panel.stairs(habitable, EDGES, baseline=0.5, color=VERMILION, lw=1.6, hatch="///", label=text)


def missing_columns(findings: Findings) -> Figure:
    """Draw the average precision lost when a column is blank, with 5 to 95 % of the bootstrap."""
    figure, (panel,) = panels(5.4, "Average precision lost when a column is blank", [""])
    views = findings.views
    names = [name for name in BY_NAME if any(name in view.blanked for view in views.values())]
    for i, (view, measured) in enumerate(views.items()):
        whole = measured.rankings[MODEL].average_precision
        text = f"{view} (none blank: {whole:.3f})"
        shift = 0.3 * (i - (len(views) - 1) / 2)
        y = [names.index(name) + shift for name in measured.blanked]
        loss = [whole - each.average_precision for each in measured.blanked.values()]
        interval = np.array([(each.low, each.high) for each in measured.blanked.values()]).T
        panel.hlines(y, *interval, color=COLOURS[i], lw=1.6)
        panel.plot(loss, y, MARKERS[i], color=COLOURS[i], ms=6, label=text)
    panel.axvline(0.0, color="black", lw=0.8)
    panel.set_yticks(range(len(names)), [f"{BY_NAME[name].meaning}\n{name}" for name in names])
    panel.invert_yaxis()
    panel.grid(visible=False, axis="y")
    label([panel], "average precision lost (line: 5 to 95 % of the bootstrap)", "")
    add_legend(figure, [panel], columns=2)
    return figure


def sizes(manifest: Manifest) -> Figure:
    """Draw log-loss over the work for a score, one line for each depth; marks the chosen size."""
    figure, (panel,) = panels(4.2, "Log-loss by size of the model", [""])
    for i, depth in enumerate(sorted({size.depth for size in manifest.sizes})):
        line = [size for size in manifest.sizes if size.depth == depth]
        x, y = [size.work for size in line], [size.log_loss for size in line]
        text = f"depth {depth}"
        panel.plot(x, y, MARKERS[i], ms=4, ls=DASHES[i], lw=1.2, color=COLOURS[i], label=text)
    best, tolerance = best_log_loss(manifest.sizes), manifest.settings["tolerance"]
    panel.axhline(best, color=GREY, lw=1, ls=":", label="the best")
    text = f"good enough: the best + {tolerance:g}"
    panel.axhline(best + tolerance, color=GREY, lw=1, ls="--", label=text)
    chosen = chosen_size(manifest.sizes, manifest.size)
    text = f"kept: depth {chosen.depth}, {chosen.trees} trees"
    point = ([chosen.work], [chosen.log_loss])
    panel.plot(*point, "o", ms=14, mfc="none", mec="black", ls="none", label=text)
    panel.set_xscale("log")
    panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    panel.xaxis.set_major_formatter(PLAIN_NUMBERS)
    panel.minorticks_off()
    panel.legend()
    label([panel], "comparisons that a score takes (trees × depth)", "log-loss, held-out planets")
    return figure
