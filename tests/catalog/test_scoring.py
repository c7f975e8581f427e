from __future__ import annotations

import pytest

from exohabit.catalog.embedded import embedded_rows, embedded_scores
from exohabit.catalog.rows import CatalogError
from exohabit.catalog.scoring import score_rows
from tests.catalog.small import ROWS, planet


def test_each_planet_has_the_models_score_in_the_order_of_the_rows(stub):
    scores = score_rows(stub, ROWS)

    assert scores.model_version == "stub"
    assert scores.values == pytest.approx([0.1, 0.2, 0.3, None])


def test_a_planet_about_which_too_little_is_known_has_no_score(stub):
    rows = [planet("One b", None), planet("One c", pl_eqt=None), planet("One d")]

    assert [score is None for score in score_rows(stub, rows).values] == [True, True, False]


def test_the_embedded_scores_are_those_of_the_shipped_model_to_the_bit(bundle):
    assert score_rows(bundle, [*embedded_rows()]) == embedded_scores()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"pl_eqt": -5.0}, "pl_eqt"),
        ({"st_spectype": "Klingon"}, "Klingon"),
        ({"pl_eqterr1": -5.0}, "pl_eqterr1"),
    ],
)
def test_a_value_that_the_service_refuses_is_named_with_its_planet(stub, values, said):
    with pytest.raises(CatalogError, match=f"^One c: .*{said}"):
        score_rows(stub, [planet("One b"), planet("One c", **values)])


def test_no_planets_are_refused(stub):
    with pytest.raises(CatalogError, match="empty"):
        score_rows(stub, [])
