"""Settings of a manifest: found by name, in whichever group they are."""

from __future__ import annotations

from dataclasses import asdict

import msgspec
import pytest

from training.recorded_settings import setting, settings
from training.settings import Settings


@pytest.fixture
def nested(bundle):
    found = {"seed": 1, "stars": {"shares": {"dwarf": 0.8}, "seen": [1, 2]}, "fit": {"depth": 3}}
    return msgspec.structs.replace(bundle.manifest, settings=found)


def test_settings_within_a_group_are_named_with_it(nested):
    assert settings(nested) == {
        "seed": 1,
        "stars.shares": {"dwarf": 0.8},
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
