"""Absent keys: planets without keys that an adopted model does not need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from exohabit.inputs.raw_planets import RawPlanets


def add_absent_keys(raw: RawPlanets, optional: Collection[str]) -> RawPlanets:
    """Add absent keys to planets, as not known.

    Args:
        raw: planets as they were read.
        optional: required keys that may be absent all the same.
    """
    if not optional:
        return raw
    unknown = dict.fromkeys(sorted(optional))
    planets = [unknown | each if isinstance(each, dict) else each for each in raw.planets]
    header = None if raw.header is None else [*dict.fromkeys([*raw.header, *unknown])]
    return replace(raw, planets=planets, header=header)
