"""The `flask` commands, run as separate programs where the start matters."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from app import create_app
from exohabit.scoring.manifest import MANIFEST
from exohabit.service.api_keys import read_keys
from exohabit.service.app_state import app_state
from exohabit.service.settings import Settings, table
from tests.conftest import ROOT
from tests.running import python


def test_check_says_in_one_line_what_is_wrong_and_what_to_do(tmp_path):
    done = python("-m", "flask", "check", EXOHABIT_MODEL_ROOT=str(tmp_path))

    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "manifest.json" in line
    assert "make train" in line
    assert f"EXOHABIT_MODEL_ROOT is {tmp_path}" in line


@pytest.mark.parametrize("kind", ["nothing", "file"])
def test_a_model_root_that_is_not_a_folder_is_named_with_the_command_that_makes_one(tmp_path, kind):
    root = tmp_path / "my typo"
    if kind == "file":
        root.touch()

    done = python("-m", "exohabit.service.server", "app:create_app", EXOHABIT_MODEL_ROOT=str(root))

    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert f"{root} is not a folder" in line
    assert f"INTO='{root}'` makes one" in line
    assert "make train" not in line


def test_check_prints_the_version_of_the_model_and_compares_the_sha_256_that_is_set(bundle):
    sha256 = hashlib.sha256((ROOT / MANIFEST).read_bytes()).hexdigest()

    right = python("-m", "flask", "check", EXOHABIT_MODEL_SHA256=sha256.upper())
    wrong = python("-m", "flask", "check", EXOHABIT_MODEL_SHA256="0" * 64)

    assert (right.returncode, right.stdout) == (0, f"Model {bundle.version} is valid.\n")
    assert wrong.returncode != 0
    (line,) = wrong.stderr.splitlines()
    assert f"is {sha256}, not {'0' * 64}" in line
    assert "sha256sum models/manifest.json" in line


def test_check_reads_the_keys_too(bundle, tmp_path):
    (tmp_path / "keys.json").write_text("half a fi")
    app = create_app(Settings(log="off"), bundle)
    app_state(app).settings = Settings(keys_file=tmp_path / "keys.json")

    with app.app_context():
        done = app.test_cli_runner().invoke(args=["check"])

    assert done.exit_code == 1
    assert "keys.json is not a keys file" in done.output


@pytest.mark.parametrize("command", [["config"], ["routes"], ["--help"]])
def test_a_command_that_needs_no_model_works_without_one(tmp_path, command):
    done = python("-m", "flask", *command, EXOHABIT_MODEL_ROOT=str(tmp_path))

    assert done.returncode == 0
    assert done.stdout


SERVER = ["-m", "exohabit.service.server", "app:create_app"]


APP = ["app.py"]
FLASK = ["-m", "flask", "run"]
NO_HOST = {"HOST": "nowhere.invalid"}
LONG_HOST = {"EXOHABIT_HOST": "x" * 70, "PORT": "80"}
REDIS = {"EXOHABIT_REDIS": "redis://:s3cr3t@redis:port", "EXOHABIT_RATE_LIMIT": "600/minute"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "environ", "says"),
    [
        (SERVER, {"EXOHABIT_MODEL_ROOT": "nowhere"}, "EXOHABIT_MODEL_ROOT"),
        (SERVER, {"EXOHABIT_MODEL_SHA256": "0" * 64}, "EXOHABIT_MODEL_SHA256"),
        (SERVER, {"EXOHABIT_NONE": "1"}, "EXOHABIT_NONE"),
        (SERVER, {"PORT": "abc"}, "PORT"),
        (SERVER, {"EXOHABIT_KEYS_FILE": "nowhere.json"}, "EXOHABIT_KEYS_FILE"),
        (APP, {"PORT": "abc"}, "PORT"),
        (FLASK, {"EXOHABIT_MODEL_ROOT": "nowhere"}, "EXOHABIT_MODEL_ROOT"),
        (APP, REDIS, "ExoHabit does not start. EXOHABIT_REDIS"),
        *((c, NO_HOST, "It cannot listen on .*(HOST, EXOHABIT_PORT)") for c in (APP, SERVER)),
        *((c, LONG_HOST, "It cannot listen on .*(EXOHABIT_HOST, PORT)") for c in (APP, SERVER)),
    ],
    ids=str,
)
def test_a_server_that_cannot_start_names_the_setting_in_one_line(command, environ, says):
    done = python(*command, **environ)

    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("ExoHabit does not start. ")
    words = re.escape(says).replace(r"\.\*", ".*")
    assert re.search(rf"(^|[\s(]){words}(:|\s|\)|$)", line)
    assert "s3cr3t" not in line
    if "listen" not in says:
        assert "EXOHABIT_PORT" not in line


@pytest.fixture
def run_here(stub):
    """Run a command in this process, with settings, and return its status and what it wrote."""

    def run(*command: str, **settings) -> tuple[int, str]:
        app = create_app(Settings(log="off"), stub)
        app_state(app).settings = Settings(**settings)
        done = app.test_cli_runner().invoke(args=command)
        return done.exit_code, done.output

    return run


@pytest.fixture
def keys(run_here, tmp_path):
    return lambda *command: run_here("keys", *command, keys_file=tmp_path / "keys.json")


def test_a_first_key_can_be_created_before_there_is_a_model_or_a_keys_file(tmp_path):
    path = tmp_path / "keys.json"
    environ = {"EXOHABIT_KEYS_FILE": str(path), "EXOHABIT_MODEL_ROOT": str(tmp_path)}

    done = python("-m", "flask", "keys", "new", "team", **environ)

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"exohabit_[A-Za-z0-9_-]{43}\n", done.stdout)
    assert [key.name for key in read_keys(path)] == ["team"]


def test_only_the_new_key_is_printed_and_it_is_valid(keys, stub, tmp_path):
    status, text = keys("new", "team")

    assert status == 0
    settings = Settings(keys_file=tmp_path / "keys.json", log="off")
    client = create_app(settings, stub).test_client()
    assert client.get("/stats", headers={"X-API-Key": text.rstrip("\n")}).status_code == 200


def test_keys_are_listed_by_name_without_their_texts(keys, tmp_path):
    _, first = keys("new", "first")
    _, second = keys("new", "second", "--days", "30")
    content = json.loads((tmp_path / "keys.json").read_text())
    content["keys"].append(
        {**content["keys"][1], "name": "third", "expires": "2020-02-02T00:00:00Z"}
    )
    (tmp_path / "keys.json").write_text(json.dumps(content))

    status, listed = keys("list")

    assert status == 0
    one, two, three = listed.splitlines()
    assert re.fullmatch(r"first  created \d{4}-\d\d-\d\d  never expires", one)
    assert re.fullmatch(r"second  created \S+  expires \d{4}-\d\d-\d\d \d\d:\d\d UTC", two)
    assert three.endswith("expires 2020-02-02 00:00 UTC (expired)")
    for secret in (first.strip(), second.strip(), content["keys"][0]["sha256"]):
        assert secret not in listed


def test_a_key_lasts_as_many_days_as_it_is_given(keys, tmp_path):
    keys("new", "team", "--days", "30")

    (key,) = read_keys(tmp_path / "keys.json")
    assert (key.expires - key.created).days == 30


def test_a_key_is_revoked_by_name(keys, tmp_path):
    keys("new", "a")
    keys("new", "b")

    assert keys("revoke", "a") == (0, "a is revoked.\n")
    assert [key.name for key in read_keys(tmp_path / "keys.json")] == ["b"]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("new", "a b"), 'Error: "a b" is not a valid name'),
        (("new", "taken"), "Error: there is already a key named taken"),
        (("revoke", "nobody"), "Error: there is no key named nobody"),
    ],
)
def test_an_error_about_keys_is_one_line(keys, command, says):
    keys("new", "taken")

    status, text = keys(*command)

    assert status == 1
    (line,) = text.splitlines()
    assert line.startswith(says)


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "forever", "36501"])
def test_a_key_lasts_whole_days(keys, tmp_path, days):
    status, _ = keys("new", "team", "--days", days)

    assert status == 2
    assert not (tmp_path / "keys.json").exists()


@pytest.mark.parametrize("command", [("new", "a"), ("list",), ("revoke", "a")])
def test_keys_need_a_file_and_one_that_can_be_read(run_here, tmp_path, command):
    status, text = run_here("keys", *command)
    assert (status, text) == (1, "Error: EXOHABIT_KEYS_FILE is not set\n")

    (tmp_path / "keys.json").write_text("half a fi")
    status, text = run_here("keys", *command, keys_file=tmp_path / "keys.json")
    assert status == 1
    assert re.fullmatch(
        r"Error: EXOHABIT_KEYS_FILE: \S+keys\.json is not a keys file \(.+\): repair it. Or set "
        r"another path and run flask keys new NAME\n",
        text,
    )


def test_config_prints_every_setting_and_masks_a_password(tmp_path):
    file = tmp_path / "exohabit.toml"
    file.write_text('port = 8080\nrate_limit = "9/day"\nredis = "redis://:s3cr3t@redis:6379/0"\n')

    done = python("-m", "flask", "config", EXOHABIT_SETTINGS=str(file), EXOHABIT_LOG="text")

    lines = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert list(lines) == [name for name, _ in Settings().described()]
    assert (lines["EXOHABIT_PORT"], lines["EXOHABIT_LOG"]) == ("8080", "text")
    assert lines["EXOHABIT_REDIS"] == "redis://***@redis:6379/0"
    assert "s3cr3t" not in done.stdout + done.stderr


def test_config_prints_the_table_of_the_documentation(run_here):
    assert run_here("config", "--markdown") == (0, f"{table()}\n")


def test_all_wrong_settings_are_named_each_in_a_line():
    done = python("app.py", EXOHABIT_LOG="x", PORT="abc", EXOHABIT_PROT="1")

    start, text = done.stderr[:25], done.stderr[25:]
    assert start == "ExoHabit does not start. "
    names = {line.partition(" is ")[0] for line in text.splitlines()}
    assert names == {"EXOHABIT_LOG", "EXOHABIT_PROT", "PORT"}
