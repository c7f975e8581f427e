"""Bare XGBoost: imports XGBoost without scikit-learn and pandas, which take a second to import.

Only a process that adopts a model imports this module.
"""

from __future__ import annotations

import sys

for _name in ("sklearn", "pandas"):
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]

from exohabit.scoring.xgboost_without_scipy import xgboost  # noqa: E402 - after the lines above

__all__ = ["xgboost"]
