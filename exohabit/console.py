"""Console: the command `exohabit`, which scores files, describes the model, renews the catalogue."""

from __future__ import annotations

import os

import click

from exohabit import __version__
from exohabit.catalog.commands import catalog
from exohabit.custom_model.commands import model
from exohabit.science.columns import COLUMNS, Column
from exohabit.scoring.manifest import MODEL, BundleError, read_manifest
from exohabit.service.settings import FAST_ENGINES, SettingError, Settings
from exohabit.service.startup import explain

try:
    from exohabit.bulk.commands import model_in, score_command
    from exohabit.bulk.jobs import Model
except ModuleNotFoundError as error:  # the serving environment has no pyarrow
    _ABSENT: str | None = error.name
else:
    _ABSENT = None


@click.group()
@click.version_option(__version__, prog_name="exohabit")
def main() -> None:
    """ExoHabit predicts how likely planets are to be potentially habitable."""


main.add_command(catalog)
main.add_command(model)


def _read_settings() -> Settings:
    try:
        return Settings.read(os.environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from error


if _ABSENT is None:

    def _find_model() -> Model:
        """Return the model that the service would use."""
        settings = _read_settings()
        try:
            return model_in(
                settings.model_root,
                settings.model_sha256,
                fast_engines=settings.engine == FAST_ENGINES,
            )
        except BundleError as error:
            raise click.ClickException(explain(error, settings)) from error

    main.add_command(score_command(_find_model))
else:

    @main.command(context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1)
    def score(arguments: tuple[str, ...]) -> None:
        """Score the planets in a file of any size (needs the extra `bulk`)."""
        raise click.ClickException(
            f"{_ABSENT} is not installed: pip install 'exohabit[bulk]', or, in a checkout, "
            "pip install -r requirements-bulk.txt"
        )


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
