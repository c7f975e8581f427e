"""Imports XGBoost, also where SciPy is not installed.

XGBoost imports SciPy only to recognise its sparse matrices, which the service never uses. SciPy
takes 143 MB on disk and 12 MB of memory in each process. So `make run` does not install it, and
this module puts empty modules in its place before XGBoost is imported. Where SciPy is installed,
nothing is replaced.

Warning: another version of XGBoost may use more of SciPy. XGBoost is pinned, and the tests compare
the answers with and without SciPy.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType


def _add_module(name: str, **members: object) -> ModuleType:
    """Register a module that has these members only."""
    module = ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module
    return module


if find_spec("scipy") is None:
    # XGBoost tests `isinstance(data, csr_matrix)`, and needs softmax only for `predict_proba`.
    _sparse = _add_module("scipy.sparse", csr_matrix=type("csr_matrix", (), {}))
    _special = _add_module("scipy.special", softmax=None)
    _add_module("scipy", sparse=_sparse, special=_special)

import xgboost  # noqa: E402 - after the modules above

__all__ = ["xgboost"]
