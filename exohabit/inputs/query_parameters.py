"""Query parameters: what may stand behind the ? of an address, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from exohabit.inputs.limits import MAX_PARAMETERS
from exohabit.inputs.problems import InvalidInput, Problem, near_miss, repr_short
from exohabit.inputs.schemas import DETAILED, PLAIN, Shape, kept_keys

Pairs = Sequence[tuple[str, str]]
"""Query parameters in the order sent, name and text."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter that an endpoint takes."""

    name: str
    meaning: str
    expected: str
    schema: dict[str, Any]
    """What its value is, as JSON schema."""
    is_sound: Callable[[str], bool]
    read: Callable[[str], Any] = str
    """Turn a sound text into its value."""

    @property
    def is_list(self) -> bool:
        """Whether it takes several values: separated by commas, or the parameter repeated."""
        return bool(self.schema["type"] == "array")


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1


TOP = Parameter(
    "top",
    "how many planets of the ranking to keep, from the first on",
    "an integer from 1 to 999,999,999",
    {"type": "integer", "minimum": 1, "maximum": 999_999_999, "examples": [20]},
    _is_count,
    int,
)


def _asks(name: str, meaning: str) -> Parameter:
    """Return a parameter that asks for more than a plain answer says."""
    return Parameter(
        name,
        meaning,
        "true or false",
        {"type": "boolean", "default": False},
        lambda text: text.lower() in ("true", "false"),
        lambda text: text.lower() == "true",
    )


EXPLAIN = _asks("explain", "say why: what each input adds to the score of each planet")
UNCERTAINTY = _asks(
    "uncertainty", "say how sure: what the score becomes as the inputs vary within their errors"
)
CONTEXT = _asks(
    "context", "say compared with what: insolation, habitable zone, similarity, the definition"
)
EXTRAS_PARAMETERS = (EXPLAIN, UNCERTAINTY, CONTEXT)
"""What may be asked for besides the score."""

TOLD_BY = {
    "explanation": EXPLAIN.name,
    "score_interval": UNCERTAINTY.name,
    "probability_habitable": UNCERTAINTY.name,
    "varied_inputs": UNCERTAINTY.name,
    "context": CONTEXT.name,
}
"""What has to be asked for besides, by the field that says it."""

BY_SCORE, BY_LOWER_END = "score", "score_low"
ORDER_BY = Parameter(
    "order_by",
    f"rank by the score, or by the lower end of its interval ({BY_LOWER_END})",
    f"{BY_SCORE} or {BY_LOWER_END}",
    {"type": "string", "enum": [BY_SCORE, BY_LOWER_END], "default": BY_SCORE},
    lambda text: text in (BY_SCORE, BY_LOWER_END),
)


def fields_among(names: Sequence[str]) -> Parameter:
    """Return the parameter that keeps only some of the named fields of each planet."""
    names = tuple(dict.fromkeys(names))
    return Parameter(
        "fields",
        "what to keep of each planet, separated by commas; the rest is left out of the answer",
        f"some of {','.join(names)}, separated by commas",
        {"type": "array", "items": {"type": "string", "enum": list(names)}, "minItems": 1},
        lambda text: set(text.split(",")) <= set(names),
        lambda text: tuple(dict.fromkeys(text.split(","))),
    )


_EXPLAIN_WEIGHT, _INTERVAL_WEIGHT, _CONTEXT_WEIGHT = 50, 50, 10


@dataclass(frozen=True, slots=True)
class Query:
    """What stood behind the ? of an address."""

    planet: Pairs
    """What it says of a planet."""
    problems: list[Problem]
    top: int | None = None
    fields: tuple[str, ...] | None = None
    explain: bool = False
    uncertainty: bool = False
    context: bool = False
    order_by: str = BY_SCORE

    def tells(self, field: str) -> bool:
        """Whether the answer to it has a field."""
        asked = {
            EXPLAIN.name: self.explain,
            UNCERTAINTY.name: self.needs_intervals,
            CONTEXT.name: self.context,
        }
        return field not in TOLD_BY or asked[TOLD_BY[field]]

    @property
    def needs_intervals(self) -> bool:
        """Whether it asks for them, or for an order that is made of them."""
        return self.uncertainty or self.order_by == BY_LOWER_END

    @property
    def is_costly(self) -> bool:
        """Whether a planet costs hundreds of times what its score does."""
        return self.explain or self.needs_intervals

    @property
    def cost_per_planet(self) -> int:
        """As how many planets that are only scored one counts where requests are weighed."""
        added = (
            _EXPLAIN_WEIGHT * self.explain,
            _INTERVAL_WEIGHT * self.needs_intervals,
            _CONTEXT_WEIGHT * self.context,
        )
        return max(sum(added), 1)

    @property
    def is_cut(self) -> bool:
        """Whether it asks for the top of a ranking by score, and of the others nothing."""
        return self.top is not None and self.order_by == BY_SCORE

    def cost(self, planets: int) -> int:
        """Return as how many planets that are only scored so many count."""
        heavy = min(planets, self.top) if self.top is not None and self.is_cut else planets
        return planets + (self.cost_per_planet - 1) * heavy

    @property
    def is_plain(self) -> bool:
        """Whether it is sound and asks for nothing beside scores."""
        return not self.problems and self.shape is PLAIN

    @property
    def shape(self) -> Shape:
        """How much of a planet is read to answer it."""
        return DETAILED if self.is_costly or self.context else PLAIN

    def check(self) -> None:
        """Refuse a query that holds problems.

        Raises:
            InvalidInput: it does; all are listed.
        """
        if self.problems:
            raise InvalidInput.of(self.problems)


NO_QUERY = Query((), [])


def check_count(query_string: bytes) -> None:
    """Refuse a query string with many parameters before it is parsed.

    Raises:
        InvalidInput: it has more than `MAX_PARAMETERS`.
    """
    count = query_string.count(b"&") + 1
    if count > MAX_PARAMETERS:
        expected = f"at most {MAX_PARAMETERS}"
        message = f"the address has {count:,} query parameters; expected {expected}"
        problem = Problem("too_many_parameters", message, expected=expected, received=f"{count}")
        raise InvalidInput.of([problem])


def read_query(pairs: Pairs, takes: Sequence[Parameter], *, planet: bool = False) -> Query:
    """Read query parameters, of which an endpoint takes some, and perhaps a planet.

    Of a planet, the archive's other columns are ignored as they are in a body.
    """
    ours = {parameter.name: parameter for parameter in takes}
    known = [*ours, *(DETAILED.keys if planet else ())]
    given: dict[str, str] = {}
    problems = []
    for name, text in pairs:
        if name in given and name in ours and ours[name].is_list:
            given[name] += f",{text}"
        elif name in given:
            message = f"{name} is given twice"
            problems.append(Problem("repeated_parameter", message, parameter=name))
        elif name in known:
            given[name] = text
        elif not planet or not name or kept_keys([name]):
            problems.append(_unknown(name, known, tuple(ours), planet=planet))
    asked = {name: text for name, text in given.items() if name in ours}
    problems += [_unsound(ours[n], text) for n, text in asked.items() if not ours[n].is_sound(text)]
    sound = {} if problems else asked
    values = {name: ours[name].read(text) for name, text in sound.items()}
    of_planet = [(name, text) for name, text in given.items() if name not in ours]
    query = Query(of_planet, problems, **values)
    problems += [_unasked(field) for field in query.fields or () if not query.tells(field)]
    return query


def _unasked(field: str) -> Problem:
    expected = f"{TOLD_BY[field]}=true beside it"
    message = f"fields names {field}, which is told only with {TOLD_BY[field]}=true"
    return Problem("not_asked", message, parameter="fields", expected=expected, received=field)


def _unknown(name: str, known: Sequence[str], ours: Sequence[str], *, planet: bool) -> Problem:
    takes = ", ".join((*ours, *(["the columns of a planet"] if planet else ()))) or "none"
    near = near_miss(name, tuple(known))
    meant = f": did you mean {near}?" if near else f"; this endpoint takes: {takes}"
    message = f"unknown query parameter {repr_short(name)}{meant}"
    return Problem("unknown_parameter", message, parameter=name[:40], expected=takes)


def _unsound(parameter: Parameter, text: str) -> Problem:
    return Problem(
        code="wrong_type",
        message=f"{parameter.name} is {repr_short(text)}; expected {parameter.expected}",
        parameter=parameter.name,
        expected=parameter.expected,
        received=repr_short(text),
    )
