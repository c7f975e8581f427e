"""The app with a defect: a route that always fails."""

from __future__ import annotations

from typing import NoReturn

from flask import Flask

import app


def create_app() -> Flask:
    """Return the app with `GET /defect`."""
    made = app.create_app()
    made.add_url_rule("/defect", view_func=fail)
    return made


def fail() -> NoReturn:
    """Fail for a reason that nobody expects."""
    raise RuntimeError("a defect")
