"""Names of columns: what each is understood as, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder

from exohabit.custom_model.column_names import identify_columns
from exohabit.custom_model.refusal import Refused
from exohabit.science.features import FEATURES
from exohabit.scoring.bundle import Bundle
from tests.custom_model.models import NUMBERS, adopt, one_hot, planets, save
from tests.custom_model.test_adoption import assert_scores_are


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
        (["st_spectype_G", "st_spectype_U"], [("letter", "G"), ("no_type", "")]),
        (["st_spectype_G", "st_spectype_n"], [("letter", "G"), ("no_type", "")]),
        (["st_spectype_G", "st_spectype_N"], [("letter", "G"), ("no_type", "")]),
        (
            ["x4_G", "x4_Missing", "x4_Other"],
            [("letter", "G"), ("no_type", ""), ("other", "letter")],
        ),
        (["st_spectype_G2 V", "st_spectype_Unknown"], [("type", "G2 V"), ("no_type", "")]),
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


@pytest.mark.parametrize("name", ["spec", "spectype", "spt"])
def test_the_option_that_a_refusal_names_is_then_accepted(name):
    assert understood(name, **{name: "OBAFGKM"}) == [("ordinal", "OBAFGKM")]


@pytest.mark.parametrize(
    ("names", "ordinals", "reasons"),
    [
        (["pl_radius"], {}, ["pl_radius (did you mean pl_rade"]),
        (["teq"], {}, ["teq (did you mean pl_eqt?)"]),
        (["num__mass"], {}, ["(did you mean st_mass or pl_bmasse?)"]),
        (["st_spectype"], {}, ["--ordinal st_spectype=O,B,A,F,G,K,M"]),
        (["pl_rade", "spec"], {}, ["If spec is the star's class", "--ordinal spec=O,B,A,F,G,K,M"]),
        (["Unnamed: 0", "pl_rade"], {}, ["Unnamed: 0"]),
        ([f"c{i}" for i in range(9)], {}, ["and 4 more"]),
        (["x3_G", "x4_G"], {}, ["x3_..., x4_..."]),
        (["x0_Transit", "x0_G"], {}, ["x0_Transit is not a one-hot column"]),
        (["pl_rade"], {"st_class": "GK"}, ["st_class"]),
        (["pl_rade"], {"pl_rade": "GK"}, ["--ordinal is for the star's class", "not for pl_rade"]),
        (["st_spectype_G"], {"st_spectype_G": "GK"}, ["not for st_spectype_G"]),
        (["st_spectype_G", "st_spectype_Dwarf"], {}, ["st_spectype_Dwarf is not a spectral type"]),
        (["st_spectype_G2 V", "st_spectype_Odd"], {}, ["st_spectype_Odd is not a spectral type"]),
        (["st_spectype_G", "st_spectype_X"], {}, ["st_spectype_X is not a spectral type"]),
        (["st_spectype_G", "st_spectype_Other"], {}, ["--unknown-type st_spectype_Other"]),
        (["st_spectype_G", "st_spectype_u"], {}, ["--unknown-type st_spectype_u"]),
        (["st_spectype_G2", "st_spectype_K"], {}, ["str[:2]", "--whole-types"]),
        (["x4_G", "x4_Other", "x4_rare"], {}, ["both stand for other types"]),
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


@pytest.mark.parametrize(
    ("names", "unknown", "expected"),
    [
        ("G Other", "Other", [("letter", "G", ()), ("other_or_no_type", "letter", ("G",))]),
        ("G Other", "none", [("letter", "G", ()), ("other", "letter", ("G",))]),
        (
            "G U Other",
            None,
            [("letter", "G", ()), ("no_type", "", ()), ("other", "letter", ("G",))],
        ),
        ("G u", "u", [("letter", "G", ()), ("no_type", "", ())]),
        ("G u", "none", [("letter", "G", ()), ("letter", "u", ())]),
        ("K5V rare", "rare", [("type", "K5V", ()), ("other_or_no_type", "type", ("K5V",))]),
    ],
)
def test_the_user_says_what_the_names_leave_open(names, unknown, expected):
    columns = [f"st_spectype_{name}" for name in names.split()]
    said = unknown if unknown in (None, "none") else f"st_spectype_{unknown}"

    found = identify_columns(columns, unknown_type=said)

    assert [(each.kind, each.source, each.listed) for each in found] == expected


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [("pl_rade", "not a one-hot column"), ("st_spectype_M", "another category for unknown types")],
)
def test_a_column_that_cannot_hold_unknown_types_is_refused(unknown, reason):
    with pytest.raises(Refused, match=reason):
        identify_columns(["pl_rade", "st_spectype_M"], unknown_type=unknown)


def test_short_types_are_whole_types_if_the_user_says_so():
    found = identify_columns(["st_spectype_G2", "st_spectype_K"], whole_types=True)

    assert [(each.kind, each.source) for each in found] == [("type", "G2"), ("type", "K")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prepare", "arguments"),
    [
        (lambda types: types.str[0].where(types.str[0].isin(["G", "K"]), "Other"), ["Other"]),
        (lambda types: types.str[0].replace({"A": "Other", "F": "Other", "M": "Other"}), ["none"]),
        (lambda types: types.fillna("Unknown").str[0], []),
        (lambda types: types.astype(str).str[0], []),
        (lambda types: types.fillna("Unknown"), []),
        (lambda types: types.str[0].fillna("Missing"), []),
    ],
    ids=["where", "replace", "Unknown[0]", "str[0]", "Unknown", "Missing"],
)
def test_the_scores_are_those_of_the_classifier_however_the_types_were_prepared(
    prepare, arguments, tmp_path
):
    """For the types and the unknown ones that the model was trained with."""
    table = planets()
    matrix = pd.get_dummies(prepare(table.st_spectype), prefix="st_spectype").join(
        table[["pl_rade"]]
    )
    # The classes must matter, also the unknown one.
    answers = table.st_spectype.isna() | table.st_spectype.isin(["M", "A", "G"])
    model = xgb.XGBClassifier(n_estimators=8, max_depth=4, n_jobs=1).fit(matrix, answers)
    said = [f"st_spectype_{each}" if each == "Other" else each for each in arguments]
    options = [word for each in said for word in ("--unknown-type", each)]

    done = adopt(save(tmp_path, model)[0], *options, into=tmp_path / "bundle")

    assert done.exit_code == 0, done.output
    expected = model.predict_proba(matrix)[:, 1]
    assert np.ptp(expected) > 0.5
    assert_scores_are(expected, Bundle.load(tmp_path / "bundle"))
