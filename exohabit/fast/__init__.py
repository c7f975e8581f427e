"""Shortcuts that make answers faster and never change them.

Only `app.py` imports this package, and the service works without it (EXOHABIT_FAST=off). Code that
decides what an answer contains belongs in `inputs`, `outputs` or `service`.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from exohabit.fast.single_planet import predict_single
from exohabit.fast.wsgi_bypass import WsgiBypass
from exohabit.service.endpoints import Endpoint


def init_app(app: Flask, predict: Mapping[str, Endpoint], rank: Mapping[str, Endpoint]) -> None:
    """Answer POST requests to these paths without Flask, and score single planets as floats."""
    shortcuts = dict.fromkeys(predict, predict_single)
    app.wsgi_app = WsgiBypass(app, {**predict, **rank}, shortcuts)  # type: ignore[method-assign]
