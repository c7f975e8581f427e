"""The manifest: what files must be is found out without the model's library."""

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
    read_manifest,
)
from tests.conftest import ROOT


def test_files_that_are_what_the_manifest_says_hold(bundle_copy):
    check_files(bundle_copy)


@pytest.mark.parametrize("name", [COLUMNS, MODEL])
def test_one_flipped_bit_is_found(bundle_copy, name):
    content = bytearray((bundle_copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle_copy / name).write_bytes(content)

    with pytest.raises(BundleError, match="SHA-256 differs"):
        check_files(bundle_copy)


@pytest.mark.parametrize("name", [COLUMNS, MODEL, MANIFEST])
def test_a_file_that_is_missing_is_named(bundle_copy, name):
    (bundle_copy / name).unlink()

    with pytest.raises(BundleError, match=f"{name} cannot be read"):
        check_files(bundle_copy)


def test_a_damaged_manifest_is_called_so(bundle_copy):
    (bundle_copy / MANIFEST).write_text("{}")

    with pytest.raises(BundleError, match="is damaged"):
        read_manifest(bundle_copy)


def sha256_of(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_manifest_with_the_given_sha_256_holds(bundle_copy):
    sha256 = sha256_of(bundle_copy / MANIFEST)

    check_files(bundle_copy, sha256)
    assert Bundle.load(bundle_copy, sha256=sha256).manifest == read_manifest(bundle_copy)


@pytest.mark.parametrize("load", [check_files, lambda *told: Bundle.load(told[0], sha256=told[1])])
def test_a_model_replaced_together_with_its_manifest_is_found_by_the_given_sha_256(
    bundle_copy, load
):
    expected = sha256_of(bundle_copy / MANIFEST)
    manifest = json.loads((bundle_copy / MANIFEST).read_bytes())
    manifest["threshold"] = 0.01
    (bundle_copy / MANIFEST).write_text(json.dumps(manifest))
    check_files(bundle_copy)

    with pytest.raises(
        BundleError, match=f"is {sha256_of(bundle_copy / MANIFEST)}, not {expected}"
    ):
        load(bundle_copy, expected)


def test_to_look_at_files_loads_no_library_of_the_model():
    program = "import manifest, sys; print({'numpy', 'xgboost', 'flask'} & set(sys.modules))"

    said = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)

    assert said == "set()\n"


@pytest.mark.parametrize("engine", ["trees", "complete"])
def test_it_records_that_its_trees_gone_down_in_other_ways_score_as_by_xgboost(engine):
    agreement = read_manifest(ROOT).engines[engine]

    assert agreement.rows >= 100_000
    assert agreement.missing > 0
    assert (agreement.differing, agreement.largest_difference) == (0, 0.0)
