"""OpenAPI schemas: JSON schemas of types of requests and answers, for client generators.

msgspec makes the schemas. This module changes what client generators would misunderstand:

- Generators make a property with a default mandatory. So schemas have no defaults: in requests such
  a property is optional; in answers it is required if it is always sent.
- An enum whose type has a title becomes a named schema. An enum of one value becomes a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import inspect

Schema = dict[str, Any]
Schemas = dict[str, Schema]
_REF = "#/components/schemas/{name}"


def any_of(kinds: Sequence[Any]) -> Schema:
    """Return the schema of a value of one of some types; it refers to the named schemas."""
    schemas, _ = _components(kinds)
    alternatives = [_with_named_enums(each, {}) for each in schemas]
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}


def request_schemas(kinds: Sequence[Any]) -> Schemas:
    """Return the named schemas of types of requests; optional keys may be absent."""
    _, schemas = _components(kinds)
    for schema in schemas.values():
        for value in schema.get("properties", {}).values():
            value.pop("default", None)
    return _named(schemas)


def answer_schemas(kinds: Sequence[Any]) -> Schemas:
    """Return the named schemas of types of answers; what is always sent is required."""
    _, schemas = _components(kinds)
    structs: set[type[msgspec.Struct]] = set()
    _collect(inspect.multi_type_info(kinds), structs)
    omitting = {each.__name__ for each in structs if each.__struct_config__.omit_defaults}
    for name, schema in schemas.items():
        properties = schema.get("properties", {})
        always = [*schema.get("required", ())]
        for key, value in properties.items():
            if "default" not in value:
                continue
            del value["default"]
            if name in omitting:
                properties[key] = _not_null(value)
            else:
                always.append(key)
        schema["required"] = [key for key in properties if key in always]
    return _named(schemas)


def _components(kinds: Sequence[Any]) -> tuple[tuple[Schema, ...], Schemas]:
    return msgspec.json.schema_components(kinds, ref_template=_REF)


def _collect(part: Any, structs: set[type[msgspec.Struct]]) -> None:
    """Collect the structs within the description of a type."""
    if isinstance(part, tuple):
        for each in part:
            _collect(each, structs)
    elif isinstance(part, inspect.Type | inspect.Field):
        if isinstance(part, inspect.StructType):
            if part.cls in structs:
                return
            structs.add(part.cls)
        for name in part.__struct_fields__:
            _collect(getattr(part, name), structs)


def _not_null(schema: Schema) -> Schema:
    """Return the schema of a value that is left out instead of being null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    others: Schema = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**others, **kinds[0]} if len(kinds) == 1 else schema


def _named(schemas: Schemas) -> Schemas:
    """Move titled enums out of schemas, so that each is a named schema too."""
    named: Schemas = {}
    changed = {name: _with_named_enums(schema, named) for name, schema in schemas.items()}
    return changed | named


def _with_named_enums(part: Any, named: Schemas) -> Any:
    """Return a part of a schema with references to titled enums, which are put into `named`."""
    if isinstance(part, list):
        return [_with_named_enums(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    if not isinstance(part.get("enum"), list):
        return {key: _with_named_enums(each, named) for key, each in part.items()}
    first, *others = part["enum"]
    part = {"type": "integer" if isinstance(first, int) else "string"} | part
    if not others:
        return {key: each for key, each in part.items() if key != "enum"} | {"const": first}
    if "title" not in part:
        return part
    named[part["title"]] = part
    return {"$ref": _REF.format(name=part["title"])}
