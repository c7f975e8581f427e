"""`exohabit catalog`: a complete table is taken over; anything else leaves the old catalogue."""

from __future__ import annotations

import errno
import gzip
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from exohabit.catalog import commands
from exohabit.catalog.archive import download
from exohabit.catalog.archive.table import PS_TITLE, read_archive_table
from exohabit.catalog.commands import BY_HAND
from exohabit.catalog.embedded import embedded_info, embedded_rows
from exohabit.catalog.names.keys import key_of
from exohabit.catalog.reader import read_rows
from exohabit.catalog.rows import ALL_COLUMNS
from exohabit.catalog.scoring import score_rows
from exohabit.catalog.solar_system import solar_system
from exohabit.catalog.store import CatalogInfo, write_catalog
from exohabit.console import main
from exohabit.science.columns import CATALOG as TITLE
from tests.archive_data import KOI, needs_archive, needs_tables
from tests.catalog import tap_server as tap
from tests.catalog.archive_csv import ABOVE, as_csv, made_up, many_planets
from tests.catalog.tap_server import change, fail, serve
from tests.conftest import ROOT

SECONDS = 20.0
"""A deadline that updates reach only if the server is slow without end."""
OLD = [made_up(number) for number in range(100)]
NEW = [made_up(number, pl_rade="2.0") for number in range(102)]
NEW_TABLE = as_csv(NEW)
NAMES = [("K00752.01", "Kepler-227 b"), ("K00007.01", "Kepler-4 b")]
KOI_TABLE = b"kepoi_name,kepler_name\nK00752.01,Kepler-227 c\nK00001.01,Kepler-1 b\n"
RADII = {f"Test-{number} b": 2.0 for number in range(102)}


def rows_of(planets) -> list[dict]:
    return read_archive_table(as_csv(planets), key_of).rows


@pytest.fixture
def old(tmp_path) -> Path:
    """A catalogue of 100 planets in a folder of its own."""
    path = tmp_path / "catalogue" / "planets.db"
    path.parent.mkdir()
    write_catalog(path, [*solar_system(), *rows_of(OLD)], CatalogInfo("Old", "2020-01-01"), NAMES)
    return path


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(ABOVE.encode() + NEW_TABLE)
    return path


@pytest.fixture(autouse=True)
def added_niceness(monkeypatch) -> list[int]:
    """By how much commands lower the priority of their process, which here is that of the tests."""
    added: list[int] = []
    monkeypatch.setattr(os, "nice", added.append)
    return added


@pytest.fixture(autouse=True)
def scores_here(bundle, monkeypatch) -> None:
    """Score in this process, which has loaded the model; the commands start one that loads it."""
    monkeypatch.setattr(commands, "score_in_new_process", partial(score_rows, bundle))


def run(*arguments: object, **environ: str):
    return CliRunner().invoke(main, ["catalog", *map(str, arguments)], env=environ)


def update(path: Path, url: str, seconds: float = SECONDS):
    return run("update", "--url", url, "--timeout", seconds, "--output", path)


def radii(path: Path) -> dict:
    """Return the radii of the archive's planets; every catalogue has the Solar System as well."""
    rows = read_rows(path)[0]
    assert [row["pl_name"] for row in rows[:9]] == [row["pl_name"] for row in solar_system()]
    return {row["pl_name"]: row["pl_rade"] for row in rows[9:]}


def check_failed(done, message: str, code: int = 1) -> None:
    """Check that a command failed, with one line."""
    assert done.stderr.count("\n") == 1, done.output
    assert done.stderr.startswith("Error: ")
    assert message in done.stderr
    assert (done.exit_code, done.stdout) == (code, "")


def test_a_file_becomes_the_catalogue(old, table):
    done = run("import", table, "--output", old)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{old}: 102 planets of 2025-12-30 ({TITLE}).\n"
    assert radii(old) == RADII


def test_a_service_on_the_same_machine_goes_first(old, table, added_niceness):
    run("import", table, "--output", old)

    assert added_niceness == [10]


def test_a_new_catalogue_keeps_the_names_of_the_old_one(old, table):
    run("import", table, "--output", old)

    _, info, names = read_rows(old)
    assert info == CatalogInfo(TITLE, "2025-12-30")
    assert names == NAMES


def test_the_environment_names_the_file(old, table):
    done = run("import", table, EXOHABIT_CATALOG=str(old))

    assert done.exit_code == 0
    assert radii(old) == RADII


def test_an_option_overrides_the_environment(old, table, tmp_path):
    run("import", table, "--output", old, EXOHABIT_CATALOG=str(tmp_path / "other"))

    assert radii(old) == RADII
    assert not (tmp_path / "other").exists()


def test_without_a_file_the_command_says_what_to_name(table):
    for arguments in (["import", table], ["update"]):
        check_failed(run(*arguments), "--output FILE, or EXOHABIT_CATALOG")


def test_a_wrong_setting_is_an_error_of_one_line(table):
    done = run("import", table, EXOHABIT_LOG="x", EXOHABIT_PORT="x")

    check_failed(done, "EXOHABIT_LOG")


def test_a_ps_table_without_a_date_has_the_date_of_its_file(old, tmp_path):
    path = tmp_path / "ps.csv.gz"
    planets = [{**planet, "default_flag": flag} for planet in NEW for flag in "01"]
    path.write_bytes(gzip.compress(as_csv(planets, (*ALL_COLUMNS, "default_flag"))))
    os.utime(path, (1_000_000_000, 1_000_000_000))

    done = run("import", path, "--output", old)

    assert read_rows(old)[1] == CatalogInfo(PS_TITLE, "2001-09-09")
    assert "102 planets of 2001-09-09" in done.stdout
    assert done.stderr == (
        "note: the table does not say when it was made, so the date of the catalogue is that of "
        f"{path}\n"
    )
    assert radii(old) == RADII


def test_values_that_were_left_out_are_counted(old, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv([*NEW, made_up(200, pl_rade="15000")]))

    done = run("import", path, "--output", old)

    assert done.stdout.endswith(" Left out: 1 values out of range.\n")
    assert radii(old) == {**RADII, "Test-200 b": None}


def test_a_koi_table_adds_names_to_the_catalogue(old, tmp_path):
    before, info, _ = read_rows(old)
    path = tmp_path / "koi.csv"
    path.write_bytes(KOI_TABLE)

    done = run("import", path, "--output", old)

    names = [("K00752.01", "Kepler-227 c"), NAMES[1], ("K00001.01", "Kepler-1 b")]
    assert done.stdout == (
        f"{old}: 2 names of Kepler Objects of Interest added, 0 of them of "
        "planets in the catalogue.\n"
    )
    assert read_rows(old) == (before, info, names)


@needs_tables
def test_a_koi_table_is_added_to_the_embedded_catalogue_if_there_is_no_other(tmp_path):
    path = tmp_path / "new.db"

    done = run("import", KOI, "--output", path)

    assert done.exit_code == 0
    rows, info, names = read_rows(path)
    assert [row["pl_name"] for row in rows] == [row["pl_name"] for row in embedded_rows()]
    assert info == embedded_info()
    assert len(names) == 2301
    present = {row["pl_name"] for row in rows}
    known = sum(planet in present for _, planet in names)
    assert 2200 < known < 2301
    assert f" {known:,} of them of planets in the catalogue.\n" in done.stdout


def test_a_first_catalogue_must_have_the_planets_of_the_embedded_one(table, tmp_path):
    path = tmp_path / "new.db"

    check_failed(
        run("import", table, "--output", path), "the table has only 0 of the 6,065 planets"
    )
    assert not path.exists()


def test_a_smaller_table_is_taken_over_only_if_that_is_asked_for(old, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv(NEW[:90]))
    before = old.read_bytes()

    done = run("import", path, "--output", old)
    check_failed(done, "only 90 of the 100 planets of the old catalogue; --allow-fewer accepts")
    assert old.read_bytes() == before

    assert run("import", path, "--output", old, "--allow-fewer").exit_code == 0
    assert len(radii(old)) == 90


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (tap.PAGE, "table.csv: this is HTML or XML, not a table"),
        (NEW_TABLE[:-30], "table.csv: line 103 has"),
        (gzip.compress(NEW_TABLE, mtime=0)[:-20], "table.csv: the file is damaged or incomplete"),
        (NEW_TABLE + NEW_TABLE.splitlines()[1], "table.csv: lines 2 and 104 are both called"),
        (None, "table.csv: the file cannot be read (No such file or directory)"),
    ],
)
def test_a_damaged_file_leaves_the_old_catalogue(old, table, content, message):
    before = old.read_bytes()
    table.unlink()
    if content is not None:
        table.write_bytes(content)

    done = run("import", table, "--output", old)

    check_failed(done, message)
    assert old.read_bytes() == before
    assert [*old.parent.iterdir()] == [old]


def test_a_file_that_is_not_a_catalogue_is_not_overwritten(table, tmp_path):
    path = tmp_path / "thesis.txt"
    path.write_text("chapter 1")

    check_failed(run("import", table, "--output", path), "it is not replaced: remove it")
    assert path.read_text() == "chapter 1"


@pytest.mark.parametrize("where", ["nowhere/planets.db", "table.csv/planets.db"])
def test_a_folder_that_cannot_be_written_is_an_error(table, tmp_path, where):
    done = run("import", table, "--allow-fewer", "--output", tmp_path / where)

    check_failed(done, "planets.db cannot be written (")
    assert [*tmp_path.iterdir()] == [table]


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "cannot be written (No space", 1),
        (KeyboardInterrupt(), "interrupted", 130),
    ],
)
def test_an_end_before_the_last_step_leaves_the_old_catalogue_and_no_other_file(
    old, table, monkeypatch, error, message, code
):
    def replace(*_, **__):
        raise error

    before = old.read_bytes()
    monkeypatch.setattr(os, "replace", replace)

    done = run("import", table, "--output", old)

    check_failed(done, message, code)
    assert old.read_bytes() == before
    assert [*old.parent.iterdir()] == [old]


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start the command in a process of its own, after a program.

    Its coverage is not measured: that would write files, even on a disk that is full.
    """
    words = ["catalog", *map(str, arguments)]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    return subprocess.Popen(
        [sys.executable, "-c", f"{program}\nfrom exohabit.console import main\nmain({words!r})"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name == "nt", reason="needs limits of a process")
def test_a_full_disk_leaves_the_old_catalogue_and_no_other_file(old, table):
    before = old.read_bytes()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"

    process = start(limit, "import", table, "--output", old)
    _, error = process.communicate(timeout=60)

    assert process.returncode == 1
    assert re.fullmatch(r"Error: .*planets\.db cannot be written \(.+\)\n", error)
    assert old.read_bytes() == before
    assert [*old.parent.iterdir()] == [old]


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_process_that_is_killed_in_the_last_step_leaves_the_old_catalogue(old, table):
    before = old.read_bytes()
    kill = "import os, signal; os.replace = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)"

    process = start(kill, "import", table, "--output", old)
    process.communicate(timeout=60)

    assert process.returncode == -signal.SIGKILL
    assert old.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_ctrl_c_during_a_download_leaves_the_old_catalogue_and_no_other_file(old):
    before = old.read_bytes()

    with serve(NEW_TABLE, tap.stall) as server:
        process = start("", "update", "--url", server.url, "--output", old)
        assert server.asked.wait(60)
        process.send_signal(signal.SIGINT)
        output, error = process.communicate(timeout=60)

    assert (process.returncode, output, error) == (130, "", "Error: interrupted\n")
    assert old.read_bytes() == before
    assert [*old.parent.iterdir()] == [old]


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer",
    [
        tap.send,
        change(lambda table: b"\xef\xbb\xbf" + table),
        change(gzip.compress),
        tap.compressed_transfer,
        tap.redirect("/elsewhere?query=select"),
        fail(503, retry_after="0"),
        tap.reset,
        tap.close,
    ],
    ids="good BOM gzip gzip-transfer redirect 503 reset closed".split(),
)
def test_an_update_gets_the_archives_planets(old, answer):
    with serve(NEW_TABLE, answer, tap.send) as server:
        done = update(old, server.url)

    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{old}: 102 planets of {today} ({TITLE}).\n"
    assert radii(old) == RADII
    assert read_rows(old)[1:] == (CatalogInfo(TITLE, today), NAMES)


@pytest.mark.slow
@needs_archive
def test_an_update_gets_every_planet_of_the_real_table(tmp_path):
    planets = many_planets()
    path = tmp_path / "planets.db"

    with serve(as_csv(planets)) as server:
        done = update(path, server.url)

    assert done.exit_code == 0, done.stderr
    assert len(planets) == 6065
    assert read_rows(path)[0] == [*solar_system(), *rows_of(planets)]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (fail(403), "answers 403 Forbidden"),
        (fail(404), "answers 404 Not Found"),
        (lambda handler, _: tap.send(handler, tap.PAGE), "this is HTML or XML, not a table"),
        (lambda handler, _: tap.send(handler, tap.XML), "this is HTML or XML, not a table"),
        (lambda handler, _: tap.send(handler, b"ERROR: busy\n"), "this is not a table of planets"),
        (fail(503, retry_after="60"), "answers 503 Service Unavailable, Retry-After 60 s"),
        (fail(503), "answers 503 Service Unavailable"),
        (tap.stall, "does not answer|the download is not complete"),
        (tap.never_answer, "does not answer|the download is not complete"),
        (tap.drip, "does not answer|the download is not complete"),
        (tap.drip_headers, "the download is not complete after 1 s"),
        (tap.reset, "closed the connection too early"),
        (tap.close, "closed the connection too early"),
        (
            change(lambda _: as_csv(NEW[:-1])),
            "the table has 101 planets, but the archive counted 102",
        ),
        (change(lambda _: as_csv([])), "the table has no planets"),
        (change(lambda table: table[:-30]), "line 103 has"),
        (tap.lose_column("pl_rade"), "the table lacks columns: pl_rade"),
        (tap.lose_column("hip_name"), "the table lacks columns: hip_name"),
        (change(lambda _: as_csv([*NEW[1:], NEW[1]])), "are both called"),
        (tap.damaged_transfer, "sends damaged gzip"),
        (change(lambda table: gzip.compress(table)[:-20]), "the file is damaged or incomplete"),
        (tap.redirect_to_itself, "redirects more than 3 times"),
        (tap.redirect("http://localhost:1/"), "redirects to another host without HTTPS"),
        (tap.never_end, "is longer than|the download is not complete"),
        (tap.never_end_compressed, "the answer is longer than 67,108,864 bytes"),
    ],
    ids=(
        "403 404 HTML XML text 503-later 503 stall no-answer drip dripped-headers reset closed "
        "short empty ragged lost-column lost-optional-column duplicate damaged-transfer cut-gzip "
        "redirect-loop redirect-elsewhere endless gzip-bomb"
    ).split(),
)
def test_anything_but_a_complete_table_leaves_the_old_catalogue(old, answer, message, monkeypatch):
    monkeypatch.setattr(download, "_FIRST_WAIT", 0.01)
    seconds = 1.0 if "is not complete" in message else SECONDS
    before = old.read_bytes()
    start = time.monotonic()

    with serve(NEW_TABLE, answer) as server:
        done = update(old, server.url, seconds)

    check_failed(done, "No update: ")
    assert re.search(message, done.stderr)
    assert done.stderr.endswith(f". The catalogue stays as it is. {BY_HAND}\n")
    assert time.monotonic() - start < 10 * seconds
    assert old.read_bytes() == before
    assert [*old.parent.iterdir()] == [old]


def test_a_table_that_lost_many_planets_leaves_the_old_catalogue(old):
    before = old.read_bytes()

    with serve(as_csv(NEW[:94])) as server:
        done = update(old, server.url)

    check_failed(done, "the table has only 94 of the 100 planets of the old catalogue")
    assert old.read_bytes() == before


def test_an_archive_that_cannot_be_reached_leaves_the_old_catalogue(old, monkeypatch):
    monkeypatch.setattr(download, "_FIRST_WAIT", 0.01)
    before = old.read_bytes()

    done = update(old, "http://127.0.0.1:1/")

    check_failed(done, "127.0.0.1:1 cannot be reached")
    assert old.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal")
def test_a_terminal_shows_a_progress_bar(old):
    terminal, inside = os.openpty()

    with serve(NEW_TABLE) as server:
        words = ["catalog", "update", "--url", server.url, "--output", str(old)]
        command = [sys.executable, "-m", "exohabit", *words]
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=inside, timeout=60, check=False
        )
    os.close(inside)
    shown = os.read(terminal, 65536).decode()
    os.close(terminal)

    assert done.returncode == 0
    assert "Planets" in shown
    assert "100%" in shown
    assert b"Planets" not in done.stdout
