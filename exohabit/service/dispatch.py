"""Dispatch: the steps of every prediction: admit, read, infer, charge, reply."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.scoring.bundle import Bundle
from exohabit.service.admission import Admission
from exohabit.service.app_state import AppState, app_state
from exohabit.service.health import loaded_bundle
from exohabit.service.http_response import preferred_type, reply
from exohabit.service.request_body import check_body_headers, read_body
from exohabit.service.request_state import Headers, RequestState, current_state

Shortcut = Callable[[Bundle, InferenceRequest], InferenceResult | None]
"""Answers some requests faster than their handler, with the same bytes; None leaves a request to
the handler."""


def respond() -> Response:
    """Answer the current request by its endpoint's handler."""
    content, headers = infer(app_state(), current_state())
    return Response(content, headers=headers)


def infer(
    app: AppState, state: RequestState, shortcut: Shortcut | None = None
) -> tuple[bytes, Headers]:
    """Return the encoded answer to a request, and its headers.

    Raises:
        HTTPException, RequestError: the request is refused.
    """
    bundle, query = loaded_bundle(app), state.query
    handler = state.endpoint and state.endpoint.handler
    assert handler  # noqa: S101 - other routes do not call this
    with app.batch_slots.admission(query.cost_per_planet) as admission:
        content, media_type = _read_body(app, state, admission)
        request = InferenceRequest(content, media_type, query, preferred_type(state))
        is_small = not admission.has_slot
        result = shortcut(bundle, request) if shortcut and is_small else None
        if result is None:
            result = admission.run(bundle, handler, request)
    state.planets = result.usage.planets
    for charge in app.hooks.charge:
        charge(state, query.cost(state.planets))
    app.metrics.count_planets(result.usage)
    return reply(state, result)


def _read_body(app: AppState, state: RequestState, admission: Admission) -> tuple[bytes, str]:
    if not (state.endpoint and state.endpoint.body):
        return b"", JSON
    limit = app.settings.max_body
    media_type, is_compressed = check_body_headers(state, limit)
    admission.admit(state.declared_size)
    return read_body(state, limit, admission.admit, is_compressed=is_compressed), media_type
