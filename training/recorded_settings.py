"""Settings as a model's manifest records them: flat, whether they are grouped there or not.

The trap: a manifest outlives the settings' classes. So they are found by name, and one that an
older or newer model does not have is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exohabit.scoring.manifest import Manifest


def settings(manifest: Manifest) -> dict[str, Any]:
    """Return every setting by its name, one within a group as `group.name`.

    A mapping within a group, such as shares by kind, is one setting.
    """
    found: dict[str, Any] = {}
    for name, value in manifest.settings.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


def setting(manifest: Manifest, name: str) -> Any:
    """Return the setting of a name, in whichever group it is; None if there is none."""
    found = settings(manifest)
    return next((found[each] for each in found if each.split(".")[-1] == name), None)
