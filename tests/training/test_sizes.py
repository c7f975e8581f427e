"""The choice of the model's size: the least work that is good enough."""

from __future__ import annotations

import pytest

from exohabit.scoring.manifest import Size
from training.sizes import best_log_loss, curve_table, kept, smallest

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


def test_of_equal_work_the_better_is_chosen():
    size = smallest([Size(2, 30, 0.12), Size(3, 20, 0.11), Size(6, 10, 0.13)], 0.1)

    assert (size.depth, size.trees) == (3, 20)


def test_the_curve_marks_the_chosen_size_alone():
    sizes = [Size(2, 5, 0.4), Size(3, 5, 0.3), Size(2, 10, 0.2), Size(3, 10, 0.1)]

    lines = curve_table(sizes, sizes[2]).splitlines()

    assert [line.split() for line in lines] == [
        ["trees", "depth", "2", "depth", "3"],
        ["5", "0.4000", "0.3000"],
        ["10", "0.2000*", "0.1000"],
    ]


def test_the_size_that_a_manifest_names_is_found():
    assert kept(SIZES, {"depth": 3, "trees": 100}) == SIZES[2]
    assert best_log_loss(SIZES) == 0.120
