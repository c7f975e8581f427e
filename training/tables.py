"""Tables of the model's card: measured values as Markdown, each function one table.

The trap: a bar within a cell would end it, so every cell is escaped in the one place that joins
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from exohabit.science.columns import COLUMNS
from exohabit.scoring.manifest import Manifest, Size
from training import recorded_settings
from training.findings import MODEL, Findings, View
from training.ablation_results import Effect, AblationResults
from training.metrics import Bin
from training.error_notes import NOT_LOOKED_AT, ErrorNote
from training.sizes import kept

OF_THE_FIT = (
    "depths",
    "trees",
    "tolerance",
    "learning_rate",
    "min_child_weight",
    "monotone",
    "threads",
)
"""Settings that say how the model is fitted, not what it is fitted on."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def rankings(view: View) -> str:
    """Lay out how right every ranking of one view is, and what the model has over it."""
    head = ["ranking by", "AP", "5-95 %", "in the first 50", "100", "the model's lead, 5-95 %"]
    rows = []
    for rule, ranked in view.rankings.items():
        row = [f"**{rule}**" if rule == MODEL else rule, f"{ranked.average_precision:.3f}"]
        row.append(f"{ranked.low:.2f}-{ranked.high:.2f}")
        row += [f"{share:.0%}".replace("%", " %") for share in ranked.recall.values()]
        rows.append([*row, "" if rule == MODEL else _reach(*ranked.lead)])
    return table(head, rows)


def seeds(findings: Findings) -> str:
    """Lay out the average precision of models that differ by seed alone."""
    if not findings.seeds:
        return "Models of other seeds were not measured in this run."
    head = ["models that differ by seed alone", "mean AP", "standard deviation", "each"]
    rows = []
    for view, values in findings.seeds.items():
        deviation = np.std(values, ddof=min(1, len(values) - 1))
        each = ", ".join(f"{value:.3f}" for value in values)
        rows.append([view, f"{np.mean(values):.3f}", f"{deviation:.3f}", each])
    return table(head, rows)


def calibration(bins: Sequence[Bin]) -> str:
    """Lay out a calibration, a bin a row."""
    rows = ([f"{it.planets:,d}", f"{it.score:.3f}", f"{it.positive:.3f}"] for it in bins)
    return table(["planets", "mean score", "share that meets the definition"], rows)


def columns(manifest: Manifest) -> str:
    """Lay out every column: meaning, unit, range accepted and range trained on."""
    head = ["column", "meaning", "unit", "must be told", "accepted", "trained on"]
    rows = []
    for column in COLUMNS:
        accepted = "any spectral type" if column.range is None else _range(column.range)
        seen = manifest.seen.get(column.name)
        told = "yes, or null" if column.required else "no"
        row = [f"`{column.name}`", column.meaning, column.unit, told, accepted]
        rows.append([*row, _range(seen) if seen else ""])
    return table(head, rows)


def blanked(view: View) -> str:
    """Lay out the average precision of one view with one column blank."""
    whole = view.rankings[MODEL].average_precision
    rows = [["none", "", "", f"{whole:.3f}", "", ""]]
    for name, found in view.blanked.items():
        given, habitable = found.given
        row = [f"`{name}`", f"{given:,d}", str(habitable), f"{found.average_precision:.3f}"]
        lost = _signed(whole - found.average_precision)
        rows.append([*row, lost, _reach(found.low, found.high)])
    return table(["blank", "known of", "in the catalog", "AP", "lost", "5-95 %"], rows)


def sizes(manifest: Manifest) -> str:
    """Lay out the log-loss of every size tried, trees down and depth across, the kept one bold."""
    chosen = kept(manifest.sizes, manifest.size)
    depths = sorted({size.depth for size in manifest.sizes})
    by_place = {(size.trees, size.depth): size for size in manifest.sizes}

    def cell(size: Size) -> str:
        return f"**{size.log_loss:.4f}**" if size == chosen else f"{size.log_loss:.4f}"

    return table(
        ["trees", *(f"depth {depth}" for depth in depths)],
        (
            [str(trees), *(cell(by_place[trees, depth]) for depth in depths)]
            for trees in sorted({size.trees for size in manifest.sizes})
        ),
    )


def gains(record: AblationResults | None) -> str:
    """Lay out what each change to the model gave, those that gave nothing too."""
    if record is None:
        return "Not measured yet."
    head = ["change", "adopted", "AP, five columns", "AP, with the optional columns"]
    rows = []
    for each in record.changes:
        row = [each.name, "yes" if each.adopted else "no", _effect(each.five), _effect(each.all)]
        row.append(_beside(each.calibration_error, each.calibration_error_without))
        row.append(_beside(each.log_loss, each.log_loss_without))
        rows.append([*row, each.why])
    laid_out = table([*head, "calibration error", "log-loss", "why"], rows)
    return f"Means over {record.seeds} seeds:\n\n{laid_out}"


def mistakes(findings: Findings, threshold: float, reasons: Mapping[str, ErrorNote]) -> str:
    """Lay out every misjudged planet with its scores, the wrong ones bold, and the reason."""
    rows = []
    for each in findings.mistakes:
        row = [each.pl_name, "yes" if each.habitable else "no"]
        for score in each.scores.values():
            wrong = (score >= threshold) != each.habitable
            row.append(f"**{_score(score)}**" if wrong else _score(score))
        rows.append([*row, *reasons.get(each.pl_name, NOT_LOOKED_AT)])
    return table(["planet", "in the catalog", *findings.views, "fault of", "reason"], rows)


def solar_system(findings: Findings) -> str:
    """Lay out the scores of the planets that everybody knows."""
    rows = ([name, _score(score)] for name, score in findings.solar_system.items())
    return table(["planet", "score"], rows)


def too_little(findings: Findings) -> str:
    """Lay out of how many planets too little is known."""
    rows = ([view, *map(str, it.too_little)] for view, it in findings.views.items())
    return table(["told by", "planets of which too little is known", "in the catalog"], rows)


def settings(manifest: Manifest, *, of_the_fit: bool) -> str:
    """Lay out the settings of the population, or those of the fit, as the manifest has them."""
    rows = (
        [f"`{name}`", str(value) if name.endswith("seed") else _value(value)]
        for name, value in recorded_settings.settings(manifest).items()
        if (name.split(".")[-1] in OF_THE_FIT) == of_the_fit and name != "threshold"
    )
    return table(["setting", "value"], rows)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(each) for each in value) or "none"
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def _range(bounds: tuple[float, float]) -> str:
    """Lay out two quantities in three significant digits."""
    return " to ".join(f"{float(f'{bound:.3g}'):,.10g}" for bound in bounds)


def _reach(low: float, high: float) -> str:
    return f"{_signed(low)} to {_signed(high)}"


def _signed(difference: float) -> str:
    return f"{difference:+.3f}" if round(difference, 3) else "0.000"


def _score(score: float) -> str:
    return f"{score:.3f}" if score >= 0.001 else "below 0.001"


def _effect(effect: Effect) -> str:
    gain = f"{_signed(effect.gain)} [{_signed(effect.low)}, {_signed(effect.high)}]"
    return f"{effect.mean:.3f}, without {effect.without:.3f}: {gain}"


def _beside(value: float | None, without: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if without is None else f"{value:.4f}, without {without:.4f}"
