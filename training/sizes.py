"""The choice of the model's size: the smallest that is good enough."""

from __future__ import annotations

from exohabit.scoring.manifest import Size


def smallest(sizes: list[Size], tolerance: float) -> Size:
    """Choose the size of least work whose log-loss is within `tolerance` of the best."""
    good = [size for size in sizes if size.log_loss <= best_log_loss(sizes) + tolerance]
    return min(good, key=lambda size: (size.work, size.log_loss))


def best_log_loss(sizes: list[Size]) -> float:
    """Return the lowest log-loss that any size reached."""
    return min(size.log_loss for size in sizes)


def kept(sizes: list[Size], shape: dict[str, int]) -> Size:
    """Return the size of so many trees and such a depth, as a manifest names it."""
    return next(size for size in sizes if shape == {"depth": size.depth, "trees": size.trees})


def curve_table(sizes: list[Size], chosen: Size) -> str:
    """Lay out the log-loss of every size, trees down and depth across, the chosen one marked."""
    depths = sorted({size.depth for size in sizes})
    by_place = {(size.trees, size.depth): size for size in sizes}
    lines = ["trees " + "".join(f"  depth {depth}" for depth in depths)]
    for trees in sorted({size.trees for size in sizes}):
        row = (by_place[trees, depth] for depth in depths)
        cells = (f"{size.log_loss:8.4f}{'*' if size == chosen else ' '}" for size in row)
        lines.append(f"{trees:5d} " + "".join(cells))
    return "\n".join(lines)
