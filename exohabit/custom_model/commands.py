"""Commands: `exohabit model adopt`."""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import msgspec

from exohabit.custom_model.adoption_request import AdoptionRequest
from exohabit.custom_model.child_process import run_module
from exohabit.custom_model.refusal import Refused, printable, short_ascii
from exohabit.custom_model.target_folder import check_folder
from exohabit.scoring.custom_columns import describe
from exohabit.scoring.manifest import Manifest

_READ_SECONDS, _ADOPT_SECONDS = 60.0, 600.0
_MAX_NAME = 100
_LETTERS = re.compile(r"[A-Z](?:,[A-Z])+")


@click.group()
def model() -> None:
    """Serve a model of your own."""


def _read_ordinals(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> dict[str, str]:
    ordinals = {}
    for text in texts:
        name, _, letters = text.partition("=")
        if not _LETTERS.fullmatch(letters) or len({*letters.split(",")}) < len(letters.split(",")):
            raise click.BadParameter("expected COLUMN=O,B,A,F,G,K,M: different letters from 0 on")
        ordinals[name] = letters.replace(",", "")
    return ordinals


def _check_threshold(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    if not 0.0 <= value <= 1.0:  # click's own range lets NaN pass
        raise click.BadParameter("expected a number from 0 to 1")
    return value


def _check_into(_context: click.Context, _parameter: click.Parameter, path: Path) -> Path:
    """Refuse a name with bytes that are not UTF-8, which settings cannot name."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter("expected a name in UTF-8") from error
    return path.absolute()


@model.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "--columns",
    type=click.Path(path_type=Path),
    help="Pickled or JSON list of the names of its columns, in order; not needed if the model was "
    "trained on a DataFrame.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    required=True,
    callback=_check_into,
    help="Folder to write.",
)
@click.option("--name", help="What to call the model; by default the name of its file.")
@click.option(
    "--threshold",
    type=float,
    default=0.5,
    callback=_check_threshold,
    show_default=True,
    help="Score from which the prediction is 1.",
)
@click.option(
    "--ordinal",
    "ordinals",
    multiple=True,
    callback=_read_ordinals,
    metavar="COLUMN=O,B,A,F,G,K,M",
    help="A column with the star's class as a number: the position of its letter, from 0.",
)
@click.option(
    "--unknown-type",
    metavar="COLUMN",
    help="The one-hot column that is 1 where the spectral type is not known, or: none. Needed if "
    "the names do not tell.",
)
@click.option(
    "--whole-types",
    is_flag=True,
    help="The one-hot columns are whole spectral types, although all of them are short.",
)
def adopt(model: Path, columns: Path | None, into: Path, name: str | None, **options: Any) -> None:
    """Check a model that you have trained, and write a folder that the service can serve.

    MODEL is a pickled XGBClassifier or Booster, or a model saved by XGBoost. Nothing in it is
    executed.
    """
    name = printable((name or model.stem).strip()[:_MAX_NAME]) or "model"
    request = AdoptionRequest(name=name, **options)
    try:
        check_folder(into)
        adopted = _adopt(model, columns, into, request)
    except Refused as error:
        raise click.ClickException(f"{printable(str(model))} is not adopted: {error}") from error
    _report(adopted, into)


def _adopt(model: Path, columns: Path | None, into: Path, request: AdoptionRequest) -> Manifest:
    """Adopt a model in two processes: one reads the files, the other loads the model."""
    package = __package__ or ""
    with _temporary_folder() as folder:
        files = [str(path.absolute()) for path in (model, columns) if path is not None]
        environ = dict(os.environ)
        run_module(f"{package}.extraction", [folder, *files], environ, _READ_SECONDS)
        content = msgspec.json.encode(request)
        folders = [folder, str(into)]
        answer = run_module(f"{package}.adoption", folders, environ, _ADOPT_SECONDS, content)
    return msgspec.json.decode(answer, type=Manifest)


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="exohabit-")
    except OSError as error:
        raise Refused(f"no temporary folder can be made ({error.strerror})") from error


def _report(manifest: Manifest, into: Path) -> None:
    custom = manifest.custom
    if custom is None:
        raise TypeError("the manifest is not that of an adopted model")
    engine = "the fast engines, bit-identical" if custom.fast_engines else "XGBoost alone"
    lines = [
        f"Adopted {custom.name} as version {manifest.model_version}, and checked it.",
        f"{manifest.size['trees']} trees; scored by {engine}.",
        *(f"  {short_ascii(column.name)}: {describe(column)}" for column in custom.columns),
        *custom.notes,
        f"Serve it, in ExoHabit's folder, with: {_serve_command(into, sys.platform)}",
    ]
    encoding = sys.stdout.encoding or "ascii"
    click.echo("\n".join(lines).encode(encoding, "backslashreplace").decode(encoding))


def _serve_command(into: Path, platform: str) -> str:
    """Return the command for the usual shell: PowerShell on Windows, sh elsewhere."""
    if platform == "win32":
        quoted = str(into).replace("'", "''")
        return f"$env:EXOHABIT_MODEL_ROOT = '{quoted}'; python app.py"
    return f"EXOHABIT_MODEL_ROOT={shlex.quote(str(into))} make run"
