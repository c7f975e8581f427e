"""Operation: what each route takes and returns, declared once, at the route.

Query parameters are checked against it, and the API description is generated from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from flask import Flask
from msgspec import Meta

from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.query_parameters import Parameter
from exohabit.inputs.readers import JSON
from exohabit.inputs.schemas import Frame, Planet, envelope_of, list_of
from exohabit.outputs.inference_types import Handler

_Name = Annotated[
    str, Meta(min_length=1, max_length=MAX_NAME, description="a known planet, by any of its names")
]
_PlanetOrName = Planet | _Name
LISTED_PLANETS = (list_of(_PlanetOrName), envelope_of(_PlanetOrName), Frame)
"""Types of a JSON body that holds several planets."""
ONE_OR_LISTED_PLANETS = (Planet, _Name, *LISTED_PLANETS)
"""Types of a JSON body that may also be one planet."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and returns."""

    answers: tuple[Any, ...] = ()
    """Types of the answer; a route without any is left out of the API description."""
    body: tuple[Any, ...] = ()
    """Types of the body."""
    query: tuple[Parameter, ...] = ()
    planet_in_query: bool = False
    planet_is_known: bool = False
    """Whether the query replaces values of a known planet, so that no column is required."""
    tag: str = "The service"
    """Heading in the API description."""
    is_for_many: bool = False
    """Whether the example holds several planets."""
    media_type: str = JSON
    """Media type of the answer, unless a handler chooses it."""
    statuses: tuple[int, ...] = ()
    """Statuses of errors that other routes of its method do not have."""
    is_open: bool = False
    """Whether it needs no key and is not rate-limited."""
    is_page: bool = False
    """Whether it is a page for people or a part of one. The API description leaves pages out."""
    page: Operation | None = None
    """The page that a browser gets from the same address."""
    is_cacheable: bool = False
    """Whether clients and caches may reuse the answer to GET for a while without asking: it depends
    only on the address, the model and the program."""
    handler: Handler | None = None
    """The function of `inference` that answers; None if the view does so itself."""


OPEN_ROUTE = Operation(is_open=True, is_cacheable=True)
"""A route that is not part of the API description."""
PAGE = Operation(is_open=True, is_page=True)
"""A page for people, or one of its files."""


def declare(operation: Operation) -> Callable[[View], View]:
    """Declare what a route takes and returns."""

    def mark(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]
        return view

    return mark


def views(app: Flask) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Return the path, as in OpenAPI, the method and the view of each route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            path = rule.rule.replace("<", "{").replace(">", "}")
            yield path, method, app.view_functions[rule.endpoint]


def operations(app: Flask) -> dict[tuple[str, str], tuple[Callable[..., Any], Operation]]:
    """Return the views in the API description, with their operations, by path and method."""
    found = {}
    for path, method, view in views(app):
        operation: Operation | None = getattr(view, "operation", None)
        if operation and operation.answers:
            found[path, method] = view, operation
    return found
