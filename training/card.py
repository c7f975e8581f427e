"""The model's card: a text with gaps, filled with what was measured and what the manifest says.

    python -m training.card

makes card and plots anew from models/evaluation.json, without measuring anything: for a change
of the text, of the reasons in training/failures.csv or of the record of changes.

The trap: a number typed into the text goes stale with the next model. The text holds gaps only,
and a gap that nothing fills is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Template

import msgspec

from exohabit.science.references import CITATIONS
from exohabit.scoring.manifest import MANIFEST, MODEL, Manifest
from training import plots, tables
from training.findings import FINDINGS, Findings, View
from training.ablation_results import RESULTS, AblationResults, read_results
from training.metrics import Bin, calibration_error
from training.error_notes import NOTES, ErrorNote, read_notes
from training.settings import ROOT
from training.sizes import best_log_loss, kept

CARD = Path("models/card.md")
PLOTS = Path("models/card")
TEXT = Path(__file__).with_name("card.md")


def write(root: Path) -> Path:
    """Write card and plots under `root` from the findings there, and return the card's path."""
    manifest = msgspec.json.decode((ROOT / MANIFEST).read_bytes(), type=Manifest)
    findings = Findings.read(root / FINDINGS)
    text = render(findings, manifest, read_results(ROOT / RESULTS), read_notes(NOTES))
    (root / CARD).write_text(text, encoding="utf-8", newline="\n")
    plots.write(findings, manifest, root / PLOTS)
    return root / CARD


def render(
    findings: Findings,
    manifest: Manifest,
    gains: AblationResults | None,
    reasons: dict[str, ErrorNote],
) -> str:
    """Fill the text of the card.

    Raises:
        ValueError: the findings are about another model than the manifest.
        KeyError: the text has a gap that nothing fills.
    """
    if findings.model_version != manifest.model_version:
        raise ValueError(
            f"{FINDINGS} is about model {findings.model_version}, and {MANIFEST} about "
            f"{manifest.model_version}: measure again with make evaluate REPORT=--report"
        )
    gaps = {**_of_manifest(manifest), **_of_findings(findings)}
    gaps["changes"] = tables.gains(gains)
    gaps["mistakes"] = tables.mistakes(findings, manifest.threshold, reasons)
    return Template(TEXT.read_text(encoding="utf-8")).substitute(gaps)


def _of_manifest(manifest: Manifest) -> dict[str, str]:
    chosen = kept(manifest.sizes, manifest.size)
    simulated = manifest.metrics
    return {
        "version": manifest.model_version,
        "sha256": manifest.files[MODEL.as_posix()],
        "trained": manifest.trained,
        "libraries": ", ".join(f"{name} {it}" for name, it in manifest.versions.items()),
        "definition": manifest.definition,
        "threshold": f"{manifest.threshold:g}",
        "threshold_reason": manifest.threshold_reason,
        "features": ", ".join(f"`{name}`" for name in manifest.features),
        "columns": tables.columns(manifest),
        "population_settings": tables.settings(manifest, of_the_fit=False),
        "fit_settings": tables.settings(manifest, of_the_fit=True),
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


def _of_findings(findings: Findings) -> dict[str, str]:
    hashes = (f"- `{name}`, SHA-256 `{it}`" for name, it in findings.tables.items())
    return {
        "tables": "\n".join(hashes),
        "planets": f"{findings.planets:,d}",
        "habitable": str(findings.habitable),
        "prior": f"{findings.prior:.1%}".replace("%", " %"),
        "rankings": _by_view(findings, tables.rankings),
        "seeds": tables.seeds(findings),
        "real_calibration": _by_view(findings, _real_calibration),
        "blanked": _by_view(findings, tables.blanked),
        "too_little": tables.too_little(findings),
        "solar_system": tables.solar_system(findings),
    }


def _by_view(findings: Findings, lay_out: Callable[[View], str]) -> str:
    parts = (f"**{name.capitalize()}**\n\n{lay_out(it)}" for name, it in findings.views.items())
    return "\n\n".join(parts)


def _real_calibration(view: View) -> str:
    error = f"Expected calibration error {calibration_error(view.calibration):.3f}"
    brier = f"Brier score against the catalog {view.brier:.4f}"
    return f"{error}; {brier}.\n\n{tables.calibration(view.calibration)}"


if __name__ == "__main__":
    print(f"wrote {write(ROOT)}")
