"""Supported models: which models of XGBoost can be served."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exohabit.custom_model.column_names import identify_columns
from exohabit.custom_model.refusal import Refused
from exohabit.custom_model.split_values import check_units, learned_missing
from exohabit.custom_model.supported_models import check_model, splits_of
from tests.custom_model.models import classifier, one_hot, planets


def document(**changes: Any) -> dict[str, Any]:
    """A model with one tree of one inner node, on `pl_eqt`."""
    tree = {
        "left_children": [1, -1, -1],
        "right_children": [2, -1, -1],
        "split_indices": [0, 0, 0],
        "split_conditions": [300.0, 0.1, -0.1],
        "default_left": [0, 0, 0],
        "split_type": [0, 0, 0],
    } | changes
    return {
        "learner": {
            "objective": {"name": "binary:logistic"},
            "learner_model_param": {"num_class": "0", "num_target": "1", "num_feature": "1"},
            "gradient_booster": {"name": "gbtree", "model": {"trees": [tree]}},
        }
    }


def test_a_real_model_passes_every_check():
    model = json.loads(classifier().get_booster().save_raw("json"))
    columns = identify_columns([*one_hot(planets()).columns])

    check_model(model)
    check_units(model, columns)
    assert learned_missing(model, columns, is_exact=None)
    assert len([*splits_of(model)]) > 100


@pytest.mark.parametrize(
    "changes",
    [
        {"left_children": [0, -1, -1]},
        {"left_children": [2, -1, -1]},
        {"right_children": [3, -1, -1]},
        {"right_children": [-1, -1, -1]},
        {"split_indices": [1, 0, 0]},
        {"split_indices": []},
    ],
    ids=str,
)
def test_what_is_not_a_tree_is_refused(changes):
    with pytest.raises(Refused, match="not a tree"):
        check_model(document(**changes))
