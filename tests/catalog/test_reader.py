from __future__ import annotations

import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from exohabit.catalog.reader import is_there, open_catalog, read_rows
from exohabit.catalog.rows import CatalogError
from tests.catalog.small import ROWS, planet, write


def edit(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for each in statements:
            connection.execute(each)


def overwrite_page(path, page=2):
    content = bytearray(path.read_bytes())
    content[4096 * (page - 1) : 4096 * page] = bytes(range(256)) * 16
    path.write_bytes(content)


DAMAGE = {
    "absent": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a page of HTML": lambda path: path.write_text("<html><h1>403 Forbidden</h1></html>\n" * 100),
    "a table of text": lambda path: path.write_text("pl_name,pl_rade\nOne b,1\n"),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "its head": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "all but a byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "another program's": lambda path: edit(path, "PRAGMA application_id = 1"),
    "newer": lambda path: edit(path, "PRAGMA user_version = 3"),
    "a page overwritten": overwrite_page,
    "a value changed": lambda path: edit(path, "UPDATE planets SET pl_rade = 5 WHERE position = 7"),
    "a score changed": lambda path: edit(path, "UPDATE planets SET score = 0.5"),
    "a planet less": lambda path: edit(path, "DELETE FROM planets WHERE position = 7"),
    "a name more": lambda path: edit(path, "INSERT INTO aliases VALUES ('Uno', 'Star-1 b')"),
    "a byte changed": lambda path: path.write_bytes(
        path.read_bytes().replace(b"Star-9", b"Star-0")
    ),
    "without info": lambda path: edit(path, "DELETE FROM info"),
    "without the table of info": lambda path: edit(path, "DROP TABLE info"),
    "info that is no JSON": lambda path: edit(path, "UPDATE info SET content = 'x'"),
    "info of other keys": lambda path: edit(path, "UPDATE info SET content = '{}'"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("read", [open_catalog, read_rows])
def test_a_file_that_is_not_a_sound_catalogue_is_refused_in_one_line(tmp_path, read, damage):
    path = write(tmp_path / "catalog", [planet(f"Star-{i} b") for i in range(200)])
    damage(path)

    with pytest.raises(CatalogError) as raised:
        read(path)

    assert str(path) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_a_refused_file_is_closed(tmp_path):
    path = write(tmp_path / "catalog")
    edit(path, "PRAGMA user_version = 3")

    with pytest.raises(CatalogError, match="not a catalogue of this version"):
        open_catalog(path)

    shutil.rmtree(tmp_path)  # Windows refuses to remove an open file


def test_a_reader_keeps_the_file_that_it_opened(tmp_path):
    path = write(tmp_path / "catalog")
    connection, stored = open_catalog(path)
    file = path.stat().st_ino

    write(path, [planet("New b")])

    assert path.stat().st_ino != file  # a file that is read must not be written into
    with closing(connection):
        names = connection.execute("SELECT pl_name FROM planets ORDER BY position").fetchall()
    assert names == [(row["pl_name"],) for row in ROWS]
    assert open_catalog(path)[1].digest != stored.digest


def test_it_is_read_only(tmp_path):
    connection, _ = open_catalog(write(tmp_path / "catalog"))

    with closing(connection), pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM planets")


def test_another_thread_may_read_it(tmp_path):
    connection, _ = open_catalog(write(tmp_path / "catalog"))
    count = "SELECT count(*) FROM planets"

    with closing(connection), ThreadPoolExecutor(1) as pool:
        found = pool.submit(lambda: connection.execute(count).fetchone()).result()
    assert found == (len(ROWS),)


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe with a name")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(CatalogError, match="pipe is not a file"):
        open_catalog(tmp_path / "pipe")


@pytest.mark.skipif(os.name != "posix", reason="needs paths of POSIX")
def test_a_path_with_two_slashes_is_read(tmp_path):
    write(tmp_path / "catalog")

    assert read_rows(Path(f"/{tmp_path}/catalog"))[0] == ROWS


@pytest.mark.parametrize(("name", "expected"), [("a", True), ("b", False), ("a/b", False)])
def test_whether_something_is_at_a_path_is_told(tmp_path, name, expected):
    (tmp_path / "a").touch()

    assert is_there(tmp_path / name) == expected


def test_a_path_that_is_too_long_is_refused_in_a_short_line():
    with pytest.raises(CatalogError, match="too long") as raised:
        is_there(Path("/" + "x" * 5000))

    assert len(str(raised.value)) < 200
