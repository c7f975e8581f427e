"""Supported models: which models of XGBoost can be served, and the nodes of their trees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exohabit.custom_model.refusal import Refused

Document = Mapping[str, Any]
"""A model as XGBoost writes it in JSON."""
_LOGISTIC = "binary:logistic"
_REASONS = {
    "multi": "it has several classes, and only two give one probability",
    "rank": "it is a ranker, and its scores are not probabilities",
    "binary:logitraw": "its scores are log-odds, not probabilities",
    "binary:hinge": "its scores are 0 or 1, not probabilities",
    "reg": "it is a regressor, and only a classifier of two classes gives a probability",
}
"""Why objectives are refused, by their name or its first part."""
_CATEGORICAL = (
    "it was trained on categories of pandas (enable_categorical), which ExoHabit does not pass on: "
    'train it on one-hot columns, pandas.get_dummies(df.st_spectype.str[0], prefix="st_spectype")'
)


def check_model(model: Document, feature_types: Sequence[str] = ()) -> None:
    """Check that a model gives the probability of one of two classes.

    Raises:
        Refused: it does not, or it has other parts than trees of numbers.
    """
    learner = model["learner"]
    _check_objective(learner["objective"]["name"])
    if learner["gradient_booster"]["name"] == "gblinear":
        raise Refused("it is linear (gblinear), and takes a missing value for 0: use trees")
    parameters = learner["learner_model_param"]
    if int(parameters["num_class"]) > 1 or int(parameters.get("num_target", 1)) > 1:
        raise Refused(_REASONS["multi"])
    for tree in trees_of(model):
        _check_tree(tree, int(parameters["num_feature"]))
    if "c" in feature_types or any(any(tree["split_type"]) for tree in trees_of(model)):
        raise Refused(_CATEGORICAL)


def _check_objective(objective: str) -> None:
    if objective != _LOGISTIC:
        kind = objective.partition(":")[0]
        why = _REASONS.get(objective) or _REASONS.get(kind) or "its scores are not probabilities"
        raise Refused(f"its objective is {objective}: {why}. Train it with {_LOGISTIC}")


def _check_tree(tree: Document, columns: int) -> None:
    """Check that a tree is one, because XGBoost would loop forever in a circle.

    Raises:
        Refused: a node is reached twice or does not exist, or a column does not exist.
    """
    left, right, indices = tree["left_children"], tree["right_children"], tree["split_indices"]
    waiting, reached = [0], set()
    while waiting:
        node = waiting.pop()
        is_node = 0 <= node < min(map(len, (left, right, indices))) and node not in reached
        if not is_node or not 0 <= indices[node] < columns:
            raise Refused("it is damaged: one of its trees is not a tree")
        reached.add(node)
        if left[node] >= 0:
            waiting += [left[node], right[node]]


def trees_of(model: Document) -> list[dict[str, Any]]:
    """Return the trees of a model; of `dart`, without their weights."""
    booster = model["learner"]["gradient_booster"]
    trees: list[dict[str, Any]] = booster.get("gbtree", booster)["model"]["trees"]
    return trees


def splits_of(model: Document) -> Iterator[tuple[int, float, bool]]:
    """Yield the column, the threshold and the default direction (left?) of each inner node."""
    for tree in trees_of(model):
        nodes = zip(
            tree["left_children"],
            tree["split_indices"],
            tree["split_conditions"],
            tree["default_left"],
            strict=True,
        )
        for child, column, threshold, is_left in nodes:
            if child >= 0:
                yield column, threshold, bool(is_left)
