"""The choice of the model's size: the smallest one that is good enough."""

from __future__ import annotations

from exohabit.scoring.manifest import Size


def smallest(sizes: list[Size], tolerance: float) -> Size:
    """Return the size with the least work whose log-loss is within `tolerance` of the best."""
    good = [size for size in sizes if size.log_loss <= best_log_loss(sizes) + tolerance]
    return min(good, key=lambda size: (size.work, size.log_loss))


def best_log_loss(sizes: list[Size]) -> float:
    """Return the lowest log-loss of all sizes."""
    return min(size.log_loss for size in sizes)


def chosen_size(sizes: list[Size], shape: dict[str, int]) -> Size:
    """Return the size with the depth and number of trees in `shape`, as in a manifest."""
    return next(size for size in sizes if shape == {"depth": size.depth, "trees": size.trees})
