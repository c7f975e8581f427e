from __future__ import annotations

from exohabit.catalog.responses import DOI, KnownPlanet, ListedPlanet, WhatIf, provenance_of
from exohabit.catalog.rows import ALL_COLUMNS
from exohabit.catalog.solar_system import SUN
from tests.catalog.small import INFO


def test_the_archives_values_carry_table_date_doi_acknowledgement_and_caution():
    provenance = provenance_of(INFO, "TRAPPIST-1")

    assert (provenance.catalog, provenance.date) == (INFO.table, INFO.date)
    assert provenance.doi == DOI == "10.26133/NEA13"
    assert provenance.acknowledgement.startswith("This research has made use of the NASA Exoplanet")
    assert "may not be self-consistent" in provenance.note


def test_the_solar_systems_values_do_not_claim_to_be_the_archives():
    provenance = provenance_of(INFO, SUN)

    assert (provenance.date, provenance.doi, provenance.acknowledgement) == (None, None, None)
    assert "JPL" in provenance.catalog
    assert "as if" in provenance.note


def test_fields_name_everything_but_the_status():
    for answer in (KnownPlanet, WhatIf):
        assert {*answer.FIELDS} == {*answer.__struct_fields__} - {"status"}


def test_a_listed_planet_may_have_every_column():
    assert {*ListedPlanet.__struct_fields__} >= {*ALL_COLUMNS} - {"pl_name"}
