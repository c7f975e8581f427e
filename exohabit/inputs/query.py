"""Query: what the query parameters of a request ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote_to_bytes

from exohabit.inputs.limits import MAX_PARAMETERS
from exohabit.inputs.near_misses import near_miss, near_miss_of_client
from exohabit.inputs.problems import InvalidInput, Problem, repr_short
from exohabit.inputs.query_parameters import (
    BY_LOWER_END,
    BY_SCORE,
    CONTEXT,
    EXPLAIN,
    FAIL,
    MIN_SCORE,
    PARAMETER_OF_FIELD,
    UNCERTAINTY,
    Parameter,
)
from exohabit.inputs.schemas import DETAILED_SCHEMA, PLAIN_SCHEMA, PlanetSchema, kept_keys
from exohabit.inputs.synonyms import fold
from exohabit.inputs.unit_advice import find_other_units
from exohabit.science.columns import BY_NAME

Pairs = Sequence[tuple[str, str]]
"""Names and texts of query parameters, in the order sent."""

_EXPLAIN_COST, _INTERVAL_COST, _CONTEXT_COST = 50, 50, 10
"""How many plain planets one planet with that extra counts as."""


@dataclass(frozen=True)
class Query:
    """What a query asks for."""

    planet: Pairs = ()
    """Parameters that describe a planet."""
    problems: tuple[Problem, ...] = ()
    top: int | None = None
    fields: tuple[str, ...] | None = None
    explain: bool = False
    uncertainty: bool = False
    context: bool = False
    order_by: str = BY_SCORE
    on_invalid: str = FAIL
    unscored: bool | None = None
    """Whether to list planets without a score; None: unless the ranking is cut."""
    keep: tuple[str, ...] | None = None
    """Columns of the input to copy to the answer; `EVERY_COLUMN` stands for all."""
    others: Mapping[str, Any] = field(default_factory=dict)
    """Values of all other parameters, by name."""

    @cached_property
    def cost_per_planet(self) -> int:
        """The number of plain planets that one planet counts as."""
        costs = (
            _EXPLAIN_COST * self.explain,
            _INTERVAL_COST * self.needs_intervals,
            _CONTEXT_COST * self.context,
        )
        return max(sum(costs), 1)

    @cached_property
    def schema(self) -> PlanetSchema:
        """Which keys of a planet are read to answer it."""
        return DETAILED_SCHEMA if self.cost_per_planet > 1 else PLAIN_SCHEMA

    def __getstate__(self) -> dict[str, Any]:
        # `schema` is compared by identity, so it is not pickled but computed again.
        return {name: value for name, value in vars(self).items() if name != "schema"}

    @cached_property
    def absent_fields(self) -> frozenset[str]:
        """Fields that the answer lacks, because their parameter is not given."""
        has = {
            EXPLAIN.name: self.explain,
            UNCERTAINTY.name: self.needs_intervals,
            CONTEXT.name: self.context,
        }
        return frozenset(name for name, needed in PARAMETER_OF_FIELD.items() if not has[needed])

    @property
    def needs_intervals(self) -> bool:
        """Whether it asks for intervals, or for an order that depends on them."""
        return self.uncertainty or self.order_by == BY_LOWER_END

    @cached_property
    def orders_by_interval(self) -> bool:
        """Whether every planet needs an interval before the ranking can be cut."""
        return self.order_by == BY_LOWER_END

    @cached_property
    def min_score(self) -> float | None:
        """The lowest score that a ranking lists."""
        return self.others.get(MIN_SCORE.name)

    @cached_property
    def lists_unscored(self) -> bool:
        """Whether the answer lists the planets without a score."""
        if self.unscored is None:
            return self.top is None and self.min_score is None
        return self.unscored

    def cost(self, planets: int) -> int:
        """Return the number of plain planets that this many planets count as."""
        listed = min(planets, self.top or planets)
        if not self.orders_by_interval:
            return planets + (self.cost_per_planet - 1) * listed
        return _INTERVAL_COST * planets + (self.cost_per_planet - _INTERVAL_COST) * listed

    def check(self) -> None:
        """Refuse a query that has problems.

        Raises:
            InvalidInput: it has problems; they are listed.
        """
        if self.problems:
            raise InvalidInput.of(self.problems)


NO_QUERY = Query()
_ATTRIBUTES = frozenset(each.name for each in fields(Query)) - {"planet", "problems", "others"}
"""Parameters with an attribute of their own."""

_KNOWN_PLANET = ("planet", "planets", "planet_name", "hostname", "id")
"""Parameters that were probably meant to name a known planet."""


def check_text(query_string: bytes) -> None:
    """Refuse a query string that is not UTF-8, as in a body.

    Raises:
        InvalidInput: it is not UTF-8 text.
    """
    try:
        unquote_to_bytes(query_string).decode()
    except UnicodeDecodeError:
        shown = repr_short(query_string.decode("ascii", "replace"))
        message = f"the query is not UTF-8 text: {shown}"
        problem = Problem("wrong_type", message, expected="UTF-8, percent-encoded", received=shown)
        raise InvalidInput.of([problem]) from None


def check_count(query_string: bytes) -> None:
    """Refuse a query string with many parameters before it is parsed.

    Raises:
        InvalidInput: it has more than `MAX_PARAMETERS`.
    """
    count = query_string.count(b"&") + 1
    if count > MAX_PARAMETERS:
        expected = f"at most {MAX_PARAMETERS}"
        message = f"the query has {count:,} parameters; expected {expected}"
        problem = Problem("too_many_parameters", message, expected=expected, received=f"{count}")
        raise InvalidInput.of([problem])


def read_query(pairs: Pairs, takes: Sequence[Parameter], *, planet: bool = False) -> Query:
    """Read the query parameters that an endpoint takes, and a planet if `planet` is true.

    As in a body, the archive's other columns are ignored.
    """
    accepted = {parameter.name: parameter for parameter in takes}
    known = [*accepted, *(DETAILED_SCHEMA.keys if planet else ())]
    given: dict[str, str] = {}
    problems = []
    for name, text in pairs:
        if name in given and name in accepted and accepted[name].is_list:
            given[name] += f",{text}"
        elif name in given:
            problems.append(Problem("repeated_parameter", f"{name} is given twice", parameter=name))
        elif name in known:
            given[name] = text
        elif not planet or not name or kept_keys([name]):
            problems.append(_unknown(name, known, takes, planet=planet))
    texts = {name: text for name, text in given.items() if name in accepted}
    problems += [
        _wrong_type(accepted[name], text)
        for name, text in texts.items()
        if not accepted[name].is_valid(text)
    ]
    values = {} if problems else {name: accepted[name].read(text) for name, text in texts.items()}
    of_planet = [(name, text) for name, text in given.items() if name not in accepted]
    others = {name: values.pop(name) for name in [*values] if name not in _ATTRIBUTES}
    query = Query(of_planet, others=others, **values)
    problems += [_not_asked(name) for name in query.fields or () if name in query.absent_fields]
    return replace(query, problems=tuple(problems))


def _not_asked(field: str) -> Problem:
    option = PARAMETER_OF_FIELD[field]
    message = f"fields contains {field}, which needs the option {option} ({option}=true)"
    expected = f"{option}=true in the query"
    return Problem("not_asked", message, parameter="fields", expected=expected, received=field)


def _unknown(
    name: str, known: Sequence[str], accepted: Sequence[Parameter], *, planet: bool
) -> Problem:
    names = [*(each.name for each in accepted), *(["the columns of a planet"] if planet else ())]
    takes = ", ".join(names) or "no parameters"
    meant = (each.name for each in accepted if fold(name) in each.other_names)
    near = next(meant, None) or near_miss(name, tuple(known))
    hint = f": did you mean {near}?" if near else f"; accepted here: {takes}"
    if planet and (units := find_other_units((name,), BY_NAME)):
        hint = f" ({'; '.join(units.values())})"
    if planet and name.lower() in _KNOWN_PLANET:
        hint = ": for a planet by its name, GET /planets/<name>/predict"
    message = f"unknown query parameter {repr_short(name)}{hint}"
    return Problem("unknown_parameter", message, parameter=name[:40], expected=takes)


def _wrong_type(parameter: Parameter, text: str) -> Problem:
    statement = _wrong_name(parameter, text) or f"{parameter.name} is {repr_short(text)}"
    if meant := parameter.other_values.get(fold(text)):
        sign = "-" if text.startswith("-") else ""
        statement += f" (did you mean {sign}{meant}?)"
    return Problem(
        code="wrong_type",
        message=f"{statement}; expected {parameter.expected}",
        parameter=parameter.name,
        expected=parameter.expected,
        received=repr_short(text),
    )


def _wrong_name(parameter: Parameter, text: str) -> str | None:
    """Name the first text of a list that is not one of the parameter's names; None without any."""
    names = parameter.schema.get("items", {}).get("enum")
    wrong = next((each for each in text.split(",") if each not in names), "") if names else ""
    if not wrong:
        return None
    whole = next((each for each, parts in parameter.parts.items() if wrong in parts), None)
    near = near_miss_of_client(wrong, names)
    hint = f" (did you mean {near}?)" if near else ""
    if whole:
        hint = f" (it is part of {whole}: {parameter.name}={whole})"
    return f"{parameter.name} contains {repr_short(wrong)}{hint}"
