"""Settings as a model's manifest records them: flat, however they are nested there.

The trap: a manifest outlives the settings' classes. So they are found by name, and one that an
older or newer model does not have is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scoring import Manifest


def settings(manifest: Manifest) -> dict[str, Any]:
    """Return every setting by its name, names of nested ones joined by dots."""
    return dict(_flat(manifest.settings))


def setting(manifest: Manifest, name: str) -> Any:
    """Return the setting of a name, wherever it is nested; None if there is none."""
    found = settings(manifest)
    return next((found[each] for each in found if each.split(".")[-1] == name), None)


def _flat(nested: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in nested.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", found) for inner, found in _flat(value))
        else:
            yield name, value
