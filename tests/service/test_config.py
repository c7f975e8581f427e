"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.config import SettingError, Settings


def test_without_an_environment_the_defaults_hold():
    settings = Settings.read({"HOME": "/root", "PORT": "80"})

    assert settings == Settings()
    assert settings.max_body == 32 * 1024 * 1024


def test_a_variable_overrides_its_setting():
    settings = Settings.read({"EXOHABIT_MAX_BODY_MIB": "5", "EXOHABIT_MODEL_ROOT": "/models"})

    assert settings.max_body_mib == 5
    assert settings.model_root == Path("/models")


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant():
    with pytest.raises(SettingError, match=r"EXOHABIT_MODEL_THREDS.*EXOHABIT_MODEL_THREADS"):
        Settings.read({"EXOHABIT_MODEL_THREDS": "2"})


@pytest.mark.parametrize("text", ["0", "-1", "1025", "1.5", "", "many", "٣", "1_0"])
def test_a_value_that_is_not_possible_is_named_with_what_is(text):
    with pytest.raises(SettingError, match=r"EXOHABIT_MAX_BODY_MIB.*from 1 to 1024"):
        Settings.read({"EXOHABIT_MAX_BODY_MIB": text})


def test_origins_are_a_list_separated_by_commas():
    text = " http://localhost:3000, https://example.org:80,https://[::1]:8443 ,"

    assert Settings.read({"EXOHABIT_ORIGINS": text}).origins == (
        "http://localhost:3000",
        "https://example.org:80",
        "https://[::1]:8443",
    )


@pytest.mark.parametrize(("text", "origins"), [("", ()), (" ", ()), ("*", ("*",))])
def test_origins_may_be_none_or_all(text, origins):
    assert Settings.read({"EXOHABIT_ORIGINS": text}).origins == origins


@pytest.mark.parametrize(
    "text",
    [
        "localhost:3000",
        "https://example.org:443",
        "http://example.org:80",
        "http://localhost:3000/",
        "http://localhost:3000/app",
        "http://*.example.org",
        "*, http://localhost:3000",
        "http://a b",
        "ftp://example.org",
        "null",
        "http://user@example.org",
    ],
)
def test_what_is_no_origin_is_named_with_what_is(text):
    with pytest.raises(SettingError, match=r"EXOHABIT_ORIGINS.*http://localhost:3000"):
        Settings.read({"EXOHABIT_ORIGINS": text})
