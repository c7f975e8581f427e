"""Parts: a long list is cut between planets, and read in parts it is what it is read whole."""

from __future__ import annotations

import json
from concurrent.futures import Future
from contextlib import nullcontext
from functools import partial

import msgspec
import numpy as np
import pytest

import utils
from exohabit.inputs.parts import parts
from exohabit.inputs.problems import InvalidInput, InvalidJSON, TooManyPlanets
from tests.bad_requests import EARTH
from utils import parse_planets

SIZE = 300
PLANETS = [{**EARTH, "name": f"Planet {i}", "pl_eqt": 200 + i} for i in range(25)]
WRITTEN = {
    "as Python writes": json.dumps,
    "as JavaScript writes": partial(json.dumps, separators=(",", ":")),
    "over many lines": partial(json.dumps, indent="\t"),
    "with blanks": lambda document: f" \r\n{json.dumps(document)} \n",
}
DOCUMENTS = {"a list": PLANETS, "an envelope": {"planets": PLANETS}}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_parts_together_are_the_whole(write, document):
    body = write(document).encode()

    cut = list(parts(body, SIZE))

    assert [planet for part in cut for planet in json.loads(part)] == PLANETS
    assert len(cut) > 3
    assert all(SIZE <= len(part) < 2 * SIZE + 300 for part in cut[:-1])


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(PLANETS[:1]),
        json.dumps(PLANETS[0]) + 500 * " ",
        json.dumps({"planets": PLANETS[0]}) + 500 * " ",
        json.dumps({"planet": PLANETS}),
        json.dumps({"more": 1, "planets": PLANETS}),
        json.dumps(PLANETS) + "}",
        json.dumps({"planets": PLANETS})[:-1],
        json.dumps(PLANETS)[:-1],
        "[" + 500 * " ",
        "[]" + 500 * " ",
        "]" + 500 * " ",
        500 * " ",
    ],
)
def test_what_is_no_long_list_is_not_cut(body):
    assert parts(body.encode(), SIZE) is None


def outcome(body: bytes) -> object:
    """Return what is read of a body, or how it is refused."""
    try:
        planets = parse_planets(body)
    except (InvalidJSON, InvalidInput, TooManyPlanets) as error:
        problems = getattr(error, "problems", [])
        return type(error), str(error), msgspec.json.encode(problems)
    table = {name: np.asarray(values).tobytes() for name, values in planets.table.items()}
    types = [*map(planets.types.of_star, range(len(planets.names)))]
    return planets.names, types, table, planets.caveats, planets.is_one


def cut_in_a_name(i: int) -> list[dict]:
    return [{**planet, "name": "},{" * 40 + str(i)} for planet in PLANETS]


ODD = {
    "another key behind the list": json.dumps({"planets": PLANETS, "more": [1]}),
    "a text like the place between planets": json.dumps(cut_in_a_name(1)),
    "a quote in such a text": json.dumps([{**p, "name": '"},{"' * 30} for p in PLANETS]),
    "a star that is no dwarf": json.dumps([{**p, "st_spectype": "K1 III"} for p in PLANETS]),
    "no name": json.dumps([{**p, "name": None} for p in PLANETS]),
    "an unknown key": json.dumps([*PLANETS, {**EARTH, "colour": "blue"}]),
    "a limit": json.dumps([*PLANETS, {**EARTH, "pl_eqtlim": 1}]),
    "a wrong value": json.dumps([*PLANETS, {**EARTH, "pl_rade": -1}]),
    "no spectral type": json.dumps([*PLANETS, {**EARTH, "st_spectype": "?"}]),
    "a planet in a planet": json.dumps([{"planets": PLANETS}]),
    "a list in a list": json.dumps([PLANETS]),
    "nothing behind a comma": json.dumps(PLANETS)[:-1] + ",]",
    "nothing between commas": json.dumps(PLANETS).replace("}, {", "},, {", 1),
    "no comma": json.dumps(PLANETS).replace("}, {", "} {", 1),
    "another blank": json.dumps(PLANETS).replace("}, {", "},\v{"),
    "too much at the end": json.dumps(PLANETS) + "]",
    "another list behind it": json.dumps({"planets": PLANETS})[:-1]
    + ', "planets": '
    + json.dumps(PLANETS)
    + "}",
    "an empty list": "[" + 600 * " " + "]",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_what_is_read_in_parts_is_what_is_read_whole(body, monkeypatch):
    cut = []

    def some(body):
        for part in parts(body, SIZE):
            cut.append(part)
            yield part

    whole = outcome(body.encode())
    monkeypatch.setattr(utils, "parts", some)

    assert outcome(body.encode()) == whole
    assert cut


@pytest.mark.parametrize(("most", "is_too_many"), [(25, False), (24, True)])
def test_planets_are_counted_over_all_parts(most, is_too_many, monkeypatch):
    monkeypatch.setattr(utils, "MAX_PLANETS", most)
    planets = map(utils._LOT.decode, parts(json.dumps(PLANETS).encode(), SIZE))

    with pytest.raises(ValueError, match="too many") if is_too_many else nullcontext():
        utils._ordered(planets, is_one=False)


def test_what_was_begun_is_given_up_when_a_later_part_does_not_hold(monkeypatch):
    monkeypatch.setattr(utils, "parts", partial(parts, size=SIZE))
    monkeypatch.setattr(utils, "_TOGETHER", 1)
    begun = []

    def begin(_) -> Future:
        begun.append(Future())
        return begun[-1]

    with pytest.raises(InvalidInput):
        parse_planets(ODD["a wrong value"].encode(), begin=begin)

    assert len(begun) > 3
    assert all(each.cancelled() for each in begun)
