"""Names of columns: what each is understood as, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder

from exohabit.custom_model.column_names import identify_columns
from exohabit.custom_model.refusal import Refused
from exohabit.science.features import FEATURES
from tests.custom_model.models import NUMBERS, one_hot, planets


def understood(*names: str, **ordinals: str) -> list[tuple[str, str]]:
    return [(each.kind, each.source) for each in identify_columns(names, ordinals)]


def test_every_column_and_feature_is_understood_by_its_name():
    assert understood(*FEATURES) == [("column", name) for name in FEATURES]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["st_spectype_G", "st_spectype_m"], [("letter", "G"), ("letter", "m")]),
        (["st_spectype_G2 V", "st_spectype_G"], [("type", "G2 V"), ("type", "G")]),
        (["x4_M", "x4_K"], [("letter", "M"), ("letter", "K")]),
        (["st_spectype_G", "st_spectype_nan"], [("letter", "G"), ("no_type", "")]),
        (["x4_G2 V", "x4_None"], [("type", "G2 V"), ("no_type", "")]),
        (["num__pl_rade", "cat__st_spectype_K"], [("column", "pl_rade"), ("letter", "K")]),
        (["remainder__pl_eqt"], [("column", "pl_eqt")]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_one_hot_columns_are_understood_as_pandas_and_scikit_learn_name_them(names, expected):
    assert understood(*names) == expected


@pytest.mark.parametrize("letters", [True, False])
def test_every_column_that_pandas_makes_is_understood(letters):
    made = [*one_hot(planets(), letters=letters).columns]

    assert len(identify_columns(made)) == len(made) > 6


def test_every_column_that_scikit_learn_makes_is_understood():
    encoder = make_column_transformer(
        (OneHotEncoder(), ["st_spectype"]), remainder="passthrough", verbose_feature_names_out=True
    ).fit(planets())
    plain = OneHotEncoder().fit(planets()[["st_spectype"]].to_numpy())

    for names in (encoder.get_feature_names_out(), plain.get_feature_names_out()):
        kinds = {each.kind for each in identify_columns([*names])}
        assert kinds >= {"type", "no_type"}


def test_the_class_as_a_number_is_understood_if_its_order_is_given():
    assert understood("pl_rade", "st_spectype", st_spectype="OBAFGKM") == [
        ("column", "pl_rade"),
        ("ordinal", "OBAFGKM"),
    ]


@pytest.mark.parametrize(
    ("names", "ordinals", "reasons"),
    [
        (["pl_radius"], {}, ["pl_radius", "near: pl_rade"]),
        (["st_spectype"], {}, ["--ordinal st_spectype=O,B,A,F,G,K,M"]),
        (["Unnamed: 0", "pl_rade"], {}, ["Unnamed: 0"]),
        ([f"c{i}" for i in range(9)], {}, ["and 4 more"]),
        (["x3_G", "x4_G"], {}, ["x3_..., x4_..."]),
        (["x0_Transit", "x0_G"], {}, ["x0_Transit is not a one-hot column"]),
        (["pl_rade"], {"st_class": "GK"}, ["st_class"]),
        (["\x1b[31m\n"], {}, [r"\x1b[31m\n"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_any_other_column_is_refused_with_what_is_understood(names, ordinals, reasons):
    with pytest.raises(Refused) as caught:
        identify_columns(names, ordinals)

    message = str(caught.value)
    assert "\n" not in message
    assert all(reason in message for reason in reasons)


def test_a_refusal_lists_every_column_that_is_understood():
    with pytest.raises(Refused) as caught:
        identify_columns(["albedo"])

    assert all(name in str(caught.value) for name in (*FEATURES, *NUMBERS))


def test_pandas_leaves_out_a_category_without_harm():
    dropped = pd.get_dummies(pd.Series(["G", "K"]), prefix="st_spectype", drop_first=True)

    assert understood(*dropped.columns) == [("letter", "K")]
