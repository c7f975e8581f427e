"""The model card: a template filled with the findings and the manifest.

    python -m training.card

makes the card and its plots from models/evaluation.json, without measuring anything. Run it after a
change of the template, of the notes in training/failures.csv or of models/ablation.json.

Never write a figure of the model into the template, because the next model has another. Use a
placeholder; one without a value is an error.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

import msgspec

from exohabit.science.references import CITATIONS
from exohabit.scoring.manifest import MANIFEST, MODEL, Manifest
from training import comparison_tables, plots, tables
from training.ablation_results import RESULTS, AblationResults, read_results
from training.error_notes import NOTES, ErrorNote, read_notes
from training.findings import FINDINGS, Findings
from training.metrics import Bin
from training.previous_evaluation import PREVIOUS, PreviousEvaluation, read_previous
from training.settings import ROOT
from training.sizes import best_log_loss, chosen_size

CARD = Path("models/card.md")
PLOTS = Path("models/card")
TEMPLATE = Path(__file__).with_name("card.md")


def write(root: Path) -> Path:
    """Write the card and its plots from the findings, all under `root`; return the card's path."""
    manifest = msgspec.json.decode((ROOT / MANIFEST).read_bytes(), type=Manifest)
    findings = Findings.read(root / FINDINGS)
    text = render(
        findings,
        manifest,
        read_results(ROOT / RESULTS),
        read_notes(NOTES),
        read_previous(ROOT / PREVIOUS),
    )
    (root / CARD).write_text(text, encoding="utf-8", newline="\n")
    plots.write(findings, manifest, root / PLOTS)
    return root / CARD


def render(
    findings: Findings,
    manifest: Manifest,
    ablation: AblationResults | None,
    notes: dict[str, ErrorNote],
    previous: PreviousEvaluation | None,
) -> str:
    """Fill the template of the card.

    Raises:
        ValueError: findings and manifest belong to different models.
        KeyError: the template has a placeholder without a value.
    """
    if findings.model_version != manifest.model_version:
        raise ValueError(
            f"{FINDINGS} belongs to model {findings.model_version}, but {MANIFEST} to "
            f"{manifest.model_version}: measure again with make evaluate REPORT=--report"
        )
    values = {**_manifest_values(manifest), **_findings_values(findings)}
    values |= _comparison_values(findings, previous)
    values["changes"] = tables.changes(ablation)
    values["mistakes"] = tables.mistakes(findings, manifest.threshold, notes)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values)


def _manifest_values(manifest: Manifest) -> dict[str, str]:
    chosen = chosen_size(manifest.sizes, manifest.size)
    simulated = manifest.metrics
    return {
        "version": manifest.model_version,
        "sha256": manifest.files[MODEL.as_posix()],
        "trained": manifest.trained,
        "libraries": ", ".join(f"{name} {version}" for name, version in manifest.versions.items()),
        "definition": manifest.definition,
        "threshold": f"{manifest.threshold:g}",
        "threshold_reason": manifest.threshold_reason,
        "features": ", ".join(f"`{name}`" for name in manifest.features),
        "columns": tables.columns(manifest),
        "population_settings": tables.settings(manifest, fit=False),
        "fit_settings": tables.settings(manifest, fit=True),
        "depth": str(chosen.depth),
        "trees": str(chosen.trees),
        "work": f"{chosen.work:,d}",
        "best_log_loss": f"{best_log_loss(manifest.sizes):.4f}",
        "sizes": tables.sizes(manifest),
        "simulated_brier": f"{simulated['brier']:.4f}",
        "calibration_error": f"{simulated['calibration_error']:.3f}",
        "calibration": tables.calibration([Bin(**each) for each in simulated["calibration"]]),
        "citations": "\n".join(f"- {each}" for each in CITATIONS),
    }


def _findings_values(findings: Findings) -> dict[str, str]:
    hashes = (f"- `{name}`, SHA-256 `{sha256}`" for name, sha256 in findings.tables.items())
    return {
        "tables": "\n".join(hashes),
        "planets": f"{findings.planets:,d}",
        "habitable": str(findings.habitable),
        "prior": f"{findings.prior:.1%}".replace("%", " %"),
        "rankings": tables.by_view(findings, tables.rankings),
        "real_calibration": tables.by_view(findings, tables.real_calibration),
        "blanked": tables.by_view(findings, tables.blanked),
        "too_little": tables.too_little(findings),
    }


def _comparison_values(findings: Findings, previous: PreviousEvaluation | None) -> dict[str, str]:
    smoothness = findings.smoothness
    return {
        "claims": comparison_tables.claims(findings),
        "leads": comparison_tables.leads(findings),
        "sets": comparison_tables.sets(findings),
        "results": comparison_tables.all_results(findings),
        "figures": comparison_tables.figures(findings, previous),
        "sanity": comparison_tables.sanity(findings, previous),
        "scans": comparison_tables.scans(findings),
        "scan_count": str(len(smoothness.scans)),
        "edge_error": f"{smoothness.edge_error:.3f}",
        "edge_noise": f"{smoothness.edge_noise:.3f}",
    }


if __name__ == "__main__":
    print(f"wrote {write(ROOT)}")
