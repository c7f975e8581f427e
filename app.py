"""The app: the one place that assembles the service, and its routes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click
from flask import Blueprint, Flask, Response, current_app, request
from flask.cli import ScriptInfo
from flask.typing import ResponseReturnValue

import inference
from exohabit.fast.wsgi_bypass import Lane, judge
from exohabit.inputs.query_parameters import (
    BESIDES,
    ORDER_BY,
    TOP,
    Query,
    check_count,
    fields_among,
    read_query,
)
from exohabit.outputs import responses
from exohabit.outputs.service_info import ModelInfo, ServiceInfo, describe_model
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError
from exohabit.service import (
    admission,
    auth,
    cli,
    cors,
    errors,
    http_response,
    monitoring,
    openapi,
    rate_limit,
    request_state,
)
from exohabit.service.api_keys import KeysError
from exohabit.service.auth import open_to_all
from exohabit.service.endpoints import BARE_OR_LISTED, LISTED, Operation, describes
from exohabit.service.http_response import reply_json
from exohabit.service.metrics import Stats
from exohabit.service.request_state import exchange
from exohabit.service.settings import TREES, SettingError, Settings
from exohabit.web import card, docs
from inference import Work

PARTS = (
    *(request_state, monitoring, log_writer, http_response, cors, auth, rate_limit),
    *(admission, errors, card, docs, cli),
)
"""What surrounds the routes. Requests meet them in this order, answers in the opposite one."""

api = Blueprint("api", __name__)

ECHOED = fields_among((*responses.Prediction.FIELDS, "input"))
JUDGED = fields_among([*dict.fromkeys(responses.Prediction.FIELDS + responses.Predictions.FIELDS)])
RANKED = fields_among(responses.Ranking.FIELDS)

INDEX = Operation((ServiceInfo,))
HEALTH = Operation((monitoring.Health,))
MODEL = Operation((ModelInfo,))
READY = Operation((monitoring.Readiness,))
STATS = Operation((Stats,))
METRICS = Operation((str,), media_type="text/plain")
OPENAPI = Operation((dict[str, Any],))
PREDICT_FROM_ADDRESS = Operation(
    (responses.Prediction,), query=(*BESIDES, ECHOED), planet_in_query=True
)
PREDICT = Operation(
    (responses.Prediction, responses.Predictions), BARE_OR_LISTED, (*BESIDES, JUDGED)
)
RANK = Operation((responses.Ranking,), LISTED, (*BESIDES, ORDER_BY, TOP, RANKED), is_for_many=True)


@api.get("/")
@open_to_all
@describes(INDEX)
def index() -> ResponseReturnValue:
    """Say what this is and where to go."""
    _query(INDEX).check()
    return reply_json(ServiceInfo(endpoints=_endpoints()))


@api.get("/health")
@open_to_all
@describes(HEALTH)
def health() -> ResponseReturnValue:
    """Say that the service is alive, with which model and columns."""
    _query(HEALTH).check()
    return reply_json(monitoring.Health(model_version=_bundle().version))


@api.get("/ready")
@open_to_all
@describes(READY)
def ready() -> ResponseReturnValue:
    """Say that the service may be asked, having judged known planets; 503 says why not."""
    _query(READY).check()
    return reply_json(monitoring.check_ready(_bundle()))


@api.get("/stats")
@describes(STATS)
def stats() -> ResponseReturnValue:
    """Sum up what the service has done since it was started."""
    _query(STATS).check()
    return reply_json(monitoring.metrics(current_app).stats())


@api.get("/metrics")
@describes(METRICS)
def metrics() -> ResponseReturnValue:
    """Tell the same to Prometheus, and how long requests took."""
    _query(METRICS).check()
    content, media_type = monitoring.metrics(current_app).exposed(exchange().header("ACCEPT"))
    return Response(content, content_type=media_type)


@api.get("/model")
@describes(MODEL)
def model() -> ResponseReturnValue:
    """Describe the model: what it takes, what it means, how right it is, what to cite."""
    _query(MODEL).check()
    return reply_json(describe_model(_bundle().manifest, card.CARD, _settings().max_body))


@api.get("/openapi.json")
@open_to_all
@describes(OPENAPI)
def openapi_document() -> ResponseReturnValue:
    """Describe this API as OpenAPI 3.1; /docs shows the same to people."""
    _query(OPENAPI).check()
    return reply_json(openapi.document(current_app, _bundle()))


@api.get("/predict")
@describes(PREDICT_FROM_ADDRESS)
def predict_from_address() -> ResponseReturnValue:
    """Judge a planet told in the address; what was understood comes back with the answer."""
    return _judge(inference.predict_from_query, PREDICT_FROM_ADDRESS)


@api.post("/predict")
@describes(PREDICT)
def predict() -> ResponseReturnValue:
    """Judge whether a planet, or each of a list, is potentially habitable."""
    return _judge(inference.predict, PREDICT)


@api.post("/rank")
@describes(RANK)
def rank() -> ResponseReturnValue:
    """Rank planets by habitability score, descending; ?top=N keeps the first N."""
    return _judge(inference.rank, RANK)


EXPRESS = {"/predict": (inference.predict, predict), "/rank": (inference.rank, rank)}
"""What may pass Flask by, and the route that does the same."""


class Service(Flask):
    """Flask with an express lane beside it."""

    lane: Lane

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer a request on the lane, else by a route."""
        answer = self.lane.take(environ, start_response)
        return super().wsgi_app(environ, start_response) if answer is None else answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as it is: all are synchronous here, and need not be looked at."""
        return func


def create_app(settings: Settings | None = None, bundle: Bundle | None = None) -> Flask:
    """Assemble the service; load and verify its model, unless a bundle is given.

    A model, a setting or a file of keys that does not hold ends the process with one line that
    says what to do. A `flask` command other than `run` gets an app without a model.
    """
    app = Service(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    app.debug = app.debug and _is_command("run")
    try:
        settings = settings or Settings.read(os.environ)
        if bundle is None and not _is_command():
            bundle = _load(settings)
        app.extensions["exohabit"] = bundle
        app.config["EXOHABIT"] = settings
        for part in PARTS:
            part.init_app(app)
    except (SettingError, BundleError, KeysError) as error:
        sys.exit(f"ExoHabit does not start. {error}")
    app.register_blueprint(api)
    app.lane = Lane(app, EXPRESS)
    return app


def _load(settings: Settings) -> Bundle:
    by_trees = settings.engine == TREES
    return Bundle.load(settings.model_root, by_trees=by_trees, sha256=settings.model_sha256)


def _is_command(name: str | None = None) -> bool:
    """Whether this runs as a `flask` command: as that of a name, else as any but `run`."""
    context = click.get_current_context(silent=True)
    if context is None or context.find_object(ScriptInfo) is None:
        return False
    return context.info_name == name if name else context.info_name != "run"


def _judge(work: Work, operation: Operation) -> Response:
    query, has_body = _query(operation), bool(operation.body)
    content, headers = judge(current_app, exchange(), work, query, has_body=has_body)
    return Response(content, headers=headers)


def _bundle() -> Bundle:
    return monitoring.bundle_of(current_app)


def _settings() -> Settings:
    settings: Settings = current_app.config["EXOHABIT"]
    return settings


def _query(operation: Operation) -> Query:
    """Read the query parameters of the current request as an operation takes them.

    Most requests have none, and parsing an empty query would take longer than the rest of this.
    """
    check_count(request.query_string)
    pairs = list(request.args.items(multi=True)) if request.query_string else []
    return read_query(pairs, operation.query, planet=operation.planet_in_query)


def _endpoints() -> list[dict[str, str]]:
    views = current_app.view_functions
    return [
        {"method": method, "path": rule.rule, "summary": (views[rule.endpoint].__doc__ or "")}
        for rule in current_app.url_map.iter_rules()
        if not rule.arguments
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


if __name__ == "__main__":
    app = create_app()
    ours: Settings = app.config["EXOHABIT"]
    host, port = os.environ.get("HOST", ours.host), int(os.environ.get("PORT", ours.port))
    app.run(host, port, debug=False)
