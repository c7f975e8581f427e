"""The app: the one place that assembles the service, and its routes."""

from __future__ import annotations

import os
import sys

import click
from flask import Blueprint, Flask, current_app, request
from flask.cli import ScriptInfo
from flask.typing import ResponseReturnValue

import answers
from parameters import Parameters, check_parameters, read_top
from scoring import Bundle, BundleError
from service import commands, errors, monitoring
from service.bodies import json_response, read_body
from service.config import SettingError, Settings
from utils import parse_planets

ABOUT = (
    "ExoHabit says how likely a planet is to be potentially habitable: of a size that can be "
    "rocky or ocean-covered, and lit so that liquid water could last. It never says inhabited."
)

api = Blueprint("api", __name__)


@api.get("/")
def index() -> ResponseReturnValue:
    """Say what this is and where to go."""
    check_parameters(_parameters(), ())
    about = {"service": "ExoHabit", "about": ABOUT, "endpoints": _endpoints()}
    return json_response({"status": "success", **about})


@api.get("/health")
def health() -> ResponseReturnValue:
    """Say that the service is alive, with which model and columns."""
    check_parameters(_parameters(), ())
    return json_response(monitoring.health(_bundle().version))


@api.post("/predict")
def predict() -> ResponseReturnValue:
    """Judge whether a planet, or each of a list, is potentially habitable."""
    planets = parse_planets(_body(), _parameters(), one_allowed=True)
    return json_response(answers.predict(_bundle(), planets))


@api.post("/rank")
def rank() -> ResponseReturnValue:
    """Rank planets by habitability score, descending; ?top=N keeps the first N."""
    parameters = _parameters()
    planets = parse_planets(_body(), parameters, allowed=("top",), one_allowed=False)
    return json_response(answers.rank(_bundle(), planets, read_top(parameters)))


def create_app(settings: Settings | None = None, bundle: Bundle | None = None) -> Flask:
    """Assemble the service; load and verify its model, unless a bundle is given.

    A model or setting that does not hold ends the process with one line that says what to do.
    A `flask` command other than `run` gets an app without a model.
    """
    app = Flask(__name__, static_folder=None)
    try:
        settings = settings or Settings.read(os.environ)
        if bundle is None and _will_serve():
            bundle = Bundle.load(settings.model_root, settings.model_threads)
    except (SettingError, BundleError) as error:
        sys.exit(f"ExoHabit does not start. {error}")
    app.extensions["exohabit"] = bundle
    app.config["EXOHABIT"] = settings
    for part in (monitoring, errors, commands):
        part.init_app(app)
    app.register_blueprint(api)
    return app


def _will_serve() -> bool:
    context = click.get_current_context(silent=True)
    if context is None or context.find_object(ScriptInfo) is None:
        return True
    return context.info_name == "run"


def _bundle() -> Bundle:
    bundle: Bundle = current_app.extensions["exohabit"]
    return bundle


def _body() -> bytes:
    return read_body(request, current_app.config["EXOHABIT"].max_body)


def _parameters() -> Parameters:
    return list(request.args.items(multi=True))


def _endpoints() -> list[dict[str, str]]:
    return [
        {
            "method": method,
            "path": rule.rule,
            "summary": (current_app.view_functions[rule.endpoint].__doc__ or "").strip(),
        }
        for rule in current_app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


if __name__ == "__main__":
    create_app().run(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "5000")))
