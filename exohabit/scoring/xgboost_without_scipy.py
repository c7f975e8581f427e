"""Without SciPy: XGBoost, for a service that gives it arrays and nothing else.

XGBoost loads SciPy in order to recognise its sparse matrices: 143 MB on disk and 12 MB of each
process, for what is never asked here. So where SciPy is not installed, as where `make run` serves,
stand-ins are put in its place; where it is, XGBoost gets what it expects.

The trap: XGBoost is pinned, and what it asks of SciPy may change with its version. The tests run
the service as it is served, and a start scores the golden planets.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType


def _stand_in(name: str, **members: object) -> ModuleType:
    """Put a module in place that holds these members and nothing else."""
    module = ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module
    return module


if find_spec("scipy") is None:
    # No array is one of these; and a probability is not asked of the classifier.
    _sparse = _stand_in("scipy.sparse", csr_matrix=type("csr_matrix", (), {}))
    _special = _stand_in("scipy.special", softmax=None)
    _stand_in("scipy", sparse=_sparse, special=_special)

import xgboost  # noqa: E402 - only now

__all__ = ["xgboost"]
