"""The app: `create_app` assembles the service, and the routes are below it."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path

import click
from flask import Blueprint, Flask, Response, current_app, request
from flask.cli import ScriptInfo
from flask.typing import ResponseReturnValue

import inference
from exohabit import fast
from exohabit.catalog.known_planets import KnownPlanets
from exohabit.catalog.routes import planets
from exohabit.catalog.scored_catalog import score_in_new_process
from exohabit.catalog.scoring import score_rows
from exohabit.catalog.snapshot import NoCatalog
from exohabit.inputs.query_parameters import (
    EXTRAS_PARAMETERS,
    MIN_SCORE,
    ON_INVALID,
    ORDER_BY,
    TOP,
    UNSCORED,
    fields_among,
    keep_beside,
)
from exohabit.outputs import response_types
from exohabit.outputs.service_info import (
    Endpoint,
    ModelInfo,
    ServiceInfo,
    describe_model,
    describe_service,
)
from exohabit.scoring.bundle import Bundle
from exohabit.service import (
    access_log,
    auth,
    cli,
    cors,
    errors,
    gauges,
    http_response,
    log_writer,
    rate_limit,
    request_state,
    startup,
)
from exohabit.service.admission import Admission
from exohabit.service.app_state import EXTENSION, AppState, app_state
from exohabit.service.dispatch import respond
from exohabit.service.health import Health, Readiness, check_ready, loaded_bundle
from exohabit.service.http_response import reply_json
from exohabit.service.metrics import Metrics
from exohabit.service.openapi.description import describe_api
from exohabit.service.openapi.document import OpenAPIDocument
from exohabit.service.operation import (
    LISTED_PLANETS,
    ONE_OR_LISTED_PLANETS,
    PAGE,
    Operation,
    declare,
    operations,
    views,
)
from exohabit.service.request_state import Hooks, current_state
from exohabit.service.settings import SHARED, Settings
from exohabit.service.shared_folder import new_folder
from exohabit.service.stats import Stats
from exohabit.web import (
    assets,
    card,
    docs,
    echarts,
    error_pages,
    pages,
    table_page,
    try_page,
    zone_map,
)
from exohabit.web.planet_query import PLANET

_PREDICTED = (*response_types.Prediction.FIELDS, *response_types.Predictions.FIELDS)
PREDICT_QUERY = Operation(
    (response_types.EchoedPrediction,),
    query=(*EXTRAS_PARAMETERS, fields_among((*response_types.Prediction.FIELDS, "input"))),
    planet_in_query=True,
    tag="Planets",
    is_cacheable=True,
    handler=inference.predict_from_query,
)
PREDICT = Operation(
    (response_types.Prediction, response_types.Predictions),
    ONE_OR_LISTED_PLANETS,
    (
        *EXTRAS_PARAMETERS,
        ON_INVALID,
        fields_among(_PREDICTED),
        keep_beside((*response_types.Prediction.__struct_fields__, *_PREDICTED)),
    ),
    tag="Planets",
    handler=inference.predict,
)
RANK = Operation(
    (response_types.Ranking,),
    LISTED_PLANETS,
    (
        *EXTRAS_PARAMETERS,
        *(ORDER_BY, TOP, MIN_SCORE, UNSCORED, ON_INVALID),
        fields_among(response_types.Ranking.FIELDS),
        keep_beside(response_types.Ranking.FIELDS),
    ),
    is_for_many=True,
    tag="Planets",
    handler=inference.rank,
)

ABOUT_A_PLANET = Operation(
    query=(PLANET,), planet_in_query=True, is_page=True, handler=inference.predict_from_query
)

api = Blueprint("api", __name__)


def create_app(settings: Settings | None = None, bundle: Bundle | None = None) -> Flask:
    """Assemble the service; load and verify its model, unless a bundle is given.

    A wrong setting, model or keys file ends the process with one line for each problem. A `flask`
    command other than `run` gets an app without a model.
    """
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    app.debug = app.debug and _is_command("run")
    settings = settings or startup.read_settings()
    with startup.stop_on_error(settings):
        if bundle is None and not _is_command():
            bundle = Bundle.load(**settings.bundle_options)
        _assemble(app, settings, bundle)
    for blueprint in (api, planets, pages.pages, assets.assets, card.card, docs.docs):
        app.register_blueprint(blueprint)
    for blueprint in (table_page.table, zone_map.zone_map, echarts.echarts):
        app.register_blueprint(blueprint)
    return app


def _assemble(app: Flask, settings: Settings, bundle: Bundle | None) -> None:
    """Add everything around the routes. Requests meet it in this order, answers in reverse."""
    metrics = Metrics(bundle.version if bundle else "none", settings.keys_file)
    model_card = card.read_card(settings.model_root / "models")
    hooks = Hooks(app)
    app.extensions[EXTENSION] = AppState(
        settings=settings,
        bundle=bundle,
        metrics=metrics,
        hooks=hooks,
        admission=Admission(settings, bundle, metrics),
        known_planets=_known_planets(settings, bundle),
        card=model_card,
    )
    if settings.fast == "on":
        # Before auth, whose ProxyFix must wrap it.
        fast.init_app(app, inference.predict, inference.rank, {"/predict": PREDICT, "/rank": RANK})
    request_state.init_app(app, hooks)
    pages.init_app(app)
    error_pages.init_app(app)
    for part in (access_log, log_writer, http_response, cors, auth, rate_limit, errors, cli):
        part.init_app(app)
    gauges.init_app(app)
    app.before_request(request_state.read_current_query)


def _known_planets(settings: Settings, bundle: Bundle | None) -> KnownPlanets:
    """Return the catalogue: open if the server has made it, otherwise opened when it is needed."""
    shared = os.environ.get(SHARED)
    known = KnownPlanets(
        settings.catalog,
        Path(shared) if shared else None,
        bundle.version if bundle else "none",
        partial(score_rows, bundle) if bundle else score_in_new_process,
        new_folder,
    )
    with suppress(NoCatalog):  # reported by the requests that need it
        if shared:
            known.current()
    return known


def _is_command(name: str | None = None) -> bool:
    """Whether this is a `flask` command: the named one, or any except `run`."""
    context = click.get_current_context(silent=True)
    if context is None or context.find_object(ScriptInfo) is None:
        return False
    return context.info_name == name if name else context.info_name != "run"


@api.get("/")
@declare(Operation((ServiceInfo,), is_open=True, page=ABOUT_A_PLANET))
def index() -> ResponseReturnValue:
    """Describe the service and list its endpoints."""
    if pages.is_page():
        return try_page.show_page()
    return reply_json(
        ServiceInfo(about=describe_service(_bundle().manifest), endpoints=_endpoints())
    )


@api.get("/answer")
@declare(ABOUT_A_PLANET)
def answer() -> ResponseReturnValue:
    """Answer about one planet as a part of the page at /."""
    return try_page.show_planet()


@api.get("/health")
@declare(Operation((Health,), is_open=True))
def health() -> ResponseReturnValue:
    """Tell that the service is alive, and its model and columns."""
    return reply_json(Health(model_version=_bundle().version))


@api.get("/ready")
@declare(Operation((Readiness,), is_open=True))
def ready() -> ResponseReturnValue:
    """Tell whether the service is ready for requests; score known planets to find out."""
    return reply_json(check_ready(app_state()))


@api.get("/stats")
@declare(Operation((Stats,)))
def stats() -> ResponseReturnValue:
    """Return usage statistics since the service was started."""
    return reply_json(app_state().metrics.stats())


@api.get("/metrics")
@declare(Operation((str,), media_type="text/plain"))
def metrics() -> ResponseReturnValue:
    """Return the statistics and the duration of requests for Prometheus."""
    content, media_type = app_state().metrics.exposition(current_state().header("ACCEPT"))
    return Response(content, content_type=media_type)


@api.get("/model")
@declare(Operation((ModelInfo,), is_cacheable=True))
def model() -> ResponseReturnValue:
    """Describe the model: its inputs, its meaning, its accuracy and what to cite."""
    settings = app_state().settings
    address, body_bytes = request.script_root + card.CARD, settings.max_body_mib * 2**20
    return reply_json(describe_model(_bundle().manifest, address, body_bytes))


@api.get("/openapi.json")
@declare(Operation((OpenAPIDocument,), is_open=True, is_cacheable=True))
def openapi_document() -> ResponseReturnValue:
    """Describe this API as OpenAPI 3.1; /docs shows the same as a page."""
    return reply_json(describe_api(current_app, _bundle()))


@api.get("/predict")
@declare(PREDICT_QUERY)
def predict_from_address() -> ResponseReturnValue:
    """Score a planet given in the query; the answer repeats how it was understood."""
    return respond()


@api.post("/predict")
@declare(PREDICT)
def predict() -> ResponseReturnValue:
    """Predict whether a planet, or each planet of a list, is potentially habitable."""
    return respond()


@api.post("/rank")
@declare(RANK)
def rank() -> ResponseReturnValue:
    """Rank planets by habitability score, descending; ?top=N keeps the first N."""
    return respond()


def _bundle() -> Bundle:
    return loaded_bundle(app_state())


def _endpoints() -> list[Endpoint]:
    described = [view for view, _ in operations(current_app).values()]
    return [
        Endpoint(method, path, view.__doc__ or "")
        for path, method, view in views(current_app)
        if view in described or not ("{" in path or getattr(view, "operation", PAGE).is_page)
    ]


if __name__ == "__main__":
    app = create_app()
    settings = app_state(app).settings
    startup.find_address(settings)
    app.run(settings.host, settings.port, debug=False)
