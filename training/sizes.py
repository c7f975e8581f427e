"""The choice of the model's size: the smallest that is good enough."""

from __future__ import annotations

from scoring import Size


def smallest(sizes: list[Size], tolerance: float) -> Size:
    """Choose the size of least work whose log-loss is within `tolerance` of the best."""
    best = min(size.log_loss for size in sizes)
    good = [size for size in sizes if size.log_loss <= best + tolerance]
    return min(good, key=lambda size: (size.work, size.log_loss))


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
