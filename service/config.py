"""Settings of the service: every one with its default and meaning.

`EXOHABIT_<NAME>` in the environment overrides a setting; the environment is an argument, so that
nothing is read at import.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "EXOHABIT_"
ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """A setting that does not exist or has a value it cannot have."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force."""

    model_root: Path = field(
        default=ROOT, metadata={"meaning": "folder that holds models/ and feature_columns.pkl"}
    )
    max_body_mib: int = field(
        default=32, metadata={"meaning": "largest request body, MiB", "range": (1, 1024)}
    )
    model_threads: int = field(
        default=1,
        metadata={
            "meaning": "threads of one model call; workers times threads should not exceed cores",
            "range": (1, 64),
        },
    )

    @property
    def max_body(self) -> int:
        """Largest request body, bytes."""
        return self.max_body_mib * 2**20

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from environment variables.

        Raises:
            SettingError: a variable with our prefix is no setting, or its value is not possible.
        """
        names = {PREFIX + each.name.upper(): each for each in fields(cls)}
        given = {key: value for key, value in environ.items() if key.startswith(PREFIX)}
        for key in given.keys() - names:
            near = difflib.get_close_matches(key, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingError(f"{key} is no setting of ExoHabit{hint}")
        values = {
            names[key].name: _read_value(key, text, names[key].metadata.get("range"))
            for key, text in given.items()
        }
        return cls(**values)


def _read_value(key: str, text: str, bounds: tuple[int, int] | None) -> Any:
    if bounds is None:
        return Path(text)
    low, high = bounds
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise SettingError(f'{key} is "{text}"; expected an integer from {low} to {high}')
    return int(text)
