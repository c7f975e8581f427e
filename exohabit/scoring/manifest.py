"""Manifest: what the files of a model bundle must be, and that they are.

It needs neither the model nor its library, so that a server can find out before it starts anything
that would load them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

MODEL = Path("models/habitability_model.pkl")
MODEL_UBJ = Path("models/habitability_model.ubj")
COLUMNS = Path("feature_columns.pkl")
MANIFEST = Path("models/manifest.json")

_PINNED = (
    "Restore the files, or set EXOHABIT_MODEL_SHA256 to what `sha256sum models/manifest.json` says"
)
_REMEDY = "Restore the files, or make a new model with: make train"


class BundleError(Exception):
    """A model bundle that must not be served; the text says why and what to do."""

    def __init__(self, reason: str, remedy: str = _REMEDY) -> None:
        super().__init__(f"The model cannot be used: {reason}. {remedy}")


class Golden(msgspec.Struct, frozen=True):
    """A planet and the score it had when the model was made."""

    planet: dict[str, float | str | None]
    score: float


class Size(msgspec.Struct, frozen=True):
    """A candidate size of the model and its log-loss on held-out planets."""

    depth: int
    trees: int
    log_loss: float

    @property
    def work(self) -> int:
        """Comparisons that one score costs."""
        return self.depth * self.trees


class Agreement(msgspec.Struct, frozen=True):
    """How far an engine was found to agree with XGBoost when the model was made."""

    rows: int
    """Random planets that both scored."""
    missing: float
    """Share of their features that was left out."""
    differing: int
    """Scores that were not the same bit by bit."""
    largest_difference: float


class Manifest(msgspec.Struct, frozen=True):
    """What a bundle's files must be and how they came about."""

    model_version: str
    trained: str
    definition: str
    threshold: float
    threshold_reason: str
    features: tuple[str, ...]
    files: dict[str, str]
    """SHA-256 by file."""
    versions: dict[str, str]
    """Library versions the model was made with."""
    seen: dict[str, tuple[float, float]]
    """Range of each numeric column in the training population."""
    settings: dict[str, Any]
    size: dict[str, int]
    """Depth and number of trees."""
    sizes: list[Size]
    """Log-loss on held-out planets of every size tried."""
    metrics: dict[str, Any]
    engines: dict[str, Agreement]
    """By name, those beside XGBoost itself."""
    golden: list[Golden]


def find_root() -> Path:
    """Return the folder of the model: in the installed package, or the checkout around it."""
    package = Path(__file__).resolve().parent.parent
    return package if (package / COLUMNS).exists() else package.parent


def new_version(trained: str, model_sha256: str, threshold: float) -> str:
    """Return the version of a model: the date, and a digest of what decides its answers."""
    digest = hashlib.sha256(f"{model_sha256} {threshold!r}".encode()).hexdigest()
    return f"{trained}-{digest[:8]}"


def version_of(manifest: Manifest) -> str:
    """Return the version that a manifest must state."""
    return new_version(manifest.trained, manifest.files[MODEL.as_posix()], manifest.threshold)


def read_manifest(root: Path, sha256: str | None = None) -> Manifest:
    """Read the manifest of the bundle under `root`.

    Raises:
        BundleError: it cannot be read, or its SHA-256 is not the given one (lower-case hex).
    """
    try:
        content = (root / MANIFEST).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, found):
            raise BundleError(f"the SHA-256 of {MANIFEST} is {found}, not {sha256}", _PINNED)
        return msgspec.json.decode(content, type=Manifest)
    except OSError as error:
        raise BundleError(f"{MANIFEST} cannot be read ({error.strerror})") from error
    except msgspec.DecodeError as error:
        raise BundleError(f"{MANIFEST} is damaged ({error})") from error


def verified(root: Path, name: Path, manifest: Manifest) -> bytes:
    """Read a file whole; raises BundleError if its SHA-256 is not the manifest's."""
    try:
        content = (root / name).read_bytes()
    except OSError as error:
        raise BundleError(f"{name} cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != manifest.files.get(name.as_posix()):
        raise BundleError(f"{name} is not the file that {MANIFEST} describes (SHA-256 differs)")
    return content


def check_version(manifest: Manifest, version: str) -> None:
    """Compare XGBoost's version with the one of the model; raises BundleError if they differ."""
    made_with = manifest.versions.get("xgboost")
    if made_with != version:
        raise BundleError(
            f"it was made with xgboost {made_with}, and this is xgboost {version}: "
            "install the pinned requirements"
        )


def check_files(root: Path, sha256: str | None = None) -> None:
    """Compare the files that are loaded with the manifest, and that with its SHA-256 if given.

    Raises:
        BundleError: one of them differs.
    """
    manifest = read_manifest(root, sha256)
    for name in (COLUMNS, MODEL):
        verified(root, name, manifest)
