"""Both ways to serve: with the shortcuts of `exohabit/fast`, and without them.

The fixture `every_way` runs a test both ways; apps made from `new_settings` follow it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask.testing import FlaskClient

from app import create_app
from exohabit.service.settings import Settings

Made = TypeVar("Made")


class Way:
    """The setting `fast` of the current test."""

    fast = "on"


def new_settings(**given: Any) -> Settings:
    """Return settings for the current way to serve."""
    return Settings(**{"fast": Way.fast} | given)


def every_way_of(make: Callable[..., Made]) -> dict[str, Made]:
    """Make the same for each way to serve; `Way.fast` selects the one of the current test."""
    return {fast: make(fast=fast) for fast in ("on", "off")}


class EveryWayClient(FlaskClient):
    """A client of two apps: each request goes to the app of the current way."""

    def __init__(self, bundle, **settings: Any) -> None:
        self.apps = every_way_of(lambda fast: create_app(Settings(fast=fast, **settings), bundle))
        super().__init__(self.apps["on"], self.apps["on"].response_class)

    def open(self, *args: Any, **kwargs: Any):
        self.application = self.apps[Way.fast]
        return super().open(*args, **kwargs)
