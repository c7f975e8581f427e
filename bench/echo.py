"""Echo: the service's server without a model, as bare WSGI and with Flask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

_ANSWER = (
    b'{"status":"success","name":"Planet 12345","prediction":0,"score":0.00010263128206133842,'
    b'"label":"not potentially habitable","threshold":0.5,"warnings":[],'
    b'"model_version":"2026-11-21-00000000"}'
)
"""An answer as long as a prediction."""


def bare_echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Read the body and return the same answer each time."""
    environ["wsgi.input"].read()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(_ANSWER)))]
    start_response("200 OK", headers)
    return [_ANSWER]


flask_echo = Flask(__name__)


@flask_echo.post("/predict")
def predict() -> ResponseReturnValue:
    """Decode a planet and encode an answer as long as a prediction."""
    planet = request.get_json()
    return jsonify(
        status="success",
        name=planet["name"],
        prediction=0,
        score=0.00010263128206133842,
        label="not potentially habitable",
        threshold=0.5,
        warnings=[],
        model_version="2026-11-21-00000000",
    )
