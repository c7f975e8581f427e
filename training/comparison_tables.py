"""Tables and sentences on the test sets: what the model does better than its rivals, and where not.

Leads are differences of the log-loss in units of 1/1000, above 0 if the model is better.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from training.figures import GAP, LOG_LOSS
from training.findings import MODEL, Findings, Lead, SetResult
from training.previous_evaluation import PreviousEvaluation
from training.rivals import FALLBACKS, POSTERIOR
from training.tables import table
from training.test_sets import KOI, OEC, REVISED

_DESCRIPTIONS = {
    "archive": "real planets; from each, the values are hidden that another real planet lacks",
    "five": "real planets, five columns, half of the spectral types hidden",
    "sparse": "real planets with only one size and one way to the light",
    OEC: "real planets, with what another catalogue said of them in 2023",
    KOI: "real planets, with what the Kepler table said of them in 2019",
}
"""The test sets with a soft truth, in the words of the README."""


def claims(findings: Findings) -> str:
    """Return what the model does better than its rivals, by how much, and where it does not."""
    lines = [_claim(findings, rival) for rival in (FALLBACKS, POSTERIOR)]
    worse = [each for each in _leads(findings) if each[2].high < 0.0]
    unsure = [each for each in _leads(findings) if each[2].low <= 0.0 <= each[2].high]
    lines.append(f"It is worse than {_grouped(worse)}.")
    lines.append(f"No difference was shown from {_grouped(unsure)}.")
    lines.append("It is better in all other cases of the table.")
    lines += [_revision(name, findings.sets[name]) for name in REVISED if name in findings.sets]
    return "\n".join(f"- {line}" for line in lines)


def _claim(findings: Findings, rival: str) -> str:
    parts = []
    for name, result in findings.sets.items():
        lead = result.compared[rival].lead_log_loss
        if lead.low > 0.0:
            share = f"{lead.value / result.compared[rival].log_loss:.0%}".replace("%", " %")
            parts.append(f"by {1e3 * lead.value:.1f} ({share}) on *{name}*")
    where = ", ".join(parts) or "on no test set for sure"
    return f"Its log-loss · 10³ is lower than that of **{rival}** {where}."


def _grouped(leads: list[tuple[str, str, Lead]]) -> str:
    """Return rivals, each with the test sets in brackets."""
    by_rival: dict[str, list[str]] = {}
    for rival, name, _ in leads:
        by_rival.setdefault(rival, []).append(f"*{name}*")
    return "; ".join(f"{rival} ({', '.join(names)})" for rival, names in by_rival.items()) or "none"


def _revision(name: str, result: SetResult) -> str:
    high = result.compared[MODEL].high
    if not high.planets:
        return f"On *{name}* no score is 0.8 or more."
    gap = f"{high.score - high.true:+.2f}, {_range(high.low, high.high, 2)}"
    return (
        f"High scores after a revision: {high.planets} planets of *{name}* have a score from 0.8, "
        f"{high.score:.2f} in the mean, and {high.true:.0%} of them ".replace("%", " %")
        + f"meet the definition today (difference {gap})."
    )


def _leads(findings: Findings) -> Iterator[tuple[str, str, Lead]]:
    for name, result in findings.sets.items():
        for rival, compared in result.compared.items():
            if rival != MODEL:
                yield rival, name, compared.lead_log_loss


def leads(findings: Findings) -> str:
    """Return the lead in log-loss over each rival on each test set; bold if surely above 0."""
    names = list(findings.sets)
    rivals = [rival for rival in findings.sets[names[0]].compared if rival != MODEL]
    rows = []
    for rival in rivals:
        found = (findings.sets[name].compared[rival].lead_log_loss for name in names)
        rows.append([rival, *map(_lead_cell, found)])
    return table(["log-loss · 10³ saved, compared with", *names], rows)


def _lead_cell(lead: Lead) -> str:
    value = f"{1e3 * lead.value:+.1f}"
    value = f"**{value}**" if lead.low > 0.0 else value
    return f"{value} ({_range(1e3 * lead.low, 1e3 * lead.high, 1)})"


def sets(findings: Findings) -> str:
    """Return the size of each test set."""
    rows = (
        [name, f"{each.planets:,d}", f"{each.hosts:,d}", f"{each.habitable:.1f}"]
        for name, each in findings.sets.items()
    )
    return table(["test set", "rows", "host stars", "expected to meet the definition"], rows)


def results(result: SetResult) -> str:
    """Return all metrics of the model and its rivals on one test set."""
    head = ["scored by", "AP", "the model's lead", "log-loss · 10³", "Brier · 10³"]
    rows = []
    for name, each in result.compared.items():
        lead, high = each.lead_precision, each.high
        row = [f"**{name}**" if name == MODEL else name, f"{each.average_precision:.3f}"]
        row.append("" if name == MODEL else f"{lead.value:+.3f} ({_range(lead.low, lead.high, 3)})")
        row += [f"{1e3 * each.log_loss:.1f}", f"{1e3 * each.brier:.2f}"]
        row.append(f"{each.calibration_error:.3f}")
        text = f"{high.planets:,d}: {high.score:.2f}, true {high.true:.2f}"
        rows.append([*row, text if high.planets else "none"])
    return table([*head, "calibration error", "scores from 0.8"], rows)


def all_results(findings: Findings) -> str:
    """Return the metrics on every test set, each below its name."""
    parts = (f"**{name}**\n\n{results(each)}" for name, each in findings.sets.items())
    return "\n\n".join(parts)


def figures(findings: Findings, previous: PreviousEvaluation | None) -> str:
    """Return the figures of the model, of the one before, and of models with other seeds."""
    version = previous.model_version if previous else "not measured"
    head = ["", f"before ({version})", "this model", "mean of other seeds", "standard deviation"]
    rows = []
    for name, value in findings.figures.items():
        before = previous.figures.get(name) if previous else None
        seeds = findings.seeds.get(name, [])
        row = [name, "-" if before is None else _figure(name, before), _figure(name, value)]
        if seeds:
            row.append(_figure(name, float(np.mean(seeds))))
        if len(seeds) > 1:
            row.append(_figure(name, float(np.std(seeds, ddof=1))).lstrip("+"))
        rows.append([*row, *[""] * (len(head) - len(row))])
    note = "" if findings.seeds else "\n\nModels with other seeds were not measured in this run."
    return table(head, rows) + note


def _figure(name: str, value: float) -> str:
    if name.startswith(LOG_LOSS):
        return f"{value:.2f}"
    return f"{value:+.3f}" if name.startswith(GAP) else f"{value:.3f}"


def sanity(findings: Findings, previous: PreviousEvaluation | None) -> str:
    """Return the sanity cases; scores outside their range are bold."""
    before = {case.name: case.score for case in previous.sanity} if previous else {}
    rows = []
    for case in findings.sanity:
        score = f"{case.score:.3f}"
        old = f"{before[case.name]:.3f}" if case.name in before else "-"
        allowed = f"{case.low:g} to {case.high:g}"
        rows.append([case.name, allowed, old, score if case.holds else f"**{score}**"])
    return table(["planet", "must be", "before", "score"], rows)


def scans(findings: Findings, count: int = 5) -> str:
    """Return the scans with the largest steps."""
    rows = (
        [f"`{each.column}`", each.planet, f"{each.at:.3g}", f"{each.step:.3f}"]
        for each in findings.smoothness.scans[:count]
    )
    return table(["scanned", "planet", "at", "largest step"], rows)


def readme_rows(findings: Findings) -> str:
    """Return the rows of the README's table that follow from the test sets with a soft truth."""
    rows = []
    for name, description in _DESCRIPTIONS.items():
        if name in findings.sets:
            compared = findings.sets[name].compared
            own, rule = (1e3 * compared[each].log_loss for each in (MODEL, FALLBACKS))
            lead = compared[FALLBACKS].lead_log_loss
            remark = ", no sure difference" if lead.low <= 0.0 <= lead.high else ""
            result = f"log-loss {own:.1f} · 10⁻³"
            rows.append(f"| {description} | {result} | {FALLBACKS} has {rule:.1f}{remark} |")
    return "\n".join(rows)


def docs_rows(findings: Findings, previous: PreviousEvaluation) -> str:
    """Return the rows of the table in docs/model.md: log-losses of models and rules by test set."""
    rows = []
    for name in findings.sets:
        key, compared = f"{LOG_LOSS}, {name}", findings.sets[name].compared
        rules = (1e3 * compared[rule].log_loss for rule in (FALLBACKS, POSTERIOR))
        values = (
            previous.figures[key],
            findings.figures[key],
            np.mean(findings.seeds[key]),
            *rules,
        )
        rows.append(f"| {name} | {' | '.join(f'{value:.1f}' for value in values)} |")
    return "\n".join(rows)


def _range(low: float, high: float, digits: int) -> str:
    return f"{low:+.{digits}f} to {high:+.{digits}f}"
