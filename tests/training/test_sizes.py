"""The choice of the model's size: the smallest one that is good enough."""

from __future__ import annotations

import pytest

from exohabit.scoring.manifest import Size
from training.sizes import best_log_loss, chosen_size, smallest

SIZES = [
    Size(2, 100, 0.130),
    Size(3, 50, 0.124),
    Size(3, 100, 0.121),
    Size(6, 40, 0.122),
    Size(6, 100, 0.120),
]


@pytest.mark.parametrize(
    ("tolerance", "chosen"),
    [(0.0, (6, 100)), (0.0015, (3, 100)), (0.0021, (6, 40)), (0.005, (3, 50)), (0.1, (3, 50))],
)
def test_the_least_work_within_the_tolerance_of_the_best_is_chosen(tolerance, chosen):
    size = smallest(SIZES, tolerance)

    # Work is 200, 150, 300, 240, 600 comparisons.
    assert (size.depth, size.trees) == chosen


def test_with_equal_work_the_better_one_is_chosen():
    size = smallest([Size(2, 30, 0.12), Size(3, 20, 0.11), Size(6, 10, 0.13)], 0.1)

    assert (size.depth, size.trees) == (3, 20)


def test_the_size_in_a_manifest_is_found():
    assert chosen_size(SIZES, {"depth": 3, "trees": 100}) == SIZES[2]
    assert best_log_loss(SIZES) == 0.120
