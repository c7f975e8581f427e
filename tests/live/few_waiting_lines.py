"""The app, in which few lines of the log may wait to be written."""

from __future__ import annotations

from app import create_app
from exohabit.service import log_writer

__all__ = ["create_app"]
log_writer._MAX_WAITING = 1_000
