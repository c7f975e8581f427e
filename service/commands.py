"""Commands: what an operator asks of the service from a shell, as `flask <command>`."""

from __future__ import annotations

from dataclasses import asdict

import click
from flask import Flask, current_app

from scoring import Bundle, BundleError
from service.config import PREFIX


def init_app(app: Flask) -> None:
    """Add the commands to the app."""
    app.cli.add_command(check)
    app.cli.add_command(config)


@click.command()
def check() -> None:
    """Verify the model as at start-up; fail with one line if it does not hold."""
    settings = current_app.config["EXOHABIT"]
    try:
        bundle = Bundle.load(settings.model_root, settings.model_threads)
    except BundleError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Model {bundle.version} holds.")


@click.command()
def config() -> None:
    """Print the settings in force."""
    for name, value in asdict(current_app.config["EXOHABIT"]).items():
        text = ",".join(value) if isinstance(value, tuple) else value
        click.echo(f"{PREFIX}{name.upper()}={text}")
