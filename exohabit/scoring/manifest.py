"""The manifest: describes the files of a model bundle, which are checked against it.

This module imports neither XGBoost nor numpy, so that the server can check the files before it
starts the processes that load the model.
"""

from __future__ import annotations

import hashlib
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from exohabit.scoring.custom_manifest import CustomModel

MODEL = Path("models/habitability_model.pkl")
MODEL_UBJ = Path("models/habitability_model.ubj")
COLUMNS = Path("feature_columns.pkl")
MANIFEST = Path("models/manifest.json")
NEXT = Path("next")
"""Folder of new files that will replace the current ones (`custom_model.bundle_replacement`)."""

_RESTORE_OR_PIN = (
    "Restore the files, or set EXOHABIT_MODEL_SHA256 to what `sha256sum models/manifest.json` says"
)
_RESTORE_OR_TRAIN = "Restore the files, or make a new model with: make train"
ADOPT = f"{_RESTORE_OR_TRAIN}. To serve a model of your own: exohabit model adopt"

_ADOPT_INTO = (
    "`make adopt MODEL=model.pkl COLUMNS=feature_columns.pkl INTO={}` makes one of your own model"
)


class BundleError(Exception):
    """A model bundle that must not be used. The message gives the reason and the remedy."""

    def __init__(self, reason: str, remedy: str = _RESTORE_OR_TRAIN) -> None:
        super().__init__(f"The model cannot be used: {reason}. {remedy}")


class Golden(msgspec.Struct, frozen=True):
    """A planet and its score when the model was made."""

    planet: dict[str, float | str | None]
    score: float


class Size(msgspec.Struct, frozen=True):
    """A candidate size of the model and its log-loss on held-out planets."""

    depth: int
    trees: int
    log_loss: float

    @property
    def work(self) -> int:
        """Comparisons for one score."""
        return self.depth * self.trees


class Agreement(msgspec.Struct, frozen=True):
    """How well a fast engine agreed with XGBoost when the model was made."""

    rows: int
    """Random planets that both scored."""
    missing: float
    """Share of missing features."""
    differing: int
    """Number of scores with different bits."""
    largest_difference: float


class Manifest(msgspec.Struct, frozen=True):
    """The hashes of a bundle's files, and how the model was made."""

    model_version: str
    trained: str
    """Date, ISO 8601."""
    definition: str
    threshold: float
    threshold_reason: str
    features: tuple[str, ...]
    files: dict[str, str]
    """SHA-256 by file."""
    versions: dict[str, str]
    """Versions of the libraries that made the model."""
    seen: dict[str, tuple[float, float]]
    """Range of each numeric column in the training population."""
    settings: dict[str, Any]
    """The settings of `training/settings.py`."""
    size: dict[str, int]
    """Depth and number of trees."""
    sizes: list[Size]
    """All candidate sizes."""
    metrics: dict[str, Any]
    """Metrics on held-out simulated planets."""
    engines: dict[str, Agreement]
    """Agreement of each fast engine with XGBoost."""
    golden: list[Golden]
    custom: CustomModel | None = None
    """Set if the model was adopted; `trained` is then the date of the adoption."""


def find_root() -> Path:
    """Return the folder with the model files: the installed package, or the checkout."""
    package = Path(__file__).resolve().parent.parent
    return package if (package / COLUMNS).exists() else package.parent


def new_version(trained: str, model_sha256: str, threshold: float) -> str:
    """Return the version of a model: the date, and a hash of the model file and the threshold."""
    digest = hashlib.sha256(f"{model_sha256} {threshold!r}".encode()).hexdigest()
    return f"{trained}-{digest[:8]}"


def version_of(manifest: Manifest) -> str:
    """Return the version that a manifest must have, by its date, model file and threshold."""
    sha256 = manifest.files.get(MODEL.as_posix(), "")
    return new_version(manifest.trained, sha256, manifest.threshold)


def read_manifest(root: Path, sha256: str | None = None) -> Manifest:
    """Read the manifest of the bundle in a folder.

    Args:
        root: the folder.
        sha256: the SHA-256 that the manifest must have, lower-case hex; None for any.

    Raises:
        BundleError: the manifest cannot be read, or has another SHA-256.
    """
    try:
        content = (root / MANIFEST).read_bytes()
        actual = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, actual):
            reason = f"the SHA-256 of {MANIFEST} is {actual}, not {sha256}"
            raise BundleError(reason, _RESTORE_OR_PIN)
        return msgspec.json.decode(content, type=Manifest)
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError) and not root.is_dir():
            remedy = _ADOPT_INTO.format(shlex.quote(str(root)))
            raise BundleError(f"{root} is not a folder", remedy) from error
        raise BundleError(f"{MANIFEST} cannot be read ({error.strerror})") from error
    except msgspec.DecodeError as error:
        raise BundleError(f"{MANIFEST} is damaged ({error})") from error


def read_verified(root: Path, name: Path, manifest: Manifest) -> bytes:
    """Return the content of a file of the bundle.

    Raises:
        BundleError: the file cannot be read, or its SHA-256 is not the one in the manifest.
    """
    # While an adopted model is being replaced, a file is still in `NEXT`, or was just moved.
    for folder in (root, root / NEXT):
        with suppress(BundleError):
            return _read_verified(folder, name, manifest)
    return _read_verified(root, name, manifest)


def _read_verified(folder: Path, name: Path, manifest: Manifest) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise BundleError(f"{name} cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != manifest.files.get(name.as_posix()):
        reason = f"{name} is not the file that {MANIFEST} describes (SHA-256 differs)"
        raise BundleError(reason, ADOPT)
    return content


def check_xgboost(manifest: Manifest, version: str) -> None:
    """Check that the model was made with this version of XGBoost.

    Raises:
        BundleError: it was made with another version.
    """
    model_version = manifest.versions.get("xgboost")
    if model_version != version:
        raise BundleError(
            f"it was made with xgboost {model_version}, and this is xgboost {version}: "
            "install the pinned requirements"
        )


def check_model_version(manifest: Manifest) -> None:
    """Check that the version in the manifest matches its date, model file and threshold.

    Raises:
        BundleError: one of them was edited.
    """
    expected = version_of(manifest)
    if manifest.model_version != expected:
        raise BundleError(
            f"{MANIFEST} was edited: it has the version {manifest.model_version}, but its date, "
            f"model file and threshold give {expected}"
        )


def check_files(root: Path, sha256: str | None = None) -> None:
    """Check the files of a bundle without loading the model.

    Args:
        root: the folder of the bundle.
        sha256: the SHA-256 that the manifest must have, lower-case hex; None for any.

    Raises:
        BundleError: a file is missing or damaged, or the manifest was edited.
    """
    manifest = read_manifest(root, sha256)
    check_model_version(manifest)
    for name in (COLUMNS, MODEL):
        read_verified(root, name, manifest)
