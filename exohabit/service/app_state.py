"""App state: the objects of one app, in `app.extensions["exohabit"]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from flask import Flask, Response, current_app

from exohabit.catalog.known_planets import KnownPlanets
from exohabit.outputs.inference_types import Handler, Shortcut
from exohabit.scoring.bundle import Bundle
from exohabit.service.admission import Admission
from exohabit.service.metrics import Metrics
from exohabit.service.request_state import Hooks
from exohabit.service.settings import Settings

EXTENSION = "exohabit"


@dataclass(slots=True)
class AppState:
    """What one app holds; after start-up, only `openapi` and the catalogue change."""

    settings: Settings
    bundle: Bundle | None
    """None in `flask` commands, which need no model."""
    metrics: Metrics
    hooks: Hooks
    admission: Admission
    card: Mapping[str, bytes]
    """The model card and its plots, by path."""
    known_planets: KnownPlanets
    shortcuts: dict[Handler, Shortcut] = field(default_factory=dict)
    """Shortcuts of `exohabit.fast` that are tried before a handler; empty without it."""
    fill_error_page: Callable[[Response, Any], None] | None = None
    """Turns an error, an `errors.ErrorAnswer`, into a page; None if there are no pages."""
    openapi: msgspec.Raw | None = None
    """The API description, made with its first request."""


def app_state(app: Flask | None = None) -> AppState:
    """Return the state of an app, by default the current one."""
    found: AppState = (app or current_app).extensions[EXTENSION]
    return found
