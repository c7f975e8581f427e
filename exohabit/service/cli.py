"""Commands of the operator: `flask keys`, `flask check` and `flask config`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError
from exohabit.service.api_keys import KeysError, new_key, read_keys, revoke_key
from exohabit.service.app_state import app_state
from exohabit.service.settings import PREFIX, table
from exohabit.service.startup import explain


def init_app(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(check)
    app.cli.add_command(config)
    app.cli.add_command(keys)


@click.command()
def check() -> None:
    """Check the model and the keys as at start-up; fail with one line if they cannot be used."""
    settings = app_state().settings
    with _errors_in_one_line():
        if settings.keys_file:
            read_keys(settings.keys_file)
        bundle = Bundle.load(**settings.bundle_options)
        bundle.for_many(settings.model_threads)
    click.echo(f"Model {bundle.version} is valid.")


@click.command()
@click.option(
    "--markdown",
    is_flag=True,
    help="Print the table of the documentation instead.",
)
def config(markdown: bool) -> None:
    """Print the current settings, with passwords masked."""
    if markdown:
        click.echo(table())
        return
    settings = app_state().settings
    for name, text in settings.described():
        click.echo(f"{name}={text}")


keys = AppGroup("keys", help="Create, list and revoke API keys.")


@keys.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 36500), help="Days until it expires; default never.")
def new(name: str, days: int | None) -> None:
    """Create a key and print it; it cannot be printed again."""
    with _errors_in_one_line():
        text = new_key(_file(), name, timedelta(days=days) if days else None)
    click.echo(text)


@keys.command(name="list")
def list_() -> None:
    """List the keys by name."""
    with _errors_in_one_line():
        found = read_keys(_file())
    now = datetime.now(UTC)
    for key in found:
        until = f"expires {key.expires:%Y-%m-%d %H:%M} UTC" if key.expires else "never expires"
        expired = " (expired)" if key.is_expired(now) else ""
        click.echo(f"{key.name}  created {key.created:%Y-%m-%d}  {until}{expired}")


@keys.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke a key; running services follow within seconds."""
    with _errors_in_one_line():
        revoke_key(_file(), name)
    click.echo(f"{name} is revoked.")


def _file() -> Path:
    settings = app_state().settings
    if settings.keys_file is None:
        raise KeysError(f"{PREFIX}KEYS_FILE is not set")
    return settings.keys_file


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except (BundleError, KeysError) as error:
        raise click.ClickException(explain(error, app_state().settings)) from error
