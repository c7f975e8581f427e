"""The report that `make evaluate` prints: the figures first, then every table behind them."""

from __future__ import annotations

from exohabit.scoring.manifest import Manifest
from training import comparison_tables, tables
from training.findings import Findings
from training.metrics import Bin, calibration_error
from training.previous_evaluation import PreviousEvaluation


def render(findings: Findings, manifest: Manifest, previous: PreviousEvaluation | None) -> str:
    """Return the report as Markdown."""
    simulated = [Bin(**each) for each in manifest.metrics["calibration"]]
    planets = f"{findings.planets} planets, {findings.habitable} of them habitable"
    return "\n\n".join(
        (
            f"Model {findings.model_version}, what it does better than rules, and where not:",
            comparison_tables.claims(findings),
            comparison_tables.leads(findings),
            "Test sets:",
            comparison_tables.sets(findings),
            comparison_tables.all_results(findings),
            "Figures of this model, of the one before, and of models with other seeds:",
            comparison_tables.figures(findings, previous),
            f"Edge calibration error by chance alone: {findings.smoothness.edge_noise:.3f}.",
            comparison_tables.scans(findings),
            "Sanity cases:",
            comparison_tables.sanity(findings, previous),
            "Held-out simulated planets, under the prior:",
            tables.calibration(simulated),
            f"Expected calibration error {calibration_error(simulated):.3f}.",
            f"Labelled half of the archive, {planets}:",
            tables.by_view(findings, tables.rankings),
            "Calibration against the definition on the given values:",
            tables.by_view(findings, tables.real_calibration),
            "Rows of the README's table:",
            comparison_tables.readme_rows(findings),
        )
    )
