"""Errors of a run, with messages for the terminal."""

from __future__ import annotations


class BulkError(Exception):
    """A run that cannot start or finish; the message says what to do."""


class FormatError(BulkError):
    """The format of a file is unknown, or its content is not of that format."""


class ResumeError(BulkError):
    """An earlier run cannot be continued, because something has changed since."""


class WorkerError(BulkError):
    """A process cannot score for this run: its model or its libraries differ."""


class InvalidRows(BulkError):
    """Rows of the input have problems, and these are not to be skipped."""
