"""Commands: `exohabit model adopt`."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import click
import msgspec

from exohabit.custom_model.child_process import run_module
from exohabit.custom_model.refusal import Refused, shown
from exohabit.custom_model.request import AdoptionRequest
from exohabit.custom_model.target_folder import check_folder
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


@model.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "--columns",
    type=click.Path(path_type=Path),
    help="Pickled or JSON list of the names of its columns, in order; not needed if the model was "
    "trained on a DataFrame.",
)
@click.option("--into", type=click.Path(path_type=Path), required=True, help="Folder to write.")
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
def adopt(
    model: Path,
    columns: Path | None,
    into: Path,
    name: str | None,
    threshold: float,
    ordinals: dict[str, str],
) -> None:
    """Check a model that you have trained, and write a folder that the service can serve.

    MODEL is a pickled XGBClassifier or Booster, or a model saved by XGBoost. Nothing in it is
    executed.
    """
    name = shown((name or model.stem).strip()[:_MAX_NAME]) or "model"
    request = AdoptionRequest(name, threshold, str(into.absolute()), ordinals)
    try:
        check_folder(into)
        adopted = _adopt(model, columns, request)
    except Refused as error:
        raise click.ClickException(f"{model} is not adopted: {error}") from error
    _report(adopted, into)


def _adopt(model: Path, columns: Path | None, request: AdoptionRequest) -> Manifest:
    """Adopt a model in two processes: one reads the files, the other loads the model."""
    package = __package__ or ""
    with tempfile.TemporaryDirectory(prefix="exohabit-") as folder:
        files = [str(path.absolute()) for path in (model, columns) if path is not None]
        environ = dict(os.environ)
        run_module(f"{package}.extraction", [folder, *files], environ, _READ_SECONDS)
        content = msgspec.json.encode(request)
        answer = run_module(f"{package}.adoption", [folder], environ, _ADOPT_SECONDS, content)
    return msgspec.json.decode(answer, type=Manifest)


def _report(manifest: Manifest, into: Path) -> None:
    custom = manifest.custom
    if custom is None:
        raise TypeError("the manifest is not that of an adopted model")
    click.echo(f"Adopted {custom.name} as version {manifest.model_version}, and checked it.")
    engine = "the fast engines, bit-identical" if custom.fast_engines else "XGBoost alone"
    click.echo(f"{manifest.size['trees']} trees; scored by {engine}.")
    for column in custom.columns:
        click.echo(f"  {shown(column.name)}: {shown(column.meaning)}")
    for note in custom.notes:
        click.echo(note)
    click.echo(f"Serve it with: EXOHABIT_MODEL_ROOT={into} make run")
