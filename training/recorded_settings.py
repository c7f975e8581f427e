"""Recorded settings: the settings in a model's manifest, as a flat mapping.

A manifest outlives the classes in `training.settings`, so this reads the recorded names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exohabit.scoring.manifest import Manifest


def flatten_settings(manifest: Manifest) -> dict[str, Any]:
    """Return every setting by its name, and one inside a group as `group.name`.

    A mapping inside a group, for example shares by kind, counts as one setting.
    """
    flat: dict[str, Any] = {}
    for name, value in manifest.settings.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            flat[name] = value
    return flat
