"""Folds of a cross-validation by host star.

A host is in the same fold in every test set, so a model that is fitted on the others never sees
another row of a planet that it scores, nor its siblings.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

from training.metrics import AnyArray, IntArray

FOLDS = 5


def fold_of(hosts: AnyArray) -> IntArray:
    """Return the fold of each host, from 0 to `FOLDS` - 1, by a checksum of its name."""
    names, index = np.unique(hosts.astype(str), return_inverse=True)
    folds = np.array([crc32(name.encode()) % FOLDS for name in names], dtype=np.intp)
    return folds[index]
