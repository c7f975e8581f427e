"""Restricted pickle: unpickles verified model files; only three names are allowed in them."""

from __future__ import annotations

import io
import pickle
from typing import Any

from exohabit.scoring.manifest import BundleError
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb

_MODEL_NAMES = frozenset(
    {
        ("xgboost.sklearn", "XGBClassifier"),
        ("xgboost.core", "Booster"),
        ("builtins", "bytearray"),
    }
)


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes, allowed: frozenset[tuple[str, str]]) -> None:
        super().__init__(io.BytesIO(content))
        self.allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a model file")
        return super().find_class(module, name)


def unpickle_booster(content: bytes) -> xgb.Booster:
    """Unpickle a classifier of XGBoost, or a booster.

    Raises:
        BundleError: it cannot be unpickled, or needs other names.
    """
    model = _unpickle(content, _MODEL_NAMES)
    booster: xgb.Booster = model if isinstance(model, xgb.Booster) else model.get_booster()
    return booster


def unpickle_plain(content: bytes) -> Any:
    """Unpickle plain values.

    Raises:
        BundleError: it cannot be unpickled, or has objects.
    """
    return _unpickle(content, frozenset())


def _unpickle(content: bytes, allowed: frozenset[tuple[str, str]]) -> Any:
    """Unpickle content that may use the allowed (module, name) pairs only.

    A damaged pickle can raise any exception, so each of them means that the file must not be used.
    """
    try:
        return _Unpickler(content, allowed).load()
    except Exception as error:
        raise BundleError(f"a model file cannot be unpickled ({error})") from error
