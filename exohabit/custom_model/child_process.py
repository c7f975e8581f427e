"""Child process: runs the modules that read a user's files, and reports an error in one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import exohabit
from exohabit.custom_model.refusal import Refused, short_ascii

REFUSED_STATUS = 3
_OUT_OF_TIME = "SIGPROF"
"""The signal of `process_limits.limit_cpu`."""
_TOO_LONG = "reading it took too long, so it is damaged or too large"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_ROOT = Path(exohabit.__file__).resolve().parent.parent


@contextmanager
def refuse_in_one_line() -> Iterator[None]:
    """End the process with the text of a refusal on standard error."""
    try:
        yield
    except Refused as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED_STATUS)
    except OSError as error:
        print(f"a file cannot be read or written ({error.strerror})", file=sys.stderr)
        sys.exit(REFUSED_STATUS)
    except (MemoryError, RecursionError) as error:
        print(f"it is damaged, or needs too much memory ({type(error).__name__})", file=sys.stderr)
        sys.exit(REFUSED_STATUS)


def run_module(
    module: str,
    arguments: Sequence[str],
    environ: dict[str, str],
    seconds: float,
    content: bytes = b"",
) -> bytes:
    """Run a module in a process of its own, and return what it writes to standard output.

    Raises:
        Refused: it refuses, dies or takes too long.
    """
    # Without -P, a file in the current folder could be imported instead of a library.
    command = [sys.executable, "-P", "-m", module, *arguments]
    paths = os.pathsep.join(filter(None, (str(_ROOT), environ.get("PYTHONPATH"))))
    environ = environ | {"PYTHONPATH": paths} | dict.fromkeys(_ONE_THREAD, "1")
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, input=content, capture_output=True, env=environ, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(_TOO_LONG) from error
    if done.returncode == REFUSED_STATUS:
        raise Refused(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    if done.returncode:
        ending = _ending(done)
        raise Refused(_TOO_LONG if ending == _OUT_OF_TIME else f"it is damaged ({ending})")
    return done.stdout


def _ending(done: subprocess.CompletedProcess[bytes]) -> str:
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return short_ascii(lines[-1]) if lines else f"exit code {done.returncode}"
