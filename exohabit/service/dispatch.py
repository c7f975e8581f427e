"""Dispatch: the steps of every prediction: admit, read, infer, charge, reply."""

from __future__ import annotations

from flask import Response

from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import Handler, InferenceRequest, InferenceResult
from exohabit.scoring.bundle import Bundle
from exohabit.service.app_state import AppState, app_state
from exohabit.service.health import NO_MODEL, NotReady
from exohabit.service.http_response import preferred_type, reply
from exohabit.service.request_body import check_body_headers, read_body
from exohabit.service.request_state import Headers, RequestState, current_state


def respond(handler: Handler | None = None) -> Response:
    """Answer the current request by a handler, by default that of its operation."""
    content, headers = infer(app_state(), current_state(), handler)
    return Response(content, headers=headers)


def infer(
    app: AppState, state: RequestState, handler: Handler | None = None
) -> tuple[bytes, Headers]:
    """Return the encoded answer to a request, and its headers.

    Raises:
        HTTPException, RequestError: the request is refused.
    """
    if app.bundle is None:
        raise NotReady(NO_MODEL)
    return reply(state, run(app, state, app.bundle, preferred_type(state), handler))


def run(
    app: AppState,
    state: RequestState,
    bundle: Bundle,
    answer_type: str,
    handler: Handler | None = None,
) -> InferenceResult:
    """Let a handler answer a request in a media type, and charge the client for it.

    Raises:
        HTTPException, RequestError: the request is refused.
    """
    query, operation, look_up = state.query, state.operation, app.known_planets.look_up
    if operation is not None:
        handler = handler or operation.handler
    if operation is None or handler is None:
        raise TypeError(f"{state.route} has no handler")
    try:
        content, media_type = _read_body(app, state) if operation.body else (b"", JSON)
        request = InferenceRequest(content, media_type, query, answer_type, look_up)
        # A large body would hold Python's lock for too long here.
        shortcut = None if state.has_slot else app.shortcuts.get(handler)
        result = shortcut(bundle, request) if shortcut else None
        if result is None:
            result = app.admission.run(state, bundle, handler, request)
    finally:
        if state.has_slot:
            app.admission.release(state)
    state.planets = result.usage.planets
    for charge in app.hooks.charge:
        charge(state, query.cost(state.planets))
    app.metrics.count_planets(result.usage)
    return result


def _read_body(app: AppState, state: RequestState) -> tuple[bytes, str]:
    limit = app.settings.max_body_mib * 2**20
    max_small = app.admission.max_small_bytes // state.query.cost_per_planet

    def take_slot_if_large(size: int) -> None:
        if size > max_small:
            app.admission.admit(state)

    media_type, is_compressed = check_body_headers(state, limit)
    take_slot_if_large(state.declared_size or 0)
    return read_body(state, limit, take_slot_if_large, is_compressed=is_compressed), media_type
