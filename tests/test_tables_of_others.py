"""Tables as other catalogues and programs write them: ranked or refused, with expected counts."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.readers import CSV
from tests.archive_data import DATA
from utils import parse_planets

TABLES = DATA / "tables"
needs_tables = pytest.mark.skipif(
    not TABLES.exists(), reason="the tables of other catalogues are not here"
)


class Excerpt(NamedTuple):
    """An excerpt, and what becomes of it with ?on_invalid=skip."""

    file: str
    planets: int
    scored: int
    invalid: int
    warnings: tuple[str, ...]
    names: tuple[str, str]
    refusal: str = ""
    """What is said without ?on_invalid=skip; empty if nothing is refused."""


EXCERPTS = [
    Excerpt(
        *("kepler_objects_of_interest.csv", 20, 20, 0),
        ("synonyms", "absent_columns"),
        ("Kepler-227 b", "Kepler-227 c"),
    ),
    Excerpt(
        *("phl_catalog_2020.csv", 15, 14, 0),
        ("synonyms",),
        ("11 Com b", "11 UMi b"),
    ),
    Excerpt(
        *("toi.csv", 23, 19, 0),
        ("synonyms", "absent_columns"),
        ("1000.01", "1001.01"),
    ),
    Excerpt(
        *("k2_planets_and_candidates.csv", 23, 14, 0),
        ("default_rows",),
        ("BD+20 594 b", "EPIC 201111557.01"),
    ),
    Excerpt(
        *("ps_saved_by_a_spreadsheet.csv", 15, 9, 6),
        ("absent_columns", "repeated_names"),
        ("11 Com b", "11 Com b"),
        "pl_orbper (orbital period) is 0",
    ),
    Excerpt(
        *("archive_2018.csv", 22, 20, 0),
        ("synonyms",),
        ("11 Com b", "11 UMi b"),
    ),
    Excerpt(
        *("ps_by_tap.csv", 37, 30, 0),
        ("synonyms", "repeated_names"),
        ("Kepler-6 b", "Kepler-6 b"),
    ),
]


def read(name, **more):
    return parse_planets((TABLES / name).read_bytes(), CSV, **more)


@needs_tables
@pytest.mark.parametrize("excerpt", EXCERPTS, ids=lambda excerpt: excerpt.file)
def test_an_excerpt_is_ranked_with_the_expected_counts(excerpt: Excerpt):
    planets = read(excerpt.file, skip_invalid=True)

    assert len(planets.names) == excerpt.planets
    assert len(planets.names) - len(planets.reasons()) == excerpt.scored
    assert len(planets.invalid) == excerpt.invalid
    assert tuple(each.code for each in planets.table_warnings) == excerpt.warnings
    assert tuple(planets.names[:2]) == excerpt.names
    assert all(each.code != "near_miss" for found in planets.warnings.values() for each in found)


@needs_tables
@pytest.mark.parametrize("excerpt", EXCERPTS, ids=lambda excerpt: excerpt.file)
def test_an_excerpt_with_problems_is_refused_unless_they_are_skipped(excerpt: Excerpt):
    if not excerpt.refusal:
        assert read(excerpt.file).names == read(excerpt.file, skip_invalid=True).names
        return

    with pytest.raises(InvalidInput) as refused:
        read(excerpt.file)

    assert excerpt.refusal in refused.value.message
    assert "on_invalid=skip" in refused.value.message


@needs_tables
def test_exoplanet_eus_table_is_refused_because_its_sizes_are_in_jupiters():
    for skip in (False, True):
        with pytest.raises(InvalidInput) as refused:
            read("exoplanet_eu.csv", skip_invalid=skip)

        (problem,) = refused.value.problems
        assert (problem.code, problem.line, problem.column) == ("missing_key", 1, "pl_rade")
        assert '"radius" has no unit: ' in problem.message
        assert "Jupiter radii, as in exoplanet.eu's tables, multiply by 11.209" in problem.message
        assert "Jupiter masses, as in exoplanet.eu's tables, multiply by 317.83" in problem.message


@needs_tables
def test_exoplanet_eus_table_is_read_once_its_sizes_are_renamed():
    body = (TABLES / "exoplanet_eu.csv").read_bytes()
    planets = parse_planets(body.replace(b",mass,", b",pl_bmasse,", 1), CSV)

    assert len(planets.names) == 15
    assert planets.names[0] == "11 Com b"
    assert planets.table["st_teff"][0] == 4742.0
    assert planets.types.text_of(1) == "M9"


@needs_tables
def test_every_excerpt_is_covered():
    covered = {excerpt.file for excerpt in EXCERPTS} | {"exoplanet_eu.csv"}

    assert {path.name for path in TABLES.iterdir()} == covered
