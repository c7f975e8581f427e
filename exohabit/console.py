"""Console: the command `exohabit`, which describes the model and renews the catalogue."""

from __future__ import annotations

import os

import click

from exohabit import __version__
from exohabit.catalog.commands import catalog
from exohabit.custom_model.commands import model
from exohabit.science.columns import COLUMNS, Column
from exohabit.scoring.manifest import MODEL, BundleError, read_manifest
from exohabit.service.settings import SettingError, Settings
from exohabit.service.startup import explain


@click.group()
@click.version_option(__version__, prog_name="exohabit")
def main() -> None:
    """ExoHabit predicts how likely planets are to be potentially habitable."""


main.add_command(catalog)
main.add_command(model)


@main.command()
def info() -> None:
    """Print the version, SHA-256 and threshold of the model, and its input columns."""
    try:
        settings = Settings.read(os.environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from error
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
