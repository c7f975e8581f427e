"""Settings from the environment and from a file."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from exohabit.service.settings import PREFIX, SettingError, Settings, table
from tests.conftest import ROOT

SECRET = "s3cr3t"  # noqa: S105 - of nothing


@pytest.fixture
def settings_of(tmp_path):
    """Read settings from the text of a file, and from variables without their prefix."""

    def read(text: str, **environ: str) -> Settings:
        file = tmp_path / "exohabit.toml"
        file.write_text(text, encoding="utf-8")
        variables = {f"{PREFIX}{name}": value for name, value in environ.items()}
        return Settings.read({"EXOHABIT_SETTINGS": str(file), **variables})

    return read


def test_without_variables_the_defaults_hold():
    settings = Settings.read({"HOME": "/root", "WORKERS": "3"})

    assert settings == Settings()
    assert settings.max_body_mib == 32


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({"PORT": "80", "HOST": "::1"}, ("::1", 80)),
        ({"PORT": "80", "EXOHABIT_PORT": "81", "EXOHABIT_HOST": "::1", "HOST": "x"}, ("::1", 81)),
        ({"PORT": "80", "EXOHABIT_PORT": ""}, ("127.0.0.1", 80)),
        ({"PORT": "", "HOST": ""}, ("127.0.0.1", 5000)),
    ],
)
def test_host_and_port_are_read_where_their_long_names_are_absent(environ, address):
    settings = Settings.read(environ)

    assert (settings.host, settings.port) == address


def test_a_bad_port_is_named_by_the_variable_that_was_set():
    with pytest.raises(SettingError) as short:
        Settings.read({"PORT": "abc"})
    with pytest.raises(SettingError) as long:
        Settings.read({"PORT": "80", "EXOHABIT_PORT": "abc"})

    assert str(short.value) == 'PORT is "abc"; expected an integer from 1 to 65535'
    assert str(long.value) == f"EXOHABIT_{short.value}"


def test_port_overrides_the_port_of_a_file(tmp_path):
    file = tmp_path / "exohabit.toml"
    file.write_text("port = 81")

    assert Settings.read({"EXOHABIT_SETTINGS": str(file), "PORT": "80"}).port == 80


def test_all_problems_are_listed_each_in_a_line(settings_of):
    with pytest.raises(SettingError) as refused:
        settings_of("port = 0\ncolour = 'red'", LOG="x", THRAEDS="2", REDIS="redis://redis")

    file = r" in .*exohabit\.toml"
    expected = [
        rf'port{file} is "0"; expected an integer from 1 to 65535',
        rf"colour{file} is not a setting of ExoHabit",
        'EXOHABIT_LOG is "x"; expected one of auto, json, text, off',
        r"EXOHABIT_THRAEDS is not a setting of ExoHabit; did you mean EXOHABIT_THREADS\?",
        "EXOHABIT_REDIS has no effect without EXOHABIT_RATE_LIMIT: set both",
    ]
    lines = str(refused.value).splitlines()
    assert len(lines) == len(expected)
    assert all(map(re.fullmatch, expected, lines))


def test_a_wrong_rate_limit_beside_redis_is_the_only_problem():
    with pytest.raises(SettingError) as refused:
        Settings.read({"EXOHABIT_REDIS": "redis://redis", "EXOHABIT_RATE_LIMIT": "many"})

    assert str(refused.value).startswith('EXOHABIT_RATE_LIMIT is "many"; expected a rate')
    assert "\n" not in str(refused.value)


def test_a_variable_overrides_its_setting():
    settings = Settings.read({"EXOHABIT_MAX_BODY_MIB": "5", "EXOHABIT_MODEL_ROOT": "/models"})

    assert settings.max_body_mib == 5
    assert settings.model_root == Path("/models")


@pytest.mark.parametrize("name", ["EXOHABIT_port", "EXOHABIT_Port", "EXOHABIT_"])
def test_a_variable_is_written_in_capitals(name):
    with pytest.raises(SettingError, match=f"{name} is not a setting"):
        Settings.read({name: "80"})


def test_settings_are_read_from_a_toml_file(settings_of):
    settings = settings_of(
        'host = "0.0.0.0"\nport = 8080\nrate_limit = "20/second; 5000/day"\n'
        'keys_file = "/etc/exohabit/keys.json"\ntrusted_hosts = ["api.example.org", ".example.net"]'
    )

    assert (settings.host, settings.port) == ("0.0.0.0", 8080)  # noqa: S104 - only read
    assert settings.rate_limit == "20/second; 5000/day"
    assert settings.keys_file == Path("/etc/exohabit/keys.json")
    assert settings.trusted_hosts == ("api.example.org", ".example.net")
    assert settings.workers == Settings().workers


def test_the_environment_overrides_the_file(settings_of):
    settings = settings_of("port = 8080\nthreads = 3", PORT="9090")

    assert (settings.port, settings.threads) == (9090, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("model_thraeds = 2", r"model_thraeds in .*exohabit\.toml .*did you mean model_threads\?"),
        ("EXOHABIT_PORT = 80", r"EXOHABIT_PORT in .*exohabit\.toml is not a setting"),
        ("colour = 'red'", r"colour in .*exohabit\.toml is not a setting of ExoHabit$"),
        ("[server]\nport = 80", r"server in .*exohabit\.toml is not a setting"),
        ("port = 0", r'port in .*exohabit\.toml is "0"; expected an integer from 1 to 65535'),
        ("port = true", r'port in .*exohabit\.toml is "True"; expected an integer'),
        ("port = 80.0", r'port in .*exohabit\.toml is "80.0"; expected an integer'),
        ("log = {form = 'json'}", r"log in .*exohabit\.toml is .*expected one of"),
        ("port: 80", r"EXOHABIT_SETTINGS: .*exohabit\.toml is not TOML \("),
        ("port = 80\nport = 81", r"EXOHABIT_SETTINGS: .*exohabit\.toml is not TOML \("),
    ],
)
def test_a_problem_in_a_file_is_named_with_the_file(settings_of, text, says):
    with pytest.raises(SettingError, match=says):
        settings_of(text)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    file = tmp_path / "latin.toml"
    file.write_bytes('host = "caf\xe9"'.encode("latin-1"))

    with pytest.raises(SettingError, match=r"EXOHABIT_SETTINGS: .*latin\.toml is not TOML"):
        Settings.read({"EXOHABIT_SETTINGS": str(file)})


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path, why in (("nowhere.toml", "No such file"), (".", "Is a directory")):
        with pytest.raises(SettingError, match=rf"EXOHABIT_SETTINGS: .* cannot be read \({why}"):
            Settings.read({"EXOHABIT_SETTINGS": str(tmp_path / path)})


NOT_INTEGERS = [*"-1 +1 1.5 1e1 many ٣ 1_0 0x1".split(), " ", " 1", "1\n"]
"""Texts that are not read as an integer."""
BAD_REDIS = """
    redis redis:6379 http://redis:6379 redis://redis:port redis://redis:99999
    redis://redis?db=x redis://redis?colour=red
""".split()
BAD_HOSTS = "* *.example.org example.org:80 http://example.org a/b .. a;b".split()
BAD_ORIGINS = """
    localhost:3000 https://example.org:443 http://example.org:80 http://localhost:3000/ null
    http://localhost:3000/app http://*.example.org ftp://example.org http://user@example.org
""".split()

BAD_VALUES = {
    "HOST": ("a text", [" "]),
    "PORT": ("an integer from 1 to 65535", [*NOT_INTEGERS, "0", "65536"]),
    "WORKERS": ("an integer from 1 to 256", [*NOT_INTEGERS, "0", "257"]),
    "THREADS": ("an integer from 1 to 64", [*NOT_INTEGERS, "0", "65"]),
    "DRAIN_SECONDS": ("an integer from 0 to 300", [*NOT_INTEGERS, "301"]),
    "MODEL_ROOT": ("a text", [" "]),
    "MODEL_SHA256": (
        "a SHA-256: 64 hexadecimal digits",
        ["abc", "g" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "\uff11" * 64, "sha256:" + "a" * 64],
    ),
    "ENGINE": ("one of trees, xgboost", ["onnx", "TREES"]),
    "MODEL_THREADS": ("an integer from 1 to 64", [*NOT_INTEGERS, "0", "65"]),
    "FAST": ("one of on, off", ["ON", "true", "0"]),
    "MAX_BODY_MIB": ("an integer from 1 to 1024", [*NOT_INTEGERS, "0", "1025"]),
    "LARGE_KIB": ("an integer from 0 to 1048576", [*NOT_INTEGERS, "1048577"]),
    "LARGE_REQUESTS": ("an integer from 1 to 64", [*NOT_INTEGERS, "0", "65"]),
    "LARGE_SECONDS": ("an integer from 1 to 3600", [*NOT_INTEGERS, "0", "3601"]),
    "CATALOG": ("a text", [" "]),
    "KEYS_FILE": ("a text", [" "]),
    "RATE_LIMIT": (
        'a rate such as "600/minute"',
        [
            *"5 many/minute 5/fortnight -1/minute 1.5/minute ٣/minute 5/minute;".split(),
            "0/minute",
            "5/99 years",
        ],
    ),
    "REDIS": (
        'an address such as "redis://:password@redis:6379/0"',
        [*BAD_REDIS, " redis://redis", "redis://a\nb"],
    ),
    "PROXIES": ("an integer from 0 to 10", [*NOT_INTEGERS, "11"]),
    "TRUSTED_HOSTS": ("host names without a port", [*BAD_HOSTS, "a b", ",", " "]),
    "ORIGINS": (
        "origins such as",
        [*BAD_ORIGINS, ",", " ", "http://a b", "*, http://localhost:3000"],
    ),
    "LOG": ("one of auto, json, text, off", ["JSON", "on", "json,text"]),
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_an_empty_variable_counts_as_absent(name):
    assert Settings.read({PREFIX + name: ""}) == Settings()


def test_the_table_has_every_setting():
    assert list(BAD_VALUES) == [each.name.upper() for each in fields(Settings)]


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, (_, texts) in BAD_VALUES.items() for text in texts]
)
def test_a_bad_value_is_refused_with_what_was_expected(name, text):
    with pytest.raises(SettingError) as refused:
        Settings.read({PREFIX + name: text})

    line, *others = str(refused.value).splitlines()
    assert line.startswith(f"{PREFIX}{name} is ")
    assert f"; expected {BAD_VALUES[name][0]}" in line
    hint = "EXOHABIT_REDIS has no effect without EXOHABIT_RATE_LIMIT: set both"
    assert others == ([hint] if name == "REDIS" else [])


def test_a_very_long_number_is_refused():
    with pytest.raises(SettingError, match=r"EXOHABIT_PORT is .*from 1 to 65535"):
        Settings.read({"EXOHABIT_PORT": "9" * 5000})


def test_origins_are_a_list_separated_by_commas():
    text = " http://localhost:3000, https://example.org:80,https://[::1]:8443 ,"

    assert Settings.read({"EXOHABIT_ORIGINS": text}).origins == (
        "http://localhost:3000",
        "https://example.org:80",
        "https://[::1]:8443",
    )


@pytest.mark.parametrize(
    "origin", ["http://localhost:*", "https://LOCALHOST:*", "http://127.0.0.1:*", "http://[::1]:*"]
)
def test_the_port_of_an_origin_of_this_machine_may_be_any(origin):
    settings = Settings.read({"EXOHABIT_ORIGINS": f"https://example.org, {origin}"})

    assert settings.origins == ("https://example.org", origin)


@pytest.mark.parametrize(
    "origin",
    ["http://example.org:*", "http://localhost:*0", "http://localhost*", "*://localhost:*"],
)
def test_no_other_part_of_an_origin_may_be_any(origin):
    with pytest.raises(SettingError, match=r"http://localhost:\*"):
        Settings.read({"EXOHABIT_ORIGINS": origin})


@pytest.mark.parametrize(
    ("text", "has_hint"),
    [("http://localhost:3000/", True), ("*, http://a.org/", False), ("http://a.org/app", False)],
)
def test_the_slash_behind_an_origin_is_named(text, has_hint):
    with pytest.raises(SettingError) as refused:
        Settings.read({"EXOHABIT_ORIGINS": text})

    assert ("without the slash at the end" in str(refused.value)) == has_hint


@pytest.mark.parametrize(("text", "origins"), [("", ()), ("*", ("*",))])
def test_origins_may_be_empty_or_all(text, origins):
    assert Settings.read({"EXOHABIT_ORIGINS": text}).origins == origins


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("REDIS", "redis://redis"),
        ("REDIS", "redis://10.0.0.1:6379/3"),
        ("REDIS", "rediss://redis.example.org:6380/0"),
        ("REDIS", "unix:///run/redis.sock"),
        ("RATE_LIMIT", "600/minute"),
        ("RATE_LIMIT", "600 per minute"),
        ("RATE_LIMIT", "20/second; 5000/day"),
        ("TRUSTED_HOSTS", "api.example.org,.example.net,localhost,10.0.0.1,[::1]"),
        ("LOG", "off"),
    ],
)
def test_a_setting_is_described_as_it_was_given(name, text):
    settings = Settings.read({"EXOHABIT_RATE_LIMIT": "9/day", PREFIX + name: text})

    assert dict(settings.described())[PREFIX + name] == text


def test_described_settings_can_be_read_again():
    settings = Settings(
        port=80, keys_file=Path("keys.json"), proxies=2, trusted_hosts=("a", "b"), origins=("*",)
    )

    again = Settings.read({name: text for name, text in settings.described() if text})

    assert again == settings


@pytest.mark.parametrize(
    "address",
    [
        "redis://:{}@redis:6379/0",
        "redis://exohabit:{}@redis",
        "rediss://exohabit:{}@[::1]:6380/1",
        "redis://:a@{}@redis:6379/0",
        "redis://:{}@b@redis:6379/0",
        "redis://:a%2F{}@redis",
    ],
)
def test_a_password_is_never_described(address):
    redis = address.format(SECRET)
    settings = Settings.read({"EXOHABIT_RATE_LIMIT": "9/day", "EXOHABIT_REDIS": redis})

    described = dict(settings.described())["EXOHABIT_REDIS"]
    assert settings.redis == redis
    assert described.startswith("redis")
    assert SECRET not in described


@pytest.mark.parametrize(
    "address",
    [
        "http://:{}@redis:6379/0",
        "redis:{}@redis:6379/0",
        ":{}@redis:6379",
        "redis//:{}@redis:6379",
        "redis://:a/{}@redis:port",
        "redis://:{}/b@redis",
        "redis://:{}\n@redis",
        "redis://redis:6379/0?password={}",
    ],
)
@pytest.mark.parametrize("in_file", [True, False])
def test_a_refused_address_is_not_repeated_because_of_its_password(settings_of, address, in_file):
    text = address.format(SECRET)
    quoted = text.replace("\n", "\\n")

    with pytest.raises(SettingError) as refused:
        settings_of(f'redis = "{quoted}"') if in_file else settings_of("", REDIS=text)

    assert SECRET not in str(refused.value)
    assert "redis://:password@redis:6379/0" in str(refused.value)


def test_the_documented_table_has_a_row_for_every_setting_and_no_path_of_this_machine():
    names = [line.split("`")[1] for line in table().splitlines()[2:]]

    assert names == [name for name, _ in Settings().described()]
    assert str(ROOT) not in table()
    assert Settings().workers == (os.cpu_count() or 1)
