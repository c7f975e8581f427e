"""Shortcuts that make answers faster and never change them.

Only `app.py` imports this package, and the service works without it (EXOHABIT_FAST=off). Code that
decides what an answer contains belongs in `inputs`, `outputs` or `service`.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from exohabit.fast.few_planets import predict_few, rank_few
from exohabit.fast.wsgi_bypass import WsgiBypass
from exohabit.outputs.inference_types import Handler
from exohabit.service.app_state import app_state
from exohabit.service.operation import Operation


def init_app(
    app: Flask, predict: Handler, rank: Handler, operations: Mapping[str, Operation]
) -> None:
    """Answer POST requests to the paths of `operations` without Flask, and register shortcuts."""
    app_state(app).shortcuts |= {predict: predict_few, rank: rank_few}
    app.wsgi_app = WsgiBypass(app, operations)  # type: ignore[method-assign]
