"""Console: the command `exohabit`: scores files, describes the model, renews the catalogue."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from exohabit import __version__
from exohabit.catalog.commands import catalog
from exohabit.custom_model.commands import model
from exohabit.science.columns import COLUMNS, Column
from exohabit.scoring.manifest import MODEL, BundleError, read_manifest
from exohabit.service.settings import FAST_ENGINES, SettingError, Settings
from exohabit.service.startup import explain


class _Commands(click.Group):
    """The commands; `score` is loaded only when it is needed.

    It needs pyarrow, which is not in the serving environment, and it loads XGBoost.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "score"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _load_score() if cmd_name == "score" else super().get_command(ctx, cmd_name)


def _load_score() -> click.Command:
    try:
        commands: Any = import_module("exohabit.bulk.commands")
    except ModuleNotFoundError as error:
        return _refuse_score(error.name or "a package")
    command: click.Command = commands.score_command(lambda: _find_model(commands))
    return command


def _refuse_score(absent: str) -> click.Command:
    """Return a command that says which package is not installed."""
    remedy = (
        "in the project's folder, pip install '.[bulk]', or pip install -r requirements-bulk.txt"
    )

    @click.command(
        "score",
        context_settings={"ignore_unknown_options": True},
        short_help="Score the planets in a file of any size (needs the extra `bulk`).",
        help="Score the planets in a file of any size: exohabit score IN OUT\n\n"
        f"This needs the extra `bulk`: {remedy}.\n\n"
        "docs/bulk.md describes the options and the formats.",
    )
    @click.argument("arguments", nargs=-1, metavar="IN OUT")
    def score(arguments: tuple[str, ...]) -> None:  # noqa: ARG001 - click passes them by name
        raise click.ClickException(f"{absent} is not installed: {remedy}")

    return score


def _find_model(commands: Any) -> Any:
    """Return the model that the service would use."""
    settings = _read_settings()
    fast = settings.engine == FAST_ENGINES
    try:
        return commands.model_in(settings.model_root, settings.model_sha256, fast_engines=fast)
    except BundleError as error:
        raise click.ClickException(explain(error, settings)) from error


def _read_settings() -> Settings:
    try:
        return Settings.read(os.environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from error


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="exohabit")
def main() -> None:
    """ExoHabit predicts how likely planets are to be potentially habitable."""


main.add_command(catalog)
main.add_command(model)


@main.command()
def info() -> None:
    """Print the version, SHA-256 and threshold of the model, and its input columns."""
    settings = _read_settings()
    try:
        manifest = read_manifest(settings.model_root, settings.model_sha256)
    except BundleError as error:
        raise click.ClickException(explain(error, settings)) from error
    click.echo(f"model version  {manifest.model_version}")
    click.echo(f"SHA-256        {manifest.files[MODEL.as_posix()]}")
    click.echo(f"threshold      {manifest.threshold}\n")
    for row in [("column", "unit", "range", "meaning"), *map(_row, COLUMNS)]:
        click.echo("{:<13}{:<20}{:<20}{}".format(*row))


def _row(column: Column) -> tuple[str, str, str, str]:
    low_to_high = "{:g} to {:g}".format(*column.range) if column.range else ""
    return column.name, column.unit, low_to_high, column.meaning
