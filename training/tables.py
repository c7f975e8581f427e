"""Tables of results in Markdown, for the model card and for the terminal; one function a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from exohabit.science.columns import COLUMNS
from exohabit.scoring.manifest import Manifest, Size
from training.ablation_results import AblationResults, Saved
from training.error_notes import NOT_LOOKED_AT, ErrorNote
from training.findings import MODEL, Findings, View
from training.metrics import Bin, calibration_error
from training.recorded_settings import flatten_settings
from training.sizes import chosen_size

FIT_SETTINGS = (
    "depths",
    "trees",
    "tolerance",
    "learning_rate",
    "min_child_weight",
    "subsample",
    "max_bin",
    "rising",
    "threads",
)
"""Settings of the fit; the others are settings of the population."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar inside a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def by_view(findings: Findings, make_table: Callable[[View], str]) -> str:
    """Return a table for each view, with its name as the heading."""
    parts = (
        f"**{name.capitalize()}**\n\n{make_table(view)}" for name, view in findings.views.items()
    )
    return "\n\n".join(parts)


def rankings(view: View) -> str:
    """Return the quality of each ranking, and the model's lead over it."""
    head = ["ranking by", "AP", "5-95 %", "in the first 50", "100", "the model's lead, 5-95 %"]
    rows = []
    for rule, ranked in view.rankings.items():
        row = [f"**{rule}**" if rule == MODEL else rule, f"{ranked.average_precision:.3f}"]
        row.append(f"{ranked.low:.2f}-{ranked.high:.2f}")
        row += [f"{share:.0%}".replace("%", " %") for share in ranked.recall.values()]
        rows.append([*row, "" if rule == MODEL else _interval(*ranked.lead)])
    return table(head, rows)


def calibration(bins: Sequence[Bin]) -> str:
    """Return a calibration, one row for each bin."""
    rows = ([f"{bin_.planets:,d}", f"{bin_.score:.3f}", f"{bin_.positive:.3f}"] for bin_ in bins)
    return table(["planets", "mean score", "share that meets the definition"], rows)


def real_calibration(view: View) -> str:
    """Return the calibration and the Brier score on real planets."""
    error = f"Expected calibration error {calibration_error(view.calibration):.3f}"
    brier = f"Brier score against the catalog {view.brier:.4f}"
    return f"{error}; {brier}.\n\n{calibration(view.calibration)}"


def columns(manifest: Manifest) -> str:
    """Return every column: meaning, unit, accepted range and range of the training planets."""
    head = ["column", "meaning", "unit", "required", "accepted", "trained on"]
    rows = []
    for column in COLUMNS:
        accepted = "any spectral type" if column.range is None else _range(column.range)
        seen = manifest.seen.get(column.name)
        required = "yes, or null" if column.required else "no"
        row = [f"`{column.name}`", column.meaning, column.unit, required, accepted]
        rows.append([*row, _range(seen) if seen else ""])
    return table(head, rows)


def blanked(view: View) -> str:
    """Return the average precision of a view without each of its columns."""
    whole = view.rankings[MODEL].average_precision
    rows = [["none", "", "", f"{whole:.3f}", "", ""]]
    for name, result in view.blanked.items():
        given, habitable = result.given
        row = [f"`{name}`", f"{given:,d}", str(habitable), f"{result.average_precision:.3f}"]
        loss = _signed(whole - result.average_precision)
        rows.append([*row, loss, _interval(result.low, result.high)])
    return table(["without", "known for", "in the catalog", "AP", "loss", "5-95 %"], rows)


def sizes(manifest: Manifest) -> str:
    """Return the log-loss of every size, one row for each number of trees; the chosen is bold."""
    chosen = chosen_size(manifest.sizes, manifest.size)
    depths = sorted({size.depth for size in manifest.sizes})
    by_shape = {(size.trees, size.depth): size for size in manifest.sizes}

    def cell(size: Size) -> str:
        return f"**{size.log_loss:.4f}**" if size == chosen else f"{size.log_loss:.4f}"

    return table(
        ["trees", *(f"depth {depth}" for depth in depths)],
        (
            [str(trees), *(cell(by_shape[trees, depth]) for depth in depths)]
            for trees in sorted({size.trees for size in manifest.sizes})
        ),
    )


def changes(results: AblationResults | None) -> str:
    """Return the effect of each change to the model, also of those without an effect."""
    if results is None:
        return "Not measured yet."
    sets = list(results.changes[0].saved)
    head = ["change", "adopted", *sets, "median step", "largest step", "edge error", "why"]
    rows = []
    for each in results.changes:
        row = [each.name, "yes" if each.adopted else "no"]
        row += [_saved(each.saved[name]) for name in sets]
        for name in ("median_step", "largest_step", "edge_error"):
            with_it, without_it = getattr(each.with_it, name), getattr(each.without_it, name)
            row.append(f"{with_it:.3f}, without {without_it:.3f}")
        rows.append([*row, each.why])
    fitted = f"{results.seeds} seeds, {results.planets:,} planets each"
    return f"Means over {fitted}:\n\n{table(head, rows)}"


def _saved(saved: Saved) -> str:
    """Return a difference of log-losses and its interval, in thousandths."""
    mean, low, high = (f"{1e3 * each:+.2f}" for each in (saved.mean, saved.low, saved.high))
    return f"{mean} [{low}, {high}]"


def mistakes(findings: Findings, threshold: float, notes: Mapping[str, ErrorNote]) -> str:
    """Return every planet with a wrong prediction, wrong scores in bold, and the note on it."""
    rows = []
    for each in findings.mistakes:
        row = [each.pl_name, "yes" if each.habitable else "no"]
        for score in each.scores.values():
            is_wrong = (score >= threshold) != each.habitable
            row.append(f"**{_score(score)}**" if is_wrong else _score(score))
        rows.append([*row, *notes.get(each.pl_name, NOT_LOOKED_AT)])
    return table(["planet", "in the catalog", *findings.views, "cause", "reason"], rows)


def too_little(findings: Findings) -> str:
    """Return the number of planets with too little data."""
    rows = ([name, *map(str, view.too_little)] for name, view in findings.views.items())
    return table(["columns", "planets with too little data", "in the catalog"], rows)


def settings(manifest: Manifest, *, fit: bool) -> str:
    """Return the recorded settings of the fit, or those of the population."""
    rows = (
        [f"`{name}`", str(value) if name == "seed" else _value(value)]
        for name, value in flatten_settings(manifest).items()
        if (name in FIT_SETTINGS) == fit and name != "threshold"
    )
    return table(["setting", "value"], rows)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(each) for each in value) or "none"
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def _range(bounds: tuple[float, float]) -> str:
    """Return two quantities with three significant digits."""
    return " to ".join(f"{float(f'{bound:.3g}'):,.10g}" for bound in bounds)


def _interval(low: float, high: float) -> str:
    return f"{_signed(low)} to {_signed(high)}"


def _signed(difference: float) -> str:
    return f"{difference:+.3f}" if round(difference, 3) else "0.000"


def _score(score: float) -> str:
    return f"{score:.3f}" if score >= 0.001 else "below 0.001"
