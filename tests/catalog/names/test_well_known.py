from __future__ import annotations

from collections import Counter

from exohabit.catalog.names.aliases import split
from exohabit.catalog.names.finder import Finder
from exohabit.catalog.names.index import build_index
from exohabit.catalog.names.keys import key_of
from exohabit.catalog.names.well_known import PLANETS, STARS
from tests.archive_data import needs_archive
from tests.catalog.known_names import archive

OTHERS = [other for others in STARS.values() for other in others]


def test_no_name_is_that_of_two_stars():
    assert Counter(map(key_of, OTHERS)).most_common(1)[0][1] == 1


def test_only_letters_of_mu_arae_mean_several_planets():
    counted = Counter(key_of(alias) for alias, _ in PLANETS)

    assert {key for key, count in counted.items() if count > 1} == {
        f"{star}{letter}" for star in ("muara", "cervantes") for letter in "cde"
    }


@needs_archive
def test_every_star_and_planet_is_in_the_archive():
    names = {name for name, _ in archive()}
    stars = {host for _, host in archive()} | {split(name)[0] for name in names}

    assert set(STARS) <= stars
    assert {planet for _, planet in PLANETS} <= names


@needs_archive
def test_no_other_name_is_the_name_of_a_planet_or_star_of_the_archive():
    names = {key_of(name) for pair in archive() for name in pair}

    assert not [other for other in OTHERS if key_of(other) in names]
    assert not [alias for alias, _ in PLANETS if key_of(alias) in names]


@needs_archive
def test_every_other_name_of_a_planet_finds_it():
    finder = Finder(build_index(archive()))
    several = {alias for alias, _ in PLANETS if key_of(alias).startswith(("muara", "cervantes"))}

    assert not [
        alias for alias, planet in PLANETS if alias not in several and finder.find(alias) != planet
    ]
