"""The previous model's figures and sanity scores, to compare the model with.

`models/previous_evaluation.json` was made once. The commit before this evaluation was checked out
beside this one, and its own feature code and model scored the same planets: the tables of the test
sets, of the labelled half, of the planets near the limits, of the scans and of the sanity cases.
They were handed over as pickled arrays, because that code computes other features.
`training.figures.measure_figures` and `training.sanity.check_sanity` then measured these scores.

Warning: after a change of the population, of the masks or of the soft truth, the figures no longer
belong to the same planets.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from training.sanity import SanityCase

PREVIOUS = Path("models/previous_evaluation.json")


class PreviousEvaluation(msgspec.Struct, frozen=True):
    """The figures of the model before."""

    model_version: str
    commit: str
    """The commit whose code scored the planets."""
    figures: dict[str, float]
    sanity: list[SanityCase]


def read_previous(path: Path) -> PreviousEvaluation | None:
    """Read the figures, or return None if there is no file."""
    if not path.exists():
        return None
    return msgspec.json.decode(path.read_bytes(), type=PreviousEvaluation)
