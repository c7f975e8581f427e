"""What the trees of a model tell: whether it is one, its units, and missing values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exohabit.custom_model.column_names import identify_columns
from exohabit.custom_model.refusal import Refused
from exohabit.custom_model.served_models import (
    check_model,
    check_units,
    learned_missing,
    splits_of,
)
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


EQT = identify_columns(["pl_eqt"])


def test_a_real_model_passes_every_check():
    model = json.loads(classifier().get_booster().save_raw("json"))
    columns = identify_columns([*one_hot(planets()).columns])

    check_model(model)
    check_units(model, columns)
    assert learned_missing(model, columns)
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


@pytest.mark.parametrize("threshold", [3.0, 255.0, 29_000.0, 1e-5, -1e-5])
def test_thresholds_that_values_can_reach_are_accepted(threshold):
    check_units(document(split_conditions=[threshold, 0, 0]), EQT)


@pytest.mark.parametrize("threshold", [0.4, -0.7, 1e5])
def test_thresholds_of_scaled_values_are_refused(threshold):
    with pytest.raises(Refused, match=r"pl_eqt with .* scaled values or in another unit"):
        check_units(document(split_conditions=[threshold, 0, 0]), EQT)


@pytest.mark.parametrize("is_left", [0, 1])
def test_missing_values_were_seen_if_they_go_left_somewhere(is_left):
    assert learned_missing(document(default_left=[is_left, 0, 0]), EQT) == bool(is_left)
