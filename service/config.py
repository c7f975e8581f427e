"""Settings of the service: every one with its default and meaning.

`EXOHABIT_<NAME>` in the environment overrides a setting; the environment is an argument, so that
nothing is read at import.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "EXOHABIT_"
ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """A setting that does not exist or has a value it cannot have."""


# Each setting has its meaning and what reads its text, raising ValueError with what it expected.


def _integer(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"an integer from {low} to {high}")
        return int(text)

    return read


_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.strip() for origin in text.split(",") if origin.strip())
    if origins != ("*",) and not all(map(_is_origin, origins)):
        raise ValueError('origins such as "https://example.org, http://localhost:3000", or "*"')
    return origins


def _is_origin(text: str) -> bool:
    """Whether a text is an origin as browsers send it: without a path, or its scheme's own port."""
    own_port = ":443" if text.lower().startswith("https") else ":80"
    return bool(_ORIGIN.fullmatch(text)) and not text.endswith(own_port)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force."""

    model_root: Path = field(
        default=ROOT,
        metadata={
            "meaning": "folder that holds `models/` and `feature_columns.pkl`",
            "read": Path,
        },
    )
    max_body_mib: int = field(
        default=32, metadata={"meaning": "largest request body, MiB", "read": _integer(1, 1024)}
    )
    model_threads: int = field(
        default=1,
        metadata={
            "meaning": "threads of one model call; workers times threads should not exceed cores",
            "read": _integer(1, 64),
        },
    )
    origins: tuple[str, ...] = field(
        default=(),
        metadata={
            "meaning": "origins whose pages may call the service from a browser, separated by "
            "commas; `*` for all",
            "read": _origins,
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
        values = {names[k].name: _read(k, text, names[k].metadata) for k, text in given.items()}
        return cls(**values)


def _read(key: str, text: str, metadata: Mapping[str, Any]) -> Any:
    try:
        return metadata["read"](text)
    except ValueError as error:
        raise SettingError(f'{key} is "{text}"; expected {error}') from error
