"""Bundle folder: writes an adopted model as the bundle that the service loads."""

from __future__ import annotations

import hashlib
import pickle
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
from msgspec.structs import replace

from exohabit.custom_model.bundle_replacement import put_bundle
from exohabit.scoring.custom_columns import CustomColumns, describe
from exohabit.scoring.custom_manifest import CustomModel
from exohabit.scoring.golden_planets import golden_table, types_of
from exohabit.scoring.manifest import (
    COLUMNS,
    MANIFEST,
    MODEL,
    MODEL_UBJ,
    Agreement,
    Golden,
    Manifest,
    find_root,
    new_version,
    read_manifest,
)
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb

CARD = Path("models/card.md")


def write_bundle(
    booster: xgb.Booster,
    custom: CustomModel,
    threshold: float,
    engines: dict[str, Agreement],
    size: dict[str, int],
    folder: Path,
) -> Manifest:
    """Write a bundle, and load it once as the service does.

    Raises:
        Refused: it cannot be written or loaded.
    """
    contents = _model_files(booster, custom)
    manifest = replace(
        _describe(custom, threshold, _hashes(contents)),
        size=size,
        engines=engines,
        golden=_golden(booster, custom),
    )
    contents[CARD] = _card(manifest, custom).encode()
    manifest = replace(manifest, files=_hashes(contents))
    contents[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    put_bundle(contents, folder)
    return manifest


def _model_files(booster: xgb.Booster, custom: CustomModel) -> dict[Path, bytes]:
    # Part of the model file, so that the version depends on it.
    booster.set_attr(exohabit_columns=msgspec.json.encode(custom.columns).decode())
    return {
        MODEL: pickle.dumps(booster),
        MODEL_UBJ: bytes(booster.save_raw("ubj")),
        COLUMNS: pickle.dumps([column.name for column in custom.columns]),
    }


def _hashes(contents: Mapping[Path, bytes]) -> dict[str, str]:
    return {path.as_posix(): hashlib.sha256(each).hexdigest() for path, each in contents.items()}


def _describe(custom: CustomModel, threshold: float, files: dict[str, str]) -> Manifest:
    """Make a manifest without the parts that depend on the trees."""
    today = datetime.now(UTC).date().isoformat()
    return Manifest(
        model_version=new_version(today, files[MODEL.as_posix()], threshold),
        trained=today,
        definition=f'what the model "{custom.name}" was trained on; ExoHabit does not know it',
        threshold=threshold,
        threshold_reason="chosen when the model was adopted",
        features=tuple(column.name for column in custom.columns),
        files=files,
        versions={
            "python": platform.python_version(),
            "xgboost": xgb.__version__,
            "numpy": np.__version__,
        },
        seen={},
        settings={},
        size={},
        sizes=[],
        metrics={},
        engines={},
        golden=[],
        custom=custom,
    )


def _golden(booster: xgb.Booster, custom: CustomModel) -> list[Golden]:
    """Score the golden planets of the project's own model."""
    planets = [each.planet for each in read_manifest(find_root()).golden]
    matrix = CustomColumns(custom.columns).matrix(golden_table(planets), types_of(planets))
    scores = booster.inplace_predict(matrix)
    return [Golden(planet, float(score)) for planet, score in zip(planets, scores, strict=True)]


def _card(manifest: Manifest, custom: CustomModel) -> str:
    notes = "\n".join(f"- {note}" for note in custom.notes)
    columns = "\n".join(f"| `{column.name}` | {describe(column)} |" for column in custom.columns)
    return (
        f"# {custom.name}\n\nVersion {manifest.model_version}, adopted on {manifest.trained}: "
        f"{manifest.size['trees']} trees of depth {manifest.size['depth']} at most.\n\n{notes}\n\n"
        f"| column | meaning |\n|---|---|\n{columns}\n"
    )
