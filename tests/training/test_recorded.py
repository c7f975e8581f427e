"""Settings of a manifest: found by name, however they are nested."""

from __future__ import annotations

from dataclasses import asdict

import msgspec
import pytest

from training.recorded import setting, settings
from training.settings import Settings


@pytest.fixture
def nested(bundle):
    found = {"seed": 1, "stars": {"shares": {"dwarf": 0.8}, "seen": [1, 2]}, "fit": {"depth": 3}}
    return msgspec.structs.replace(bundle.manifest, settings=found)


def test_nested_settings_are_named_by_their_way(nested):
    assert settings(nested) == {
        "seed": 1,
        "stars.shares.dwarf": 0.8,
        "stars.seen": [1, 2],
        "fit.depth": 3,
    }


def test_a_setting_is_found_wherever_it_is(nested):
    assert setting(nested, "depth") == 3
    assert setting(nested, "seed") == 1
    assert setting(nested, "unheard_of") is None


def test_the_tolerance_that_plots_show_is_recorded(bundle):
    assert "tolerance" in str(asdict(Settings()))
    assert setting(bundle.manifest, "tolerance") > 0
