"""The manifest: damaged, missing and edited files are found without loading the model."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest

from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import (
    COLUMNS,
    MANIFEST,
    MODEL,
    BundleError,
    check_files,
    new_version,
    read_manifest,
    version_of,
)
from tests.conftest import ROOT

LOADERS = pytest.mark.parametrize("load", [check_files, Bundle.load], ids=["check", "load"])


def edit(root, **changes) -> None:
    path = root / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_the_shipped_files_pass(bundle_copy):
    check_files(bundle_copy)


@pytest.mark.parametrize("name", [COLUMNS, MODEL])
def test_one_flipped_bit_is_found(bundle_copy, name):
    content = bytearray((bundle_copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle_copy / name).write_bytes(content)

    with pytest.raises(BundleError, match="SHA-256 differs"):
        check_files(bundle_copy)


@LOADERS
@pytest.mark.parametrize("name", [COLUMNS, MODEL, MANIFEST])
def test_a_missing_file_is_named(bundle_copy, load, name):
    (bundle_copy / name).unlink()

    with pytest.raises(BundleError, match=f"{name} cannot be read"):
        load(bundle_copy)


@pytest.mark.parametrize("content", ["{", "{}", '{"files": 1}'])
def test_a_damaged_manifest_is_an_error(bundle_copy, content):
    (bundle_copy / MANIFEST).write_text(content)

    with pytest.raises(BundleError, match="is damaged"):
        read_manifest(bundle_copy)


@LOADERS
@pytest.mark.parametrize(
    "change",
    [
        {"threshold": 0.01},
        {"trained": "2031-01-01"},
        {"model_version": "2026-11-21-00000000"},
        {"files": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_threshold_date_version_or_hash_is_refused_with_one_line(
    bundle_copy, load, change
):
    edit(bundle_copy, **change)

    with pytest.raises(BundleError) as caught:
        load(bundle_copy)

    message = str(caught.value)
    assert f"{MANIFEST} was edited" in message
    assert read_manifest(bundle_copy).model_version in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "other", [("2026-11-22", "ab", 0.5), ("2026-11-21", "cd", 0.5), ("2026-11-21", "ab", 0.51)]
)
def test_the_version_depends_on_date_model_and_threshold(other):
    assert new_version(*other) != new_version("2026-11-21", "ab", 0.5)


def test_the_shipped_version_is_that_of_its_date_model_and_threshold():
    manifest = read_manifest(ROOT)

    assert manifest.model_version == version_of(manifest)
    assert manifest.model_version.startswith(manifest.trained)


def sha256_of(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_manifest_with_the_given_sha_256_passes(bundle_copy):
    sha256 = sha256_of(bundle_copy / MANIFEST)

    check_files(bundle_copy, sha256)
    assert Bundle.load(bundle_copy, sha256=sha256).manifest == read_manifest(bundle_copy)


@LOADERS
def test_a_model_and_manifest_that_were_replaced_together_fail_by_the_given_sha_256(
    bundle_copy, load
):
    expected = sha256_of(bundle_copy / MANIFEST)
    manifest = read_manifest(bundle_copy)
    sha256 = manifest.files[MODEL.as_posix()]
    edit(bundle_copy, threshold=0.01, model_version=new_version(manifest.trained, sha256, 0.01))
    load(bundle_copy)

    with pytest.raises(
        BundleError, match=f"is {sha256_of(bundle_copy / MANIFEST)}, not {expected}"
    ):
        load(bundle_copy, sha256=expected)


def test_checking_files_loads_neither_numpy_nor_the_model():
    program = (
        "import sys; from exohabit.scoring import manifest; from pathlib import Path; "
        "manifest.check_files(Path()); print({'numpy', 'xgboost', 'flask'} & set(sys.modules))"
    )

    printed = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)

    assert printed == "set()\n"


@pytest.mark.parametrize("engine", ["quickscorer", "dense_booster"])
def test_the_shipped_manifest_records_that_each_engine_agrees_with_xgboost(engine):
    agreement = read_manifest(ROOT).engines[engine]

    assert agreement.rows >= 100_000
    assert agreement.missing > 0
    assert (agreement.differing, agreement.largest_difference) == (0, 0.0)
