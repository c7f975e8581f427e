"""JSON documents: the forms in which JSON may contain planets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from exohabit.inputs.decoding import check_nesting, decode_json
from exohabit.inputs.document_hints import hint_document, options_in
from exohabit.inputs.kept_columns import check_kept_values, choose_kept
from exohabit.inputs.limits import MAX_NAME, MAX_PLANETS
from exohabit.inputs.near_misses import hint
from exohabit.inputs.problems import Problem, repr_short
from exohabit.inputs.raw_planets import RawPlanets, check_planet_count, json_pointer
from exohabit.inputs.schemas import PLAIN_SCHEMA, PlanetSchema, kept_keys
from exohabit.science.columns import BY_NAME, REQUIRED
from exohabit.science.domain_warnings import PlanetWarning

_EXPECTED = {True: "a planet (an object)", False: 'an object {"planets": […]}'}
_REQUIRED_KEYS = {column.name for column in REQUIRED}


def read_json(
    body: bytes,
    schema: PlanetSchema = PLAIN_SCHEMA,
    *,
    one_allowed: bool = False,
    keep: Sequence[str] | None = None,
    **_: Any,
) -> RawPlanets:
    """Read a list, {"planets": …}, a DataFrame as pandas writes it, or one bare planet.

    A planet may be a text: the name of a known planet.

    Raises:
        InvalidJSON: it is not valid JSON.
        TooManyPlanets: a DataFrame has more than `MAX_PLANETS` rows.
    """
    check_nesting(body)
    document, pointer = _unwrap(decode_json(body), "")
    notes: list[PlanetWarning] = []
    if _is_envelope(document, one_allowed):
        if "planets" not in document:
            return _unreadable(_no_planets(document, pointer))
        notes = _warn_of_options(document)
        document, pointer = _unwrap(document["planets"], f"{pointer}/planets")
    if _is_frame(document):
        return _read_frame(document, pointer, schema, keep)
    if not _is_planet(document) and (what := hint_document(document)):
        return _unreadable(_looks_like(document, pointer, what))
    return _read_planets(document, pointer, notes, one_allowed=one_allowed)


def _read_planets(
    document: Any, pointer: str, notes: list[PlanetWarning], *, one_allowed: bool
) -> RawPlanets:
    """Read a list of planets, or one planet or its name."""
    if isinstance(document, list):
        return RawPlanets(
            document, lambda i, key: {"pointer": pointer + json_pointer(i, key)}, notes=notes
        )
    if isinstance(document, dict):
        return RawPlanets(
            [document],
            lambda _, key: {"pointer": pointer + json_pointer(key)},
            is_one=not pointer,
            notes=[*notes, *_warn_of_options(document)],
        )
    if isinstance(document, str) and (one_allowed or pointer):
        return RawPlanets(
            [document], lambda _, __: {"pointer": pointer}, is_one=not pointer, notes=notes
        )
    expected = "a list of planets" if pointer else _EXPECTED[one_allowed]
    return _unreadable(_wrong_type(document, pointer, expected))


def _is_planet(document: Any) -> bool:
    """Whether it has one of a planet's columns."""
    return isinstance(document, dict) and not BY_NAME.keys().isdisjoint(document)


def _warn_of_options(document: dict[str, Any]) -> list[PlanetWarning]:
    """Warn of query parameters that were sent in the body."""
    return [
        PlanetWarning("ignored_option", name, f"{name} in the body was ignored: {_WHERE}{name}=…")
        for name in options_in(document)
    ]


_WHERE = "write it in the address, as in ?"


def _unwrap(document: Any, pointer: str) -> tuple[Any, str]:
    """Return the array of {"value": […], "Count": n}, which PowerShell 5.1 may write instead."""
    if isinstance(document, dict) and document.keys() == {"value", "Count"}:
        return document["value"], f"{pointer}/value"
    return document, pointer


def _is_envelope(document: Any, one_allowed: bool) -> bool:
    if not isinstance(document, dict) or _is_frame(document):
        return False
    if not one_allowed:
        return "planets" in document or hint_document(document) is None
    return "planets" in document and not document.keys() >= _REQUIRED_KEYS


def _is_frame(document: Any) -> bool:
    """Whether all its values are objects, as in {"pl_rade": {"0": 1.1, "1": null}, …}."""
    return (
        isinstance(document, dict)
        and not BY_NAME.keys().isdisjoint(document)
        and all(isinstance(cells, dict) for cells in document.values())
    )


def _read_frame(
    document: dict[str, dict[str, Any]],
    pointer: str,
    schema: PlanetSchema,
    keep: Sequence[str] | None,
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

    chosen = () if keep is None else choose_kept(document, keep)
    check_kept_values(len(chosen), len(rows))
    kept = {name: [document.get(name, {}).get(label) for label in labels] for name in chosen}
    return RawPlanets(
        list(rows.values()),
        where,
        header=document.keys(),
        labels=labels,
        kept=None if keep is None else kept,
    )


def _no_planets(document: dict[str, Any], pointer: str) -> Problem:
    return Problem(
        code="missing_key",
        pointer=f"{pointer}/planets",
        message='planets is missing: send {"planets": […]} or a list of planets'
        + hint(document, ("planets",)),
        expected="a list of planets",
    )


def _looks_like(document: Any, pointer: str, what: str) -> Problem:
    message = f"{pointer[1:] or 'the body'} does not have the form of planets: {what}"
    expected, received = 'an object {"planets": […]}', repr_short(document)
    return Problem("wrong_type", message, pointer, expected=expected, received=received)


def _wrong_type(document: Any, pointer: str, expected: str) -> Problem:
    received = repr_short(document)
    message = f"{pointer[1:] or 'the body'} is {received}; expected {expected}"
    return Problem("wrong_type", message, pointer, expected=expected, received=received)


def _unreadable(problem: Problem) -> RawPlanets:
    return RawPlanets([], lambda _, __: {}, [problem])
