"""Pickles: reads the content of a pickle without executing any of it.

The few classes that a pickled classifier needs are replaced by stand-ins, which keep their state
and do nothing. Every other class or function is refused. So no code of XGBoost or another library
runs, and neither does a planted call.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Mapping
from typing import Any

from exohabit.custom_model.refusal import EXPORT, Refused, short_ascii

_DOUBLE = struct.Struct("<d")
Names = Mapping[tuple[str, str], Any]


class StandIn:
    """Stands for an object of a pickle; it keeps its arguments and its state and does nothing."""

    arguments: tuple[Any, ...]
    state: Mapping[str, Any]

    def __new__(cls, *arguments: Any, **_: Any) -> StandIn:
        found = object.__new__(cls)
        found.arguments, found.state = arguments, {}
        return found

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        self.state = state if isinstance(state, dict) else {}


class Classifier(StandIn):
    """Stands for an XGBClassifier."""


class PickledBooster(StandIn):
    """Stands for a Booster."""


class NumpyScalar(StandIn):
    """Stands for a number of numpy."""

    @property
    def number(self) -> float | None:
        """Its value, if it is a float64 in the usual byte order."""
        match self.arguments:
            case [StandIn(arguments=["f8", *_]), bytes(content)] if len(content) == _DOUBLE.size:
                (value,) = _DOUBLE.unpack(content)
                return float(value)
        return None


def _encode_latin_1(text: Any, encoding: Any) -> bytes:
    """Return bytes as protocols 0 to 2 write them."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError
    return text.encode("latin-1")


def _make_stand_in(kind: Any, *_: Any) -> StandIn:
    """Make an object as protocols 0 and 1 do."""
    if not (isinstance(kind, type) and issubclass(kind, StandIn)):
        raise pickle.UnpicklingError
    return kind()


_MODEL_NAMES: Names = {
    ("xgboost.sklearn", "XGBClassifier"): Classifier,
    ("xgboost.core", "Booster"): PickledBooster,
    ("builtins", "bytearray"): bytearray,
    # Protocols 0 to 2
    ("__builtin__", "bytearray"): bytearray,
    ("__builtin__", "object"): StandIn,
    ("_codecs", "encode"): _encode_latin_1,
    ("copy_reg", "_reconstructor"): _make_stand_in,
    # Parameters of a classifier: numbers that a search has found, and early stopping.
    ("numpy._core.multiarray", "scalar"): NumpyScalar,
    ("numpy.core.multiarray", "scalar"): NumpyScalar,
    ("numpy", "dtype"): StandIn,
    ("xgboost.callback", "EarlyStopping"): StandIn,
    ("collections", "OrderedDict"): dict,
}
_RETRAIN = "train an xgboost.XGBClassifier on the same table, and adopt that"
_REFUSED = {
    "XGBRegressor": "it is a regressor, and only a classifier of two classes gives a probability",
    "XGBRFRegressor": "it is a regressor, and only a classifier of two classes gives a probability",
    "XGBRanker": "it is a ranker, and its scores are not probabilities",
    "XGBRFClassifier": f"it is an XGBRFClassifier. {EXPORT}",
    "Pipeline": "it is a scikit-learn Pipeline. If its last step is an XGBClassifier that reads "
    "unscaled columns, adopt that: joblib.dump(pipeline[-1], ...)",
}
"""Why classes of XGBoost and scikit-learn are refused."""
_LIBRARIES = {
    "lightgbm": "it is a LightGBM model, which ExoHabit does not serve",
    "catboost": "it is a CatBoost model, which ExoHabit does not serve",
    "sklearn": "it is a scikit-learn model, which ExoHabit does not serve",
}


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes, names: Names) -> None:
        super().__init__(io.BytesIO(content))
        self._names = names

    def find_class(self, module: str, name: str) -> Any:
        found = self._names.get((module, name))
        if found is None:
            raise Refused(_why_refused(module, name))
        return found

    def persistent_load(self, _: Any) -> Any:
        raise Refused(f"it refers to objects outside the file. {EXPORT}")


def _why_refused(module: str, name: str) -> str:
    library = module.partition(".")[0]
    if library in ("xgboost", "sklearn") and name in _REFUSED:
        return _REFUSED[name]
    if library in _LIBRARIES:
        return f"{_LIBRARIES[library]}: {_RETRAIN}"
    what = short_ascii(f"{module}.{name}")
    return f"{what} is not allowed in a model file, and nothing of it was executed. {EXPORT}"


def read_model_pickle(content: bytes) -> Any:
    """Return what a pickled model holds, with stand-ins for its objects.

    Raises:
        Refused: it needs other names, or cannot be read.
    """
    return _load(content, _MODEL_NAMES)


def read_plain_pickle(content: bytes) -> Any:
    """Return what a pickle of plain values holds.

    Raises:
        Refused: it has objects, or cannot be read.
    """
    return _load(content, {})


def _load(content: bytes, names: Names) -> Any:
    try:
        return _Unpickler(content, names).load()
    except Refused:
        raise
    except Exception as error:  # a damaged pickle can raise anything
        reason = type(error).__name__
        raise Refused(f"it is a damaged pickle ({reason}), or none. {EXPORT}") from error
