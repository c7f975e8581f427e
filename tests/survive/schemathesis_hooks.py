"""Hooks: what schemathesis needs to know about this API (tests/survive/test_openapi_fuzz.py)."""

from __future__ import annotations

from typing import Any

import schemathesis

NOT_BY_TYPE = {
    "unknown_column": "keep names a column that the body has",
    "not_enough_data": "the planet's size or irradiation is unknown",
    "unknown_spectral_type": "a text is not a spectral type",
    "not_asked": "fields names a key that only another parameter adds",
    "unknown_planet": "a text is not the name of a known planet",
    "ambiguous_name": "a text may mean several known planets",
    "invalid_cursor": "a text is not a cursor that this query gave",
}
"""Problems that a request may have although it has the described types."""


@schemathesis.serializer("text/csv", "application/x-ndjson")
def as_it_is(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.check
def valid_data_is_accepted_or_refused_for_its_meaning(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """Stands in for positive_data_acceptance, which allows no 400."""
    is_valid = case.meta is not None and case.meta.generation.mode.is_positive
    if is_valid and response.status_code == 400 and case.media_type in (None, "application/json"):
        found = response.json().get("problems", [])
        problems = {problem["code"] for problem in found if not _is_above_highest(problem)}
        if _is_frame(case.body):
            problems -= {"missing_key"}  # where a column lacks a row label that another has
        assert problems <= NOT_BY_TYPE.keys(), response.json()


def _is_above_highest(problem: dict[str, Any]) -> bool:
    """Whether a problem is a lowest value above the highest one, which no schema can tell."""
    return problem["code"] == "out_of_range" and " up to max_" in problem["expected"]


def _is_frame(body: Any) -> bool:
    """Whether a body is columns of values by row label."""
    return isinstance(body, dict) and all(isinstance(cells, dict) for cells in body.values())
