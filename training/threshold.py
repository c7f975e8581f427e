"""Threshold: the score from which a planet is predicted to be potentially habitable.

`make train` writes it into the manifest, from which the service reads it. It is part of the model's
version, because it changes predictions.
"""

from __future__ import annotations

THRESHOLD = 0.5
"""Scores are calibrated, so from here a prediction of 1 is more likely right than wrong."""
