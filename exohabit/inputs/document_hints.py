"""Document hints: recognise JSON documents that do not have the form of planets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from exohabit.inputs.hints import RECORDS
from exohabit.inputs.query_parameters import OPTIONS
from exohabit.science.columns import BY_NAME

_ENVELOPE = 'send the planets as {"planets": […]}, each an object'


class DocumentHint(NamedTuple):
    """What a document in JSON looks like, and what to do about it."""

    name: str
    is_like: Callable[[Any], bool]
    hint: str


def _has(*keys: str) -> Callable[[Any], bool]:
    return lambda document: isinstance(document, dict) and document.keys() >= {*keys}


def _is_index(document: Any) -> bool:
    """Whether it is {"0": {"pl_rade": …}, "1": {…}}."""
    if not isinstance(document, dict) or not document:
        return False
    first = next(iter(document.values()))
    return isinstance(first, dict) and not BY_NAME.keys().isdisjoint(first)


def _is_rows_of_values(document: Any) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(each, list) for each in document)
    )


def _is_values(document: Any) -> bool:
    """Whether it is [1.1, 0.9, …, "G"]; texts alone are names of planets."""
    return (
        isinstance(document, list)
        and not any(isinstance(each, dict | list) for each in document)
        and any(isinstance(each, int | float) for each in document)
    )


def _is_json_text(document: Any) -> bool:
    return isinstance(document, str) and document.lstrip()[:1] in ("{", "[")


DOCUMENT_HINTS = (
    DocumentHint(
        "orient=split",
        _has("columns", "data"),
        f'this looks like pandas\' orient="split": {RECORDS}',
    ),
    DocumentHint(
        "orient=table",
        _has("schema", "data"),
        f'this looks like pandas\' orient="table": {RECORDS}',
    ),
    DocumentHint(
        "MLflow's split",
        _has("dataframe_split"),
        f"this looks like a request to MLflow: {_ENVELOPE}",
    ),
    DocumentHint(
        "MLflow's records",
        _has("dataframe_records"),
        f"this looks like a request to MLflow: {_ENVELOPE}",
    ),
    DocumentHint(
        "instances",
        _has("instances"),
        f"this looks like a request to TensorFlow Serving: {_ENVELOPE}",
    ),
    DocumentHint(
        "inputs",
        _has("inputs"),
        f"this looks like a request to MLflow or Open Inference: {_ENVELOPE}",
    ),
    DocumentHint("orient=index", _is_index, f'this looks like pandas\' orient="index": {RECORDS}'),
    DocumentHint(
        "orient=values",
        _is_rows_of_values,
        f'rows without column names, as pandas\' orient="values": {RECORDS}',
    ),
    DocumentHint(
        "values alone",
        _is_values,
        'values without names: a planet is an object, as {"pl_rade": 1.1, …}',
    ),
    DocumentHint(
        "JSON inside a JSON string",
        _is_json_text,
        "this is JSON inside a JSON string, encoded twice: send it encoded once (in Python: "
        "requests.post(…, json=planet) without json.dumps)",
    ),
)


def hint_document(document: Any) -> str | None:
    """Return a hint for a document that does not have the form of planets; None if none fits."""
    return next((row.hint for row in DOCUMENT_HINTS if row.is_like(document)), None)


def options_in(document: dict[str, Any]) -> list[str]:
    """Return the keys of a document that are query parameters."""
    return [name for name in OPTIONS if name in document]
