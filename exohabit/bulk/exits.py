"""Exits: how errors and signals end the command, with a message and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import click

from exohabit.bulk.errors import BulkError
from exohabit.bulk.file_formats import STANDARD
from exohabit.bulk.part_files import MANIFEST
from exohabit.bulk.paths import parts_folder_of
from exohabit.inputs.problems import InvalidInput, RequestError

_BY_SIGNAL = 128
"""A process that a signal ends has this exit code plus the number of the signal."""


@contextmanager
def explain_errors(target: str) -> Iterator[None]:
    """Turn errors and signals into a message and an exit code.

    Args:
        target: path of the output, or `STANDARD`.
    """
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"interrupted, nothing was written{_resume(target)}", err=True)
        sys.exit(_BY_SIGNAL + signal.SIGINT)
    except _Terminated:
        click.echo(f"terminated, nothing was written{_resume(target)}", err=True)
        sys.exit(_BY_SIGNAL + signal.SIGTERM)
    except InvalidInput as error:
        raise click.ClickException("\n".join(_listed(error))) from error
    except RequestError as error:
        raise click.ClickException(error.file_message) from error
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        raise click.ClickException(f"{error}: nothing was written{_resume(target)}") from error
    except BulkError as error:
        raise click.ClickException(str(error)) from error
    finally:
        signal.signal(signal.SIGTERM, before)


def _resume(target: str) -> str:
    """Return what to say of `--resume`: nothing if the run has not begun."""
    if target == STANDARD:
        return ""
    # Path.exists would raise an error for a name that is too long.
    has_begun = os.path.exists(parts_folder_of(target) / MANIFEST)  # noqa: PTH110
    return "; --resume continues the run" if has_begun else ""


class _Terminated(BaseException):
    """SIGTERM was received."""


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated


def _listed(error: InvalidInput) -> Iterator[str]:
    yield error.message
    for problem in error.problems[1:]:
        yield f"  {problem.message}"
