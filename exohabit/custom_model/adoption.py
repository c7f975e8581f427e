"""Adoption: the process that loads a user's model by XGBoost, checks it and writes its bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from exohabit.custom_model.adoption_request import AdoptionRequest
from exohabit.custom_model.bare_xgboost import xgboost as xgb
from exohabit.custom_model.bundle_folder import write_bundle
from exohabit.custom_model.child_process import refuse_in_one_line
from exohabit.custom_model.column_names import identify_columns
from exohabit.custom_model.engine_check import all_agree, compare_engines, depth_and_trees
from exohabit.custom_model.extraction import EXTRACTED, NAMES
from exohabit.custom_model.model_file import RawModel, check_names
from exohabit.custom_model.process_limits import SECONDS_PER_BYTE, limit_cpu, limit_memory
from exohabit.custom_model.refusal import EXPORT, Refused
from exohabit.custom_model.split_values import (
    check_units,
    learned_missing,
    odd_units,
    with_thresholds,
)
from exohabit.custom_model.supported_models import Document, check_model
from exohabit.scoring.custom_manifest import CustomModel, ModelColumn
from exohabit.scoring.manifest import Manifest

_MEMORY = 6 * 2**30
_LOAD_SECONDS = 0.8
_SECONDS = 300.0


def load_booster(raw: RawModel) -> tuple[xgb.Booster, bool | None]:
    """Load a model, without the settings of its training.

    Also returns whether it was trained with tree_method="exact"; None if the file does not say.

    After early stopping, only the trees up to the best iteration are kept, as in XGBClassifier.

    Raises:
        Refused: XGBoost cannot load it.
    """
    try:
        booster = xgb.Booster()
        if raw.is_pickled:
            booster.__setstate__({"handle": bytearray(raw.content)})
        else:
            booster.load_model(bytearray(raw.content))
        is_exact = "grow_colmaker" in booster.save_config() if raw.is_pickled else None
        best = booster.attr("best_iteration")
        if best is not None and booster.num_boosted_rounds() > int(best) + 1:
            booster = booster[: int(best) + 1]
        return xgb.Booster({"nthread": 1}, model_file=booster.save_raw("ubj")), is_exact
    except (xgb.core.XGBoostError, ValueError, TypeError) as error:
        raise Refused(f"XGBoost {xgb.__version__} cannot load it. {EXPORT}") from error


def adopt(request: AdoptionRequest, folder: Path, into: Path) -> Manifest:
    """Check the model that `extraction` has left in a folder, and write its bundle into another.

    Raises:
        Refused: it cannot be served.
    """
    raw = msgspec.msgpack.decode((folder / EXTRACTED).read_bytes(), type=RawModel)
    limit_cpu(_LOAD_SECONDS + len(raw.content) * SECONDS_PER_BYTE)
    booster, is_exact = load_booster(raw)
    model = msgspec.json.decode(booster.save_raw("json"))
    limit_cpu(_SECONDS)
    check_model(model, booster.feature_types or ())
    columns = _identify(model, _names(booster, folder / NAMES), request)
    booster.feature_names = booster.feature_types = None
    engines = compare_engines(booster, model)
    custom = CustomModel(
        request.name,
        columns,
        all_agree(engines),
        learned_missing(model, columns, is_exact=is_exact),
        remarks=tuple(odd_units(columns)),
    )
    return write_bundle(booster, custom, request.threshold, engines, depth_and_trees(model), into)


def _identify(
    model: Document, names: list[str], request: AdoptionRequest
) -> tuple[ModelColumn, ...]:
    """Identify each column, and the lowest and highest value at which the trees split it."""
    columns = identify_columns(
        names, request.ordinals, request.unknown_type, whole_types=request.whole_types
    )
    check_units(model, columns)
    return with_thresholds(model, columns)


def _names(booster: xgb.Booster, path: Path) -> list[str]:
    """Return the names of the columns: those given, else those of the training."""
    trained = None if booster.feature_names is None else [*booster.feature_names]
    names = msgspec.json.decode(path.read_bytes()) if path.exists() else trained
    if names is None:
        raise Refused("the model does not know its columns: name their file with --columns")
    if len(check_names(names)) != booster.num_features():
        raise Refused(f"the model has {booster.num_features()} columns, but {len(names)} names")
    if trained not in (None, names):
        raise Refused("the model was trained with other columns, or in another order")
    return check_names(names)


def main() -> None:
    """Adopt a model as the request on standard input says; the arguments are both folders."""
    limit_memory(_MEMORY)
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=AdoptionRequest)
    with refuse_in_one_line():
        sys.stdout.buffer.write(msgspec.json.encode(adopt(request, *map(Path, sys.argv[1:3]))))


if __name__ == "__main__":
    main()
