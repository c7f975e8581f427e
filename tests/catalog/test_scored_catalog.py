from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing

import pytest

from exohabit.catalog import scored_catalog
from exohabit.catalog.embedded import embedded_info, embedded_rows, embedded_scores
from exohabit.catalog.reader import open_catalog, read_rows
from exohabit.catalog.rows import CatalogError
from exohabit.catalog.scored_catalog import (
    FILE,
    prepare_catalog,
    score_in_new_process,
    share_catalog,
)
from exohabit.catalog.scoring import score_rows
from exohabit.catalog.store import Scores
from exohabit.scoring.manifest import MANIFEST
from tests.catalog.small import INFO, ROWS, planet, write

ALIASES = (("Uno b", "One b"),)


def never(_rows):
    raise AssertionError("the scores are there already")


def half(rows):
    return Scores("other", [0.5] * len(rows))


def scores_of(path):
    connection, stored = open_catalog(path)
    with closing(connection):
        found = connection.execute("SELECT score FROM planets ORDER BY position").fetchall()
    return stored.model_version, [score for (score,) in found]


@pytest.mark.parametrize("source", [None, "absent"])
def test_without_a_source_the_packages_own_catalogue_is_made_with_its_scores(tmp_path, source):
    shipped = embedded_scores()

    path = prepare_catalog(source and tmp_path / source, tmp_path, shipped.model_version, never)

    assert path == tmp_path / FILE
    assert read_rows(path)[1] == embedded_info()
    assert scores_of(path) == (shipped.model_version, [*shipped.values])


def test_the_packages_own_catalogue_is_scored_for_another_model(tmp_path):
    path = prepare_catalog(None, tmp_path, "other", half)

    assert scores_of(path) == ("other", [0.5] * len([*embedded_rows()]))


def test_a_source_with_scores_of_the_model_is_used_as_it_is(tmp_path):
    source = write(tmp_path / "source")

    assert prepare_catalog(source, tmp_path, "stub", never) == source
    assert [*tmp_path.iterdir()] == [source]


@pytest.mark.parametrize("version", ["stub", None])
def test_a_source_without_scores_of_the_model_is_scored_in_a_copy(tmp_path, version):
    source = write(tmp_path / "source", version=version, aliases=ALIASES)
    before = source.read_bytes()

    path = prepare_catalog(source, tmp_path, "other", half)

    assert path == tmp_path / FILE
    assert read_rows(path) == (ROWS, INFO, [*ALIASES])
    assert scores_of(path) == ("other", [0.5] * len(ROWS))
    assert source.read_bytes() == before


def test_what_a_server_chose_is_in_its_folder_for_workers_that_start_later(tmp_path):
    source = write(tmp_path / "source", aliases=ALIASES)
    (tmp_path / "shared").mkdir()

    share_catalog(source, tmp_path / "shared", "stub", never)
    source.write_text("<html>")

    assert read_rows(tmp_path / "shared" / FILE) == (ROWS, INFO, [*ALIASES])


def test_a_shared_catalogue_of_another_model_is_scored(tmp_path):
    share_catalog(write(tmp_path / "source"), tmp_path, "other", half)

    assert scores_of(tmp_path / FILE) == ("other", [0.5] * len(ROWS))


def test_a_damaged_source_is_refused_and_nothing_is_made(tmp_path):
    source = tmp_path / "source"
    source.write_text("<html>")

    with pytest.raises(CatalogError, match=str(source)):
        prepare_catalog(source, tmp_path, "stub", never)

    assert [*tmp_path.iterdir()] == [source]


def test_a_folder_that_is_gone_is_named(tmp_path):
    with pytest.raises(CatalogError, match="cannot be written"):
        prepare_catalog(None, tmp_path / "gone", "other", half)


def test_another_process_gives_the_same_scores(bundle):
    rows = [*embedded_rows()][:20]

    assert score_in_new_process(rows) == score_rows(bundle, rows)


@pytest.fixture
def python_instead(monkeypatch):
    """Let the other process be a program of Python."""

    def use(program):
        run = subprocess.run
        monkeypatch.setattr(
            scored_catalog.subprocess,
            "run",
            lambda _, **options: run([sys.executable, "-c", program], **options),
        )

    return use


def test_what_a_library_writes_before_the_scores_does_not_matter(python_instead):
    python_instead("""print('{"a library": "says"}\\n\\n{"model_version":"x","values":[0.5]}')""")

    assert score_in_new_process(ROWS[:1]) == Scores("x", [0.5])


@pytest.mark.parametrize("program", ["", "print('what?')", "print('[]')"])
def test_a_process_that_gives_no_scores_is_told_in_one_line(python_instead, program):
    python_instead(program)

    with pytest.raises(CatalogError, match="cannot be scored: its process answers ") as raised:
        score_in_new_process(ROWS)

    assert "\n" not in str(raised.value)


def test_a_process_that_does_not_end_is_ended(python_instead, monkeypatch):
    monkeypatch.setattr(scored_catalog, "_SCORING_SECONDS", 0.5)
    python_instead("import time; time.sleep(1000)")

    with pytest.raises(CatalogError, match=r"cannot be scored: not ready after 0[.]5 s"):
        score_in_new_process(ROWS)


def test_a_value_that_is_refused_in_the_other_process_is_named_in_one_line():
    with pytest.raises(CatalogError, match="cannot be scored: One c: pl_eqt") as raised:
        score_in_new_process([planet("One b"), planet("One c", pl_eqt=-5.0)])

    assert "\n" not in str(raised.value)


def test_a_model_that_cannot_be_loaded_in_the_other_process_is_named_in_one_line(
    bundle_copy, monkeypatch
):
    manifest = json.loads((bundle_copy / MANIFEST).read_bytes())
    manifest["golden"][0]["score"] = 0.5
    (bundle_copy / MANIFEST).write_text(json.dumps(manifest))
    monkeypatch.setenv("EXOHABIT_MODEL_ROOT", str(bundle_copy))

    with pytest.raises(CatalogError, match="cannot be scored: ") as raised:
        score_in_new_process(ROWS)

    assert "\n" not in str(raised.value)
    assert "Traceback" not in str(raised.value)
