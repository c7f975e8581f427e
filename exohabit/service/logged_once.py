"""Logged once: logs only the first of several errors in a row."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


class LoggedOnce(Generic[Result]):
    """Calls a function; returns None if it fails, and logs the first of several errors in a row."""

    def __init__(self, act: Callable[[], Result], meaning: str) -> None:
        """Prepare calls of `act`; `meaning` is what the log says if it fails."""
        self._act, self._meaning = act, meaning
        self._has_failed = False

    def __call__(self) -> Result | None:
        """Call the function."""
        try:
            result = self._act()
        except Exception:
            if not self._has_failed:
                _log.exception(self._meaning)
            self._has_failed = True
            return None
        self._has_failed = False
        return result
