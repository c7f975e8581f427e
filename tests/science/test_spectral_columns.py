"""Spectral types of many stars: each type is parsed once, and each star keeps its own."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.spectral_columns import (
    SPECTRAL,
    SpectralTypes,
    spectral_columns,
    spectral_values,
)

TYPES = ["G2 V", None, "M", "G2 V", "WD", "M", None]


def texts(types: SpectralTypes) -> list[str | None]:
    return [types.text_of(star) for star in range(len(types.indices))]


def test_each_star_keeps_its_type_and_each_type_is_stored_once():
    types = SpectralTypes.from_texts(TYPES)

    assert texts(types) == TYPES
    assert types.texts == ["G2 V", None, "M", "WD"]


def test_some_of_the_stars_keep_their_order():
    assert texts(SpectralTypes.from_texts(TYPES).take([4, 0, 0])) == ["WD", "G2 V", "G2 V"]


@pytest.mark.parametrize("cut", range(1, len(TYPES)))
def test_joined_chunks_equal_one_list_of_all_stars(cut):
    joined = SpectralTypes.concatenate(
        [SpectralTypes.from_texts(TYPES[:cut]), SpectralTypes.from_texts(TYPES[cut:])]
    )

    assert texts(joined) == TYPES
    for name, values in joined.columns().items():
        assert np.array_equal(values, spectral_columns(TYPES)[name], equal_nan=True)


def test_a_column_has_the_value_of_each_stars_type():
    columns = SpectralTypes.from_texts(TYPES).columns()

    expected = np.array([[*spectral_values(text).values()] for text in TYPES]).T
    assert tuple(columns) == SPECTRAL
    assert np.array_equal([*columns.values()], expected, equal_nan=True)


def test_the_columns_are_temperature_luminosity_class_and_whether_f_to_m():
    columns = spectral_columns(["G2 V", "M", "K1 III", "WD", None])

    assert columns["spectype_teff"][:3] == pytest.approx([5770.0, 3506.0, 5170.0])
    assert np.isnan(columns["spectype_teff"]).tolist() == [False, False, False, True, True]
    assert np.isnan(columns["spectype_luminosity"]).tolist() == [False, True, False, True, True]
    assert columns["spectype_luminosity"][[0, 2]].tolist() == [5.0, 3.0]
    assert columns["spectype_fgkm"][:4].tolist() == [1.0, 1.0, 1.0, 0.0]
    assert np.isnan(columns["spectype_fgkm"][4])


def test_no_stars_give_empty_columns():
    columns = spectral_columns([])

    assert {name: column.shape for name, column in columns.items()} == dict.fromkeys(SPECTRAL, (0,))


def test_other_text_is_an_error():
    with pytest.raises(ValueError, match="not a spectral type"):
        spectral_columns(["G2 V", "Green"])
