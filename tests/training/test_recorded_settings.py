"""Recorded settings: a flat mapping, with groups as prefixes."""

from __future__ import annotations

import msgspec

from training.recorded_settings import flatten_settings


def test_settings_inside_a_group_have_its_name_as_prefix(bundle):
    grouped = {"seed": 1, "stars": {"shares": {"dwarf": 0.8}, "seen": [1, 2]}}
    manifest = msgspec.structs.replace(bundle.manifest, settings=grouped)

    assert flatten_settings(manifest) == {
        "seed": 1,
        "stars.shares": {"dwarf": 0.8},
        "stars.seen": [1, 2],
    }
