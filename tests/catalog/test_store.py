from __future__ import annotations

from contextlib import closing

import pytest

from exohabit.catalog.reader import open_catalog, read_rows
from exohabit.catalog.rows import CatalogError
from exohabit.catalog.store import CatalogInfo, Scores, write_catalog
from tests.catalog.small import INFO, ROWS, planet, write
from tests.running import python

ALIASES = (("Uno b", "One b"), ("Uno c", "One c"))


def test_what_was_written_is_read_back(tmp_path):
    path = tmp_path / "odd ?#%20 näme.sqlite"
    write_catalog(path, ROWS, INFO, ALIASES)

    assert read_rows(path) == (ROWS, INFO, [*ALIASES])


def test_every_column_keeps_its_value(tmp_path):
    given = {
        "pl_bmasse": 1.7976931348623157e308,
        "pl_orbper": 0.1 + 0.2,
        "pl_eqtlim": -1,
        "disc_year": 2014,
        "hostname": "Größe \U0001f30d'\"",
        "tic_id": "TIC 123",
        "pl_controv_flag": 1,
    }
    path = write(tmp_path / "catalog", [planet("One b", 1.5, **given)])

    (row,), _, _ = read_rows(path)

    assert {name: row[name] for name in given} == given


def test_scores_are_stored_beside_the_planets(tmp_path):
    connection, stored = open_catalog(write(tmp_path / "catalog"))

    with closing(connection):
        found = connection.execute("SELECT score FROM planets ORDER BY position").fetchall()
    assert found == [(0.1,), (0.2,), (0.3,), (None,)]
    assert (stored.info, stored.model_version) == (INFO, "stub")


def test_without_scores_it_names_no_model(tmp_path):
    connection, stored = open_catalog(write(tmp_path / "catalog", version=None))
    connection.close()

    assert stored.model_version == ""


def digest_of(path, *contents) -> str:
    write_catalog(path, *contents)
    connection, stored = open_catalog(path)
    connection.close()
    return stored.digest


def test_the_digest_changes_with_every_content_and_only_then(tmp_path):
    scores = Scores("stub", [0.1, 0.2, 0.3, None])
    others = [
        ([*ROWS[:3], planet("Dark b", 9.0)], INFO, ALIASES, scores),
        ([*reversed(ROWS)], INFO, ALIASES, scores),
        (ROWS[:2], INFO, ALIASES, Scores("stub", [0.1, 0.2])),
        (ROWS, CatalogInfo("A table", "2026-01-03"), ALIASES, scores),
        (ROWS, INFO, ALIASES[:1], scores),
        (ROWS, INFO, ALIASES, Scores("stub", [0.1, 0.2, 0.4, None])),
        (ROWS, INFO, ALIASES, Scores("other", [0.1, 0.2, 0.3, None])),
        (ROWS, INFO, ALIASES, None),
    ]
    path = tmp_path / "catalog"
    first = digest_of(path, ROWS, INFO, ALIASES, scores)

    assert len({first, *(digest_of(path, *each) for each in others)}) == 1 + len(others)
    assert digest_of(path, ROWS, INFO, ALIASES, scores) == first


def test_every_user_may_read_it(tmp_path):
    path = write(tmp_path / "catalog")

    assert path.stat().st_mode & 0o777 == 0o644


def interrupted(error):
    yield ROWS[0]
    raise error


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (lambda: interrupted(CatalogError("line 3 is ragged")), CatalogError),
        (lambda: interrupted(OSError("the disk is gone")), CatalogError),
        (lambda: interrupted(KeyboardInterrupt), KeyboardInterrupt),
        (lambda: [ROWS[0], ROWS[1], ROWS[0]], CatalogError),
        (lambda: [planet("One b", "large")], CatalogError),
        (lambda: [planet("One b", disc_year=2014.5)], CatalogError),
    ],
    ids=["bad line", "input lost", "Ctrl-C", "same name twice", "text", "half a year"],
)
def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, rows, error):
    path = write(tmp_path / "catalog")
    before = path.read_bytes()

    with pytest.raises(error) as raised:
        write_catalog(path, rows(), INFO)

    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]
    assert len(str(raised.value).splitlines()) <= 1


@pytest.mark.parametrize("name", ["missing/catalog", "file/catalog", "folder"])
def test_a_place_where_no_file_can_be_is_named_in_one_line(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()

    with pytest.raises(CatalogError, match=f"{name} cannot be written [(].+[)]$"):
        write(tmp_path / name)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]


WRITE = """
import os, resource, signal, sys
from pathlib import Path
from exohabit.catalog.embedded import embedded_info, embedded_rows
from exohabit.catalog.store import write_catalog

def rows():
    for i, row in enumerate(embedded_rows()):
        yield row
        if i == 3000 and sys.argv[2] == "killed":
            os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "full disk":
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
write_catalog(Path(sys.argv[1]), rows(), embedded_info())
"""


@pytest.mark.parametrize("fault", ["full disk", "killed"])
def test_a_process_that_fails_while_it_writes_leaves_the_old_file(tmp_path, fault):
    pytest.importorskip("resource")
    path = write(tmp_path / "catalog")
    before = path.read_bytes()

    done = python("-c", WRITE, path, fault)

    assert done.returncode
    assert path.read_bytes() == before
    if fault != "killed":
        assert "CatalogError" in done.stderr
        assert [*tmp_path.iterdir()] == [path]


def test_the_same_process_writes_it_without_a_fault(tmp_path):
    path = write(tmp_path / "catalog")

    done = python("-c", WRITE, path, "none")

    assert done.returncode == 0, done.stderr
    assert len(read_rows(path)[0]) > 6000
