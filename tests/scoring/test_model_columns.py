"""Columns of the own model and of adopted ones, for many planets and for one."""

from __future__ import annotations

import math
import pickle
import tracemalloc

import numpy as np
import pytest
from msgspec.structs import replace

from exohabit.science.columns import COLUMNS, NUMERIC_NAMES, REQUIRED
from exohabit.science.features import FEATURES, feature_matrix
from exohabit.science.spectral_columns import SpectralTypes
from exohabit.scoring.custom_columns import CustomColumns
from exohabit.scoring.custom_manifest import CustomModel, ModelColumn
from exohabit.scoring.feature_inputs import inputs_of
from exohabit.scoring.golden_planets import golden_table, types_of
from exohabit.scoring.manifest import BundleError
from exohabit.scoring.model_columns import OWN_COLUMNS, columns_of

EARTH = {
    **{"pl_rade": 1.0, "pl_bmasse": 1.0, "pl_orbper": 365.25, "pl_eqt": 255.0},
    **{"st_spectype": "G2 V", "pl_insol": 1.0, "pl_orbsmax": 1.0, "pl_orbeccen": 0.3},
    **{"st_teff": 5772.0, "st_rad": 1.0, "st_mass": 1.0},
}
PLANETS = [EARTH, {"pl_rade": 2.0}, {"st_spectype": " M4.5 V"}, {"st_spectype": "sdBV"}, {}]
CUSTOM = [
    ModelColumn("letter G", "letter", "G"),
    ModelColumn("rade", "column", "pl_rade"),
    ModelColumn("type", "type", "M4.5 V"),
    ModelColumn("class", "ordinal", "OBAFGKM"),
    ModelColumn("zone", "column", "p_zone"),
    ModelColumn("none", "no_type", ""),
]
NAN = math.nan
EXPECTED = [
    [1, 1, 0, 4, None, 0],
    [0, 2, 0, NAN, NAN, 1],
    [0, NAN, 1, 6, NAN, 0],
    [0, NAN, 0, NAN, None, 0],
    [0, NAN, 0, NAN, NAN, 1],
]
"""None is the value of the feature `p_zone`."""


def matrix_of(columns, planets=PLANETS) -> np.ndarray:
    return columns.matrix(golden_table(planets), types_of(planets))


def singles(planets=PLANETS):
    """Each planet as a request for one has it."""
    for planet in planets:
        table = golden_table([planet])
        yield {name: float(values[0]) for name, values in table.items()}, planet.get("st_spectype")


def test_the_own_model_reads_the_features():
    assert OWN_COLUMNS.names == FEATURES
    np.testing.assert_array_equal(matrix_of(OWN_COLUMNS), feature_matrix(golden_table(PLANETS)))


def test_columns_of_an_adopted_model_are_computed_as_their_manifest_says():
    matrix = matrix_of(CustomColumns(CUSTOM))

    p_zone = feature_matrix(golden_table(PLANETS))[:, FEATURES.index("p_zone")]
    for row, expected, feature in zip(matrix, EXPECTED, p_zone, strict=True):
        np.testing.assert_array_equal(row, [feature if x is None else x for x in expected])


@pytest.mark.parametrize(
    "columns", [CustomColumns(CUSTOM), CustomColumns(CUSTOM[1:2]), OWN_COLUMNS]
)
def test_one_planet_has_the_bits_of_the_same_planet_among_many(columns):
    alone = [columns.of_one(*single) for single in singles()]

    np.testing.assert_array_equal(np.array(alone, dtype=np.float32), matrix_of(columns))


def test_columns_survive_pickling():
    columns = pickle.loads(pickle.dumps(CustomColumns(CUSTOM)))

    np.testing.assert_array_equal(matrix_of(columns), matrix_of(CustomColumns(CUSTOM)))


@pytest.mark.parametrize("planets", [[], [{}]])
def test_few_planets_have_a_matrix_too(planets):
    assert matrix_of(CustomColumns(CUSTOM), planets).shape == (len(planets), len(CUSTOM))


@pytest.mark.parametrize(
    ("columns", "needed"),
    [
        (CUSTOM[:1], {"st_spectype"}),
        (CUSTOM[1:2], {"pl_rade"}),
        ([ModelColumn("a", "column", "st_teff")], set()),
        ([ModelColumn("a", "column", "p_habitable")], {column.name for column in REQUIRED}),
    ],
)
def test_keys_that_the_model_does_not_need_are_optional(columns, needed):
    optional = CustomColumns(columns).optional_keys

    assert {column.name for column in REQUIRED} - optional == needed


def test_the_own_model_needs_every_required_key():
    assert OWN_COLUMNS.optional_keys == frozenset()


@pytest.mark.parametrize("feature", FEATURES)
def test_the_inputs_of_a_feature_are_those_on_which_it_depends(feature):
    """Without an input that is listed, a value changes; without any other, none does."""
    position = FEATURES.index(feature)

    def value(planet) -> float:
        return float(feature_matrix(golden_table([planet]))[0, position])

    less = [{k: v for k, v in EARTH.items() if k != "pl_insol"}]
    less += [{k: v for k, v in each.items() if k not in ("st_teff", "pl_orbsmax")} for each in less]
    less += [{k: v for k, v in EARTH.items() if k not in ("st_mass", "pl_orbper")}]
    less += [{k: v for k, v in EARTH.items() if k not in ("st_spectype",)}]
    changes = {
        name
        for planet in (EARTH, *less)
        for name in planet
        if not np.array_equal(value(planet), value({**planet, name: None}), equal_nan=True)
    }

    assert changes - {"pl_orbeccen"} <= set(inputs_of(feature))
    if feature in NUMERIC_NAMES:
        assert inputs_of(feature) == (feature,)


@pytest.mark.parametrize(
    ("columns", "planet", "lacking"),
    [
        (CUSTOM[:2], {}, True),
        (CUSTOM[:2], {"pl_rade": 1.0}, False),
        (CUSTOM[:2], {"st_spectype": "K"}, False),
        (CUSTOM[:2], {"pl_eqt": 255.0, "st_teff": 5000.0}, True),
    ],
)
def test_a_planet_is_scored_as_soon_as_one_input_is_known(columns, planet, lacking):
    custom = CustomColumns(columns)

    assert custom.lacks_data(golden_table([planet])).tolist() == [lacking]
    assert [custom.lacks_data(known) for known, _ in singles([planet])] == [lacking]


def test_the_types_of_many_stars_are_read_once_each():
    columns = CustomColumns(CUSTOM[:1])
    types = SpectralTypes.from_texts(["G", "K"] * 1000)

    columns.matrix({}, types)

    assert columns._of_type.cache_info().misses == 2


def test_a_manifest_with_a_column_that_is_not_computed_is_refused(bundle):
    custom = CustomModel("x", (ModelColumn("a", "column", "albedo"),), False, True)
    manifest = replace(bundle.manifest, features=("a",), custom=custom)

    with pytest.raises(BundleError, match="does not compute"):
        columns_of(manifest)


def test_every_column_of_the_archive_can_be_an_input():
    assert {column.name for column in COLUMNS} >= {
        name for feature in FEATURES for name in inputs_of(feature)
    }


LETTERS = ("G", "K")
UNKNOWN, KNOWN_OTHER = "other_or_no_type", "other"


@pytest.mark.parametrize(
    ("kind", "source", "listed", "expected"),
    [
        (KNOWN_OTHER, "letter", LETTERS, [0, 0, 1, 0]),
        (UNKNOWN, "letter", LETTERS, [0, 0, 1, 1]),
        (KNOWN_OTHER, "type", ("G2 V",), [0, 1, 1, 0]),
        (UNKNOWN, "type", ("G2 V",), [0, 1, 1, 1]),
    ],
)
def test_the_category_of_all_others_is_what_has_no_column_of_its_own(
    kind, source, listed, expected
):
    columns = CustomColumns([ModelColumn("a", kind, source, listed)])

    found = [columns.of_one({}, text)[0] for text in ("G2 V", "K5", "M", None)]

    assert found == expected


def test_the_columns_of_many_types_need_little_memory():
    texts = [f"G{number / 1000:.3f} V" for number in range(4000)]
    columns = CustomColumns(
        [ModelColumn(f"c{i}", "type", text) for i, text in enumerate(texts[:315])]
    )
    tracemalloc.start()

    for text in texts:
        columns.of_one({}, text)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert columns.of_one({}, texts[3])[:5] == (0.0, 0.0, 0.0, 1.0, 0.0)
    assert used < 4 * 2**20
