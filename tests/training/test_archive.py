"""The archive's table as planets: limits, joined labels, and tables that cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from exohabit.science.columns import NUMERIC, REQUIRED
from exohabit.science.features import lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from tests.archive_data import CATALOG, LABELS, needs_archive
from tests.training.samples import archive_rows
from training.archive import Archive, TableError, read_labelled


def archive(*planets: dict) -> Archive:
    """Make a table of planets with these values only."""
    return Archive(archive_rows(*({"pl_name": "", **planet} for planet in planets)))


@pytest.fixture(scope="module")
def downloaded() -> Archive:
    return Archive.read(CATALOG)


def test_the_header_of_a_download_is_skipped(tmp_path):
    path = tmp_path / "table.csv"
    table = archive_rows(
        {"pl_name": "Earth", "pl_rade": 1.0}, {"pl_name": "Mars", "pl_rade": 0.532}
    )
    path.write_text("# This file was produced by ...\n#\n" + table.to_csv(index=False))

    rows = Archive.read(path).rows

    assert rows["pl_name"].tolist() == ["Earth", "Mars"]
    assert rows["pl_rade"].tolist() == [1.0, 0.532]


def test_a_table_without_a_header_is_read_as_well(tmp_path):
    path = tmp_path / "table.csv"
    archive_rows({"pl_name": "Earth"}).to_csv(path, index=False)

    assert Archive.read(path).rows["pl_name"].tolist() == ["Earth"]


def write_tables(folder: Path, labels: str, names: str = "abc") -> tuple[Path, Path]:
    """Write a catalog of planets with these names, and labels."""
    extra = {"hostname": "star", "pl_bmassprov": "Mass", "pl_radeerr1": 0.1}
    rows = archive(*({"pl_name": name} for name in names)).rows.assign(**extra)
    rows.to_csv(folder / "catalog.csv", index=False)
    (folder / "labels.csv").write_text(labels)
    return folder / "catalog.csv", folder / "labels.csv"


def test_labels_are_joined_by_name_and_planets_without_a_label_are_left_out(tmp_path):
    files = write_tables(tmp_path, "pl_name,habitable\nc,1\nnowhere,1\na,0\n")

    labelled, labels = read_labelled(*files)

    assert labelled.rows["pl_name"].tolist() == ["a", "c"]
    assert labels.tolist() == [False, True]


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("name,is_habitable\na,1\n", "lacks the columns pl_name, habitable"),
        ("pl_name\na\n", "lacks the columns habitable"),
        ("", "is not a CSV table"),
        ("# only a comment\n", "is not a CSV table"),
        ('pl_name,habitable\n"a,1\n', "is not a CSV table"),
        ("pl_name,habitable\nnowhere,1\n", "labels none of the planets in"),
        ("pl_name,habitable\na,0\n", "labels none of the planets in"),
    ],
)
def test_labels_that_cannot_be_used_are_an_error_of_one_line(tmp_path, labels, reason):
    files = write_tables(tmp_path, labels)

    with pytest.raises(TableError) as caught:
        read_labelled(*files)

    message = str(caught.value)
    assert message.startswith(f"{files[1]} {reason}")
    assert "LABELS=" in message
    assert "\n" not in message


def test_a_catalog_without_the_archives_columns_is_an_error(tmp_path):
    catalog, labels = write_tables(tmp_path, "pl_name,habitable\na,1\n")
    catalog.write_text("pl_name,pl_rade\na,1.0\n")

    with pytest.raises(TableError, match="lacks the columns hostname, pl_bmassprov, pl_bmasse"):
        read_labelled(catalog, labels)


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_table_is_named(tmp_path, missing):
    files = write_tables(tmp_path, "pl_name,habitable\na,1\n")
    files[missing].unlink()

    with pytest.raises(TableError, match=rf"{files[missing]} cannot be read \(No such file"):
        read_labelled(*files)


@pytest.mark.parametrize(("flag", "known"), [(0, True), (None, True), (1, False), (-1, False)])
@pytest.mark.parametrize("name", ["pl_rade", "st_teff"])
def test_a_limit_is_taken_as_not_measured(name, flag, known):
    table = archive({name: 35.0, f"{name}lim": flag}).known(optional=True)

    assert np.isnan(table[name]).tolist() == [not known]


def test_a_table_has_every_column_that_the_features_need():
    table = archive({"pl_rade": 1.0}).known(optional=False)

    assert set(table) == {column.name for column in NUMERIC} | set(SPECTRAL)
    assert {column.dtype for column in table.values()} == {np.dtype(np.float64)}


def test_without_the_optional_columns_none_of_them_is_known():
    full = {column.name: 0.5 for column in NUMERIC} | {"st_spectype": "G2 V", "st_teff": 5772.0}

    table = archive(full).known(optional=False)

    known = {column.name for column in NUMERIC if not np.isnan(table[column.name]).any()}
    assert known == {column.name for column in REQUIRED} - {"st_spectype"}


@pytest.mark.parametrize(
    ("optional", "text", "teff", "expected"),
    [
        (False, None, 3_850.0, 3_850.0),
        (False, "G2 V", 3_850.0, 5_770.0),
        (False, None, None, np.nan),
        (True, None, 3_850.0, np.nan),
        (True, "G2 V", 3_850.0, 5_770.0),
    ],
)
def test_a_missing_type_is_taken_from_the_temperature_only_with_five_columns(
    optional, text, teff, expected
):
    table = archive({"st_spectype": text, "st_teff": teff}).known(optional=optional)

    assert table["spectype_teff"] == pytest.approx([expected], nan_ok=True)


@pytest.mark.parametrize(
    ("radius", "error", "mass", "provenance", "known"),
    [
        (1.6, 0.1, 3.2, "M-R relationship", ("pl_rade",)),
        (1.6, None, 3.2, "Msini", ("pl_bmasse",)),
        (1.6, 0.1, 3.2, "Mass", ("pl_rade", "pl_bmasse")),
        (1.6, None, None, None, ("pl_rade",)),
        (None, None, 3.2, "Mass", ("pl_bmasse",)),
    ],
)
def test_a_size_that_the_archive_computed_can_count_as_not_measured(
    radius, error, mass, provenance, known
):
    sizes = {"pl_rade": radius, "pl_bmasse": mass}
    planet = Archive(
        archive(sizes)
        .rows.assign(pl_radeerr1=error, pl_bmassprov=provenance)
        .astype({"pl_rade": float, "pl_bmasse": float})
    )

    measured, every = (planet.known(optional=True, computed=each) for each in (False, True))

    assert {name for name in sizes if not np.isnan(measured[name]).any()} == set(known)
    assert {name for name in sizes if not np.isnan(every[name]).any()} == {
        name for name, value in sizes.items() if value is not None
    }


@needs_archive
def test_the_downloaded_table_has_6065_planets(downloaded):
    assert len(downloaded.rows) == 6_065
    assert downloaded.rows["pl_name"].is_unique


@needs_archive
def test_half_of_them_have_a_label_and_41_are_habitable():
    labelled, labels = read_labelled(CATALOG, LABELS)

    assert len(labelled.rows) == labels.size == 3_034
    assert labels.sum() == 41


@needs_archive
@pytest.mark.parametrize(
    ("planet", "habitable"), [("11 Com b", False), ("TRAPPIST-1 e", True), ("55 Cnc e", False)]
)
def test_labels_belong_to_their_planets(planet, habitable):
    labelled, labels = read_labelled(CATALOG, LABELS)
    is_planet = (labelled.rows["pl_name"] == planet).to_numpy()

    assert labels[is_planet].tolist() == [habitable]


@needs_archive
def test_the_mass_of_kepler_62_f_is_unknown_because_it_is_a_limit(downloaded):
    [row] = np.flatnonzero(downloaded.rows["pl_name"] == "Kepler-62 f")

    table = downloaded.known(optional=True)

    assert downloaded.rows["pl_bmasse"].iloc[row] == 35.0
    assert np.isnan(table["pl_bmasse"][row])
    assert table["pl_rade"][row] == 1.41


@needs_archive
def test_most_of_the_archive_can_be_scored(downloaded):
    flags = {column.limit_flag: 0 for column in NUMERIC}
    with_limits = Archive(downloaded.rows.assign(**flags)).known(optional=True)
    without = downloaded.known(optional=True)

    scored = [~(lacks_size(table) | lacks_light(table)) for table in (with_limits, without)]
    # 95.9 % if limits counted as values.
    assert scored[0].mean() == pytest.approx(0.959, abs=0.001)
    assert scored[1].mean() == pytest.approx(0.952, abs=0.001)
