"""Operations: what each route takes and gives, said once, beside the route itself.

By it a route's query parameters are checked and the API is described.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from flask import Flask

from exohabit.inputs.query_parameters import Parameter
from exohabit.inputs.readers import JSON
from exohabit.inputs.schemas import Frame, Planet, envelope_of, list_of
from exohabit.outputs import responses

LISTED = (list_of(Planet), envelope_of(Planet), Frame)
"""What a body may be, as JSON, where several planets are meant."""
BARE_OR_LISTED = (Planet, *LISTED)
"""What it may be where one bare planet is allowed as well."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and gives."""

    answers: tuple[Any, ...]
    body: tuple[Any, ...] = ()
    query: tuple[Parameter, ...] = ()
    planet_in_query: bool = False
    is_for_many: bool = False
    """Whether the example holds several planets."""
    media_type: str = JSON
    """Of the answer, where it does not tell of planets."""

    @property
    def judges(self) -> bool:
        """Whether the answer tells of planets, and so comes in every format of `WRITERS`."""
        return set(self.answers) <= set(get_args(responses.Answer))


def describes(operation: Operation) -> Callable[[View], View]:
    """Tell of a route what it takes and gives."""

    def mark(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]
        return view

    return mark


def operation_of(view: Callable[..., Any]) -> Operation:
    """Return what a described route takes and gives."""
    operation: Operation = view.operation  # type: ignore[attr-defined]
    return operation


def operations(app: Flask) -> dict[tuple[str, str], tuple[Callable[..., Any], Operation]]:
    """Return the views of all routes that are described, by path and method."""
    return {
        (rule.rule, method): (view, operation_of(view))
        for rule in app.url_map.iter_rules()
        if hasattr(view := app.view_functions[rule.endpoint], "operation")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    }
