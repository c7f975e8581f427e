"""OpenAPI document: the type of /openapi.json's answer, so that the description includes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

_Anything = Annotated[dict[str, Any], Meta(extra_json_schema={"additionalProperties": True})]


class OpenAPIDocument(msgspec.Struct, frozen=True):
    """A description of an API, as the OpenAPI specification defines it."""

    openapi: Literal["3.1.0"]
    info: dict[str, str | dict[str, str]]
    servers: list[dict[str, str]]
    tags: list[dict[str, str]]
    security: list[dict[str, list[str]]]
    paths: dict[str, _Anything]
    components: dict[str, _Anything]
