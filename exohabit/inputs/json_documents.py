"""Documents: the shapes in which JSON may hold planets."""

from __future__ import annotations

from typing import Any

from exohabit.inputs.decoding import check_nesting, decode_json
from exohabit.inputs.limits import MAX_NAME, MAX_PLANETS
from exohabit.inputs.problems import Problem, hint, repr_short
from exohabit.inputs.raw_planets import RawPlanets, json_pointer
from exohabit.inputs.schemas import PLAIN, Shape, kept_keys
from exohabit.science.columns import BY_NAME, REQUIRED

_EXPECTED = {True: "a planet (an object)", False: 'an object {"planets": […]}'}
_REQUIRED_KEYS = {column.name for column in REQUIRED}


def read_json(body: bytes, shape: Shape = PLAIN, *, one_allowed: bool = False) -> RawPlanets:
    """Read a list, {"planets": …}, a DataFrame as pandas writes it, or one bare planet.

    Raises:
        InvalidJSON: it is no JSON.
    """
    check_nesting(body)
    document, at = _unwrapped(decode_json(body), "")
    if _is_envelope(document, one_allowed):
        if "planets" not in document:
            return _misfit(_no_planets(document, at))
        document, at = _unwrapped(document["planets"], f"{at}/planets")
    if _is_frame(document):
        return _read_frame(document, at, shape)
    if isinstance(document, list):
        return RawPlanets(document, lambda i, key: {"pointer": at + json_pointer(i, key)})
    if isinstance(document, dict):
        return RawPlanets(
            [document], lambda _, key: {"pointer": at + json_pointer(key)}, is_one=not at
        )
    expected = "a list of planets" if at else _EXPECTED[one_allowed]
    return _misfit(_no_shape(document, at, expected))


def _unwrapped(document: Any, at: str) -> tuple[Any, str]:
    """Take PowerShell 5.1's {"value": […], "Count": n} for the array, at its place."""
    if isinstance(document, dict) and document.keys() == {"value", "Count"}:
        return document["value"], f"{at}/value"
    return document, at


def _is_envelope(document: Any, one_allowed: bool) -> bool:
    if not isinstance(document, dict) or _is_frame(document):
        return False
    return not one_allowed or ("planets" in document and not document.keys() >= _REQUIRED_KEYS)


def _is_frame(document: Any) -> bool:
    """Whether all its values are objects, as in {"pl_rade": {"0": 1.1, "1": null}, …}."""
    return (
        isinstance(document, dict)
        and not BY_NAME.keys().isdisjoint(document)
        and all(isinstance(cells, dict) for cells in document.values())
    )


def _read_frame(document: dict[str, dict[str, Any]], at: str, shape: Shape) -> RawPlanets:
    """Turn columns into rows, in the order of their labels, and stop when there are too many."""
    rows: dict[str, dict[str, Any]] = {}
    for name in kept_keys(document, shape):
        for label, value in document[name].items():
            rows.setdefault(label, {})[name] = value
            if len(rows) > MAX_PLANETS:
                break
    labels = list(rows)
    if any(len(label) > MAX_NAME for label in labels):
        message = f"a row label has more than {MAX_NAME} characters"
        return _misfit(Problem("too_long", message, at))

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        return {"pointer": at + json_pointer(key, None if index is None else labels[index])}

    return RawPlanets(list(rows.values()), where, header=document.keys(), labels=labels)


def _no_planets(document: dict[str, Any], at: str) -> Problem:
    return Problem(
        code="missing_key",
        pointer=f"{at}/planets",
        message='planets is missing: send {"planets": […]}' + hint(document, ("planets",)),
        expected="a list of planets",
    )


def _no_shape(document: Any, at: str, expected: str) -> Problem:
    message = f"{at[1:] or 'the body'} is {repr_short(document)}; expected {expected}"
    return Problem("wrong_type", message, at, expected=expected, received=repr_short(document))


def _misfit(problem: Problem) -> RawPlanets:
    return RawPlanets([], lambda _, __: {}, [problem])
