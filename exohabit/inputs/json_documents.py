"""JSON documents: the forms in which JSON may contain planets."""

from __future__ import annotations

from itertools import islice
from typing import Any

from exohabit.inputs.decoding import check_nesting, decode_json
from exohabit.inputs.limits import MAX_NAME, MAX_PLANETS
from exohabit.inputs.near_misses import hint
from exohabit.inputs.problems import Problem, repr_short
from exohabit.inputs.raw_planets import RawPlanets, check_planet_count, json_pointer
from exohabit.inputs.schemas import PLAIN, PlanetSchema, kept_keys
from exohabit.science.columns import BY_NAME, REQUIRED

_EXPECTED = {True: "a planet (an object)", False: 'an object {"planets": […]}'}
_REQUIRED_KEYS = {column.name for column in REQUIRED}
_SPLIT_HINT = ' (this looks like pandas\' orient="split": write it with orient="records")'


def read_json(
    body: bytes, schema: PlanetSchema = PLAIN, *, one_allowed: bool = False
) -> RawPlanets:
    """Read a list, {"planets": …}, a DataFrame as pandas writes it, or one bare planet.

    A planet may be a text: the name of a known planet.

    Raises:
        InvalidJSON: it is not valid JSON.
        TooManyPlanets: a DataFrame has more than `MAX_PLANETS` rows.
    """
    check_nesting(body)
    document, pointer = _unwrap(decode_json(body), "")
    if _is_envelope(document, one_allowed):
        if "planets" not in document:
            return _unreadable(_no_planets(document, pointer))
        document, pointer = _unwrap(document["planets"], f"{pointer}/planets")
    if _is_frame(document):
        return _read_frame(document, pointer, schema)
    if isinstance(document, list):
        return RawPlanets(document, lambda i, key: {"pointer": pointer + json_pointer(i, key)})
    if isinstance(document, dict):
        return RawPlanets(
            [document], lambda _, key: {"pointer": pointer + json_pointer(key)}, is_one=not pointer
        )
    if isinstance(document, str) and (one_allowed or pointer):
        return RawPlanets([document], lambda _, __: {"pointer": pointer}, is_one=not pointer)
    expected = "a list of planets" if pointer else _EXPECTED[one_allowed]
    return _unreadable(_wrong_type(document, pointer, expected))


def _unwrap(document: Any, pointer: str) -> tuple[Any, str]:
    """Return the array in {"value": […], "Count": n}, as PowerShell 5.1 may write an array."""
    if isinstance(document, dict) and document.keys() == {"value", "Count"}:
        return document["value"], f"{pointer}/value"
    return document, pointer


def _is_envelope(document: Any, one_allowed: bool) -> bool:
    if not isinstance(document, dict) or _is_frame(document):
        return False
    if not one_allowed or _is_split(document):
        return True
    return "planets" in document and not document.keys() >= _REQUIRED_KEYS


def _is_split(document: dict[str, Any]) -> bool:
    """Whether pandas wrote it with orient="split": {"columns": […], "index": […], "data": […]}."""
    return document.keys() == {"columns", "index", "data"}


def _is_frame(document: Any) -> bool:
    """Whether all its values are objects, as in {"pl_rade": {"0": 1.1, "1": null}, …}."""
    return (
        isinstance(document, dict)
        and not BY_NAME.keys().isdisjoint(document)
        and all(isinstance(cells, dict) for cells in document.values())
    )


def _read_frame(
    document: dict[str, dict[str, Any]], pointer: str, schema: PlanetSchema
) -> RawPlanets:
    """Turn columns into rows, in the order of their labels."""
    rows: dict[str, dict[str, Any]] = {}
    for name in kept_keys(document, schema):
        for label, value in islice(document[name].items(), MAX_PLANETS + 1):
            rows.setdefault(label, {})[name] = value
        check_planet_count(len(rows))
    labels = list(rows)
    if any(len(label) > MAX_NAME for label in labels):
        message = f"a row label has more than {MAX_NAME} characters"
        return _unreadable(Problem("too_long", message, pointer))

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        label = None if index is None else labels[index]
        return {"pointer": pointer + json_pointer(key, label)}

    return RawPlanets(list(rows.values()), where, header=document.keys(), labels=labels)


def _no_planets(document: dict[str, Any], pointer: str) -> Problem:
    reason = _SPLIT_HINT if _is_split(document) else hint(document, ("planets",))
    return Problem(
        code="missing_key",
        pointer=f"{pointer}/planets",
        message=f'planets is missing: send {{"planets": […]}}{reason}',
        expected="a list of planets",
    )


def _wrong_type(document: Any, pointer: str, expected: str) -> Problem:
    received = repr_short(document)
    message = f"{pointer[1:] or 'the body'} is {received}; expected {expected}"
    return Problem("wrong_type", message, pointer, expected=expected, received=received)


def _unreadable(problem: Problem) -> RawPlanets:
    return RawPlanets([], lambda _, __: {}, [problem])
