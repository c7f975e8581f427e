"""Bundle replacement: the folder of an adopted model always holds one complete bundle."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from exohabit.custom_model import bundle_folder, bundle_replacement, extraction
from exohabit.custom_model.extraction import EXTRACTED
from exohabit.custom_model.refusal import Refused
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, MODEL_UBJ, NEXT
from tests.conftest import ROOT
from tests.custom_model.models import (
    adopt,
    classifier,
    save,
)


@pytest.mark.parametrize("kind", ["the project", "a folder with something"])
def test_a_folder_with_other_content_is_not_touched(kind, tmp_path):
    file, _ = save(tmp_path, classifier())
    folder = ROOT if kind == "the project" else tmp_path

    done = adopt(file, into=folder)

    assert done.exit_code == 1
    assert "has other content" in done.output


@pytest.mark.slow
def test_a_model_that_was_trained_again_replaces_the_one_before(tmp_path):
    into = tmp_path / "bundle"
    adopt(save(tmp_path, classifier())[0], into=into)
    first = Bundle.load(into).version

    done = adopt(save(tmp_path, classifier(max_depth=2))[0], into=into)

    assert done.exit_code == 0
    assert Bundle.load(into).version != first


@pytest.mark.parametrize("kind", ["below a file", "not writable"])
def test_a_folder_that_cannot_be_written_is_an_error(kind, tmp_path):
    file, _ = save(tmp_path, classifier())
    into = file / "bundle" if kind == "below a file" else Path("/proc/bundle")

    done = adopt(file, into=into)

    assert done.exit_code == 1
    assert f"{into} cannot be written" in done.output
    assert done.output.count("\n") == 1


@pytest.fixture(scope="module")
def bundles(tmp_path_factory) -> tuple[Path, Path]:
    """Two bundles, of models of another depth; tests only read them."""
    made = []
    for depth in (4, 3):
        folder = tmp_path_factory.mktemp("bundle")
        file, _ = save(folder, classifier(max_depth=depth))
        assert adopt(file, into=folder / "b").exit_code == 0
        made.append(folder / "b")
    return tuple(made)


@pytest.fixture
def into(bundles, tmp_path) -> Path:
    """A folder with the first bundle, which tests replace."""
    return shutil.copytree(bundles[0], tmp_path / "old" / "b")


@pytest.fixture
def other(bundles) -> Path:
    """The second bundle."""
    return bundles[1]


@pytest.fixture
def contents(other) -> dict[Path, bytes]:
    """The files of the second bundle."""
    names = (MODEL, MODEL_UBJ, COLUMNS, bundle_folder.CARD, MANIFEST)
    return {name: (other / name).read_bytes() for name in names}


def test_a_bundle_is_replaced_in_one_step(into, other, contents, monkeypatch):
    """Before and after each change of the folder, one of both bundles can be loaded, whole."""
    versions, replace_file = [], Path.replace

    def watch(path: Path, target: Path) -> None:
        versions.append(Bundle.load(into).version)
        replace_file(path, target)
        versions.append(Bundle.load(into).version)

    monkeypatch.setattr(Path, "replace", watch)
    bundle_replacement.put_bundle(contents, into)

    old, new = versions[0], Bundle.load(other).version
    assert versions == [old] + [new] * (len(versions) - 1)
    assert len(versions) == 10
    assert all((into / name).read_bytes() == content for name, content in contents.items())
    assert not (into / NEXT).exists()


@pytest.mark.slow
@pytest.mark.parametrize("step", range(5))
def test_an_interrupted_replacement_leaves_one_bundle_and_is_finished_later(
    step, into, other, contents, tmp_path, monkeypatch
):
    file, _ = save(tmp_path, classifier(max_depth=2))
    steps, replace_file = iter(range(9)), Path.replace

    def die(path: Path, target: Path) -> None:
        if next(steps) == step:
            raise KeyboardInterrupt
        replace_file(path, target)

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        bundle_replacement.put_bundle(contents, into)
    monkeypatch.undo()
    interrupted = Bundle.load(into).version
    done = adopt(file, into=into)

    assert (interrupted == Bundle.load(other).version) is (step > 0)
    assert done.exit_code == 0, done.output
    assert Bundle.load(into).version not in (interrupted, Bundle.load(other).version)
    assert not (into / NEXT).exists()


def test_files_that_are_still_in_next_survive_a_replacement_that_cannot_begin(
    into, other, contents, monkeypatch
):
    replace_file = Path.replace

    def put_manifest_only(path: Path, target: Path) -> None:
        if path.name != MANIFEST.name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        replace_file(path, target)

    monkeypatch.setattr(Path, "replace", put_manifest_only)
    bundle_replacement.put_bundle(contents, into)
    with pytest.raises(Refused, match="cannot be written"):
        bundle_replacement.put_bundle(contents, into)

    assert Bundle.load(into).version == Bundle.load(other).version


def test_what_is_left_of_a_first_adoption_is_not_other_content(tmp_path):
    (tmp_path / "bundle" / NEXT / "models").mkdir(parents=True)
    (tmp_path / "bundle" / NEXT / MODEL).write_bytes(b"half")

    assert adopt(save(tmp_path, classifier())[0], into=tmp_path / "bundle").exit_code == 0


def test_a_full_disk_is_not_blamed_on_the_model(tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "limit_cpu", lambda _: None)  # would end the tests, too
    file, _ = save(tmp_path, classifier())
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / EXTRACTED).symlink_to("/dev/full")

    with pytest.raises(Refused, match=r"full cannot be written \(No space left on device\)"):
        extraction.extract(file, None, folder)
    monkeypatch.setenv("TMPDIR", "/proc")
    monkeypatch.setattr(tempfile, "tempdir", "/proc")
    done = adopt(file, into=tmp_path / "bundle")

    assert "no temporary folder can be made" in done.output


def test_a_full_disk_leaves_the_bundle_before(into, monkeypatch):
    before = Bundle.load(into).version
    contents = {Path("models/a"): b"x", MANIFEST: b"{}"}

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Refused, match=r"b cannot be written \(No space left on device\)"):
        bundle_replacement.put_bundle(contents, into)

    assert Bundle.load(into).version == before
    assert not (into / NEXT).exists()
