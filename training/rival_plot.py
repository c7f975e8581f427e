"""The plot of the model's lead in log-loss over each rival, on each test set."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from training.findings import MODEL, Findings, SetResult
from training.style import BLUE, GREY, VERMILION, WIDTH

ROWS = 2
_LINEAR = 5.0
"""The axis is linear up to this lead, and logarithmic beyond."""
_TICKS = (-20, -5, 0, 5, 20)


def lead_over_rivals(findings: Findings) -> Figure:
    """Draw the log-loss saved, compared with each rival, with 5 to 95 % of the bootstrap."""
    columns = -(-len(findings.sets) // ROWS)
    figure = Figure(figsize=(WIDTH, 5.6), layout="constrained")
    figure.suptitle("Log-loss · 10³ that the model saves, compared with each rival")
    grid = figure.subplots(ROWS, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for panel, (name, result) in zip(grid, findings.sets.items(), strict=False):
        panel.set_title(name)
        _plot_leads(panel, result)
    for panel in grid[len(findings.sets) :]:
        panel.set_axis_off()
    grid[0].invert_yaxis()
    figure.supxlabel(
        "right of 0 the model is better (line: 5 to 95 % of the bootstrap over host stars)",
        fontsize="medium",
    )
    return figure


def _plot_leads(panel: Axes, result: SetResult) -> None:
    leads = {name: each.lead_log_loss for name, each in result.compared.items() if name != MODEL}
    for y, lead in enumerate(leads.values()):
        is_better, is_worse = lead.low > 0.0, lead.high < 0.0
        colour = BLUE if is_better else VERMILION if is_worse else GREY
        marker = "o" if is_better else "X" if is_worse else "s"
        panel.hlines(y, 1e3 * lead.low, 1e3 * lead.high, color=colour, lw=1.6)
        panel.plot(1e3 * lead.value, y, marker, color=colour, ms=5)
    panel.axvline(0.0, color="black", lw=0.8)
    panel.set_yticks(range(len(leads)), list(leads))
    panel.set_xscale("symlog", linthresh=_LINEAR)
    panel.xaxis.set_major_locator(FixedLocator(_TICKS))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    panel.grid(visible=False, axis="y")
