from __future__ import annotations

import random
import string
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exohabit.catalog.names import finder as finder_module
from exohabit.catalog.names.finder import Ambiguous, Finder, Unknown
from exohabit.catalog.names.index import build_index
from exohabit.inputs.limits import MAX_NAME
from tests.archive_data import needs_archive, needs_tables
from tests.catalog.known_names import ALIASES, FEW, archive, kepler_objects, read_table


def finder_of(*names) -> Finder:
    return Finder(build_index(*names))


TABLE = read_table(ALIASES)
SPELLINGS = {
    "as it is": str,
    "other case": str.swapcase,
    "no spaces": lambda name: name.replace(" ", ""),
    "double spaces": lambda name: f" {name.replace(' ', '  ')} ",
    "underscores": lambda name: name.replace(" ", "_"),
    "hyphens": lambda name: name.replace(" ", "-"),
    "escaped": lambda name: escape(name).replace("-", "&#45;"),
    "escaped twice": lambda name: escape(escape(name)).replace("+", "&amp;plus;"),
}
FINDER = finder_of(FEW)


@pytest.fixture(scope="module")
def full() -> Finder:
    """A finder of all planets of the archive."""
    return finder_of(archive())


@needs_archive
@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_every_planet_of_the_archive_is_found_however_it_is_spelled(full, spell):
    assert not [name for name, _ in archive() if full.find(spell(name)) != name]


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_a_planet_is_found_however_it_is_spelled(spell):
    assert not [name for name, _ in FEW if FINDER.find(spell(name)) != name]


def test_the_table_has_at_least_200_aliases():
    assert len({row["alias"] for row in TABLE}) == len(TABLE) >= 200


@needs_archive
def test_every_alias_of_the_table_is_found_in_the_archive(full):
    assert not [row for row in TABLE if full.find(row["alias"]) != row["planet"]]


def test_every_alias_of_the_table_is_found_among_its_planets():
    planets = finder_of((row["planet"], row["host"]) for row in TABLE)

    found = {row["alias"]: planets.find(row["alias"]) for row in TABLE}
    assert not [row for row in TABLE if found[row["alias"]] != row["planet"]]


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Kepler-186", ["Kepler-186 b", "Kepler-186 c", "Kepler-186 d", "Kepler-186 e"]),
        ("Proxima Centauri", ["Proxima Cen b", "Proxima Cen d"]),
        ("Gliese 411", ["GJ 411 b", "HD 95735 c"]),
        ("HD 95735", ["GJ 411 b", "HD 95735 c"]),
        ("Lalande 21185", ["GJ 411 b", "HD 95735 c"]),
        ("GJ 667", ["GJ 667 C b", "GJ 667 C c", "GJ 667 C e"]),
        # GJ 667 C is the star, GJ 667 c may be its planet: the same key.
        ("GJ 667 c", ["GJ 667 C b", "GJ 667 C c", "GJ 667 C e"]),
        ("HD 133131", ["HD 133131 A b", "HD 133131 A c", "HD 133131 B b"]),
        ("HD 133131 b", ["HD 133131 A b", "HD 133131 B b"]),
        ("55 Cancri", ["55 Cnc b", "55 Cnc c", "55 Cnc e"]),
        ("Sol", ["Earth", "Mars", "Moon", "Venus"]),
        # Two ways to give letters to these planets are in use.
        ("mu Arae c", ["HD 160691 c", "HD 160691 d"]),
        ("Cervantes d", ["HD 160691 d", "HD 160691 e"]),
    ],
)
def test_a_text_that_fits_several_planets_is_ambiguous(text, choices):
    found = FINDER.find(text)

    assert isinstance(found, Ambiguous)
    assert list(found.choices[: len(choices)]) == choices


@pytest.mark.parametrize(
    ("text", "planet"),
    [
        ("Kepler-10", "Kepler-10 b"),
        ("tau Ceti", "tau Cet e"),
        ("HD 133131 A c", "HD 133131 A c"),
        ("HD 133131 c", "HD 133131 A c"),
        ("55 Cancri b", "55 Cnc b"),
        ("55 Cancri Bc", "55 Cnc B c"),
        ("55 Cnc A e", "55 Cnc e"),
        ("mu Arae b", "HD 160691 b"),
        ("KOI-12 c", "Kepler-448 c"),
        ("Kepler-448", "Ambiguous"),
    ],
)
def test_a_text_that_fits_one_planet_names_it(text, planet):
    found = FINDER.find(text)

    assert (type(found).__name__ if isinstance(found, Ambiguous) else found) == planet


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Kepler-187 f",
        "Kepler",
        "b",
        "KOI-1201",
        "alpha Centauri b",
        "alpha Centauri A b",
        "HD 178911 A b",
        "GJ 667 A c",
        "BD-20 594 b",
        "Kepler-186 f" + " " * MAX_NAME,
        "Kepler-10 A b" + " " * MAX_NAME,
    ],
)
def test_a_text_that_fits_no_planet_is_unknown(text):
    assert isinstance(FINDER.find(text), Unknown)


@pytest.mark.parametrize(
    "planets", [[("One b", ""), ("Two b", "")], [("Three", "One"), ("One b", "One")]]
)
def test_a_letter_alone_finds_no_planet(planets):
    assert isinstance(finder_of(planets).find("b"), Unknown)


def test_a_planet_without_a_host_is_found_by_the_star_in_its_name():
    assert finder_of([("One b", ""), ("Two b", "")]).find("one") == "One b"


def test_a_name_of_a_planet_never_means_another_one():
    misleading = [(name, "Earth") for name, _ in FEW]

    misled = finder_of(FEW, misleading)
    assert not [name for name, _ in FEW if misled.find(name) != name]


@needs_tables
def test_a_kepler_object_of_interest_can_be_an_alias(full):
    known = {name for name, _ in archive()}
    objects = [(alias, planet) for alias, planet in kepler_objects() if planet in known]
    with_objects = finder_of(archive(), objects)

    assert len(objects) > 2200
    assert not [alias for alias, planet in objects if with_objects.find(alias) != planet]
    assert with_objects.find("KOI-701.03") == "Kepler-62 e"
    assert isinstance(with_objects.find("KOI-701"), Ambiguous)
    assert not [name for name, _ in archive() if with_objects.find(name) != name]
    assert isinstance(full.find("KOI-701.03"), Unknown)


@pytest.mark.parametrize(
    ("alias", "text"),
    [("HD 999999 b", "hd999999b"), ("HD 999999 b", "HD 999999"), ("Home", "home")],
)
def test_aliases_are_found_and_those_of_other_planets_do_not_count(alias, text):
    aliases = [(alias, "Kepler-10 b"), ("HD 999999 c", "Nowhere"), ("", "Kepler-10 b")]

    assert finder_of(FEW, aliases).find(text) == "Kepler-10 b"


NUMBERS = [
    ("HD 10700", "tau Cet e"),
    ("HIP 8102", "tau Cet e"),
    *(("TIC 27533327", f"Kepler-186 {letter}") for letter in "bcdef"),
    ("HD 133131 A", "HD 133131 A b"),
    ("HD 95735", "GJ 411 b"),
    ("HD 95735", "HD 95735 c"),
]


@pytest.mark.parametrize(
    ("text", "planet"),
    [
        ("HD 10700 e", "tau Cet e"),
        ("hd10700", "tau Cet e"),
        ("HIP 8102", "tau Cet e"),
        ("HIP-8102 E", "tau Cet e"),
        ("TIC 27533327 f", "Kepler-186 f"),
        ("HD 95735 b", "GJ 411 b"),
        ("HD 133131 A b", "HD 133131 A b"),
    ],
)
def test_a_number_of_the_star_and_the_letter_find_a_planet(text, planet):
    assert finder_of(FEW, (), NUMBERS).find(text) == planet


def test_a_number_of_a_star_alone_means_all_its_planets():
    found = finder_of(FEW, (), NUMBERS).find("tic 27533327")

    assert found == Ambiguous(tuple(f"Kepler-186 {letter}" for letter in "bcdef"))


@pytest.mark.parametrize("text", ["HD 10700 c", "TIC 2753332", "HIP 8102 5", "TIC 27533327 fb"])
def test_another_letter_or_number_finds_none(text):
    assert isinstance(finder_of(FEW, (), NUMBERS).find(text), Unknown)


def test_numbers_are_suggested():
    assert finder_of(FEW, (), NUMBERS).suggest("tic 275")[0] == "Kepler-186 b"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Keplr-186 f", "Kepler-186 f"),
        ("Teegardens Stra b", "Teegarden's Star b"),
        ("proxma b", "Proxima Cen b"),
        ("Vneus", "Venus"),
        ("Dulcinae", "HD 160691 d"),
        ("Lalande 21158 c", "HD 95735 c"),
    ],
)
def test_the_nearest_names_of_an_unknown_one_are_offered(text, nearest):
    found = FINDER.find(text)

    assert isinstance(found, Unknown)
    assert found.nearest[0] == nearest
    assert len(set(found.nearest)) == len(found.nearest) <= 5


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("kepl", ["Kepler-1 b", "Kepler-2 b", "Kepler-10 b", "Kepler-18 b", "Kepler-100 b"]),
        ("Proxima C", ["Proxima Cen b", "Proxima Cen d"]),
        ("Kepler-186.02", [f"Kepler-186 {letter}" for letter in "bcdef"]),
        ("Kepler-999.02", []),
    ],
)
def test_a_beginning_or_a_candidate_of_a_known_star_leads_to_its_planets(text, nearest):
    found = FINDER.find(text)

    assert isinstance(found, Unknown)
    assert found.nearest == nearest


@pytest.mark.parametrize("text", ["", "?", "x" * 50, "zzzzzzzz", "x" * (MAX_NAME + 1)])
def test_names_that_are_far_away_are_not_offered(text):
    assert FINDER.find(text).nearest == []


def test_nearest_names_are_looked_for_only_when_they_are_asked_for(monkeypatch):
    lengths = []
    monkeypatch.setattr(
        finder_module, "extract", lambda key, *_, **__: lengths.append(len(key)) or []
    )

    found = [FINDER.find("x" * length) for length in (1, 100, MAX_NAME, 10**6)]
    assert not lengths

    assert [each.nearest for each in found] == [[], [], [], []]
    assert [each.nearest for each in found] == [[], [], [], []]
    assert max(lengths) == 50
    assert len(lengths) == 2 * len(found)


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("Kepler-1 b", ["Kepler-2 b", "Kepler-10 b", "Kepler-18 b"]),
        ("Kepler-18 b", ["Kepler-1 b", "Kepler-10 b", "Kepler-186 b"]),
        ("Kepler-81 b", ["Kepler-1 b", "Kepler-18 b"]),
        ("HD 160691 b", ["HD 160691 c", "HD 160691 d", "HD 160691 e"]),
        ("Earth", []),
        ("", []),
    ],
)
def test_similar_names_differ_by_one_letter_or_two_swapped_ones(name, similar):
    assert FINDER.similar(name) == similar


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("kepler", ["Kepler-1 b", "Kepler-2 b", "Kepler-10 b", "Kepler-18 b", "Kepler-100 b"]),
        ("Kepler 18", ["Kepler-18 b", *(f"Kepler-186 {letter}" for letter in "bcde")]),
        ("prox", ["Proxima Cen b", "Proxima Cen d"]),
        ("proxima b", ["Proxima Cen b"]),
        ("gliese 4", ["GJ 411 b", "HD 95735 c"]),
        ("lalande", ["GJ 411 b", "HD 95735 c"]),
        ("KOI-12", ["Kepler-448 c", "KOI-12 b"]),
        ("dulc", ["HD 160691 d"]),
        ("τ c", ["tau Cet e"]),
        ("x" * 10**6, []),
        ("", []),
        (" ", []),
    ],
)
def test_names_are_suggested_in_natural_order(text, names):
    assert FINDER.suggest(text, limit=5) == names


def test_at_most_ten_different_names_are_suggested():
    suggested = FINDER.suggest("kepler")

    assert len(set(suggested)) == len(suggested) == 10


@given(st.text())
def test_any_text_can_be_looked_up(text):
    found = FINDER.find(text)
    suggested = FINDER.suggest(text)

    assert isinstance(found, str | Ambiguous | Unknown)
    if isinstance(found, Unknown):
        assert len(found.nearest) <= 5
    assert len(suggested) <= 10
    assert len(FINDER.similar(text)) < len(FEW)


def make_typo(name: str, chance: random.Random) -> str:
    """Change, drop, add or swap one letter at a place and in a way given by chance."""
    letter = chance.choice(string.ascii_lowercase + string.digits)
    place = chance.randrange(len(name) - 1)
    before, after = name[:place], name[place:]
    return chance.choice(
        [
            before + letter + after[1:],
            before + after[1:],
            before + letter + after,
            before + after[1] + after[0] + after[2:],
        ]
    )


@needs_archive
def test_nine_of_ten_typos_lead_to_the_right_planet(full):
    chance = random.Random(1)  # noqa: S311
    names = [name for name, _ in chance.choices(archive(), k=1500)]

    helped = sum(leads_to(full, make_typo(name, chance), name) for name in names)
    assert helped >= 0.9 * len(names)


def leads_to(full: Finder, typo: str, name: str) -> bool:
    """Whether the answer to a typo shows the right name."""
    found = full.find(typo)
    if isinstance(found, str):
        return name in (found, *full.similar(found))
    return name in (found.choices if isinstance(found, Ambiguous) else found.nearest)
