"""Model file: reads an XGBoost model from any of the usual kinds of files, as bytes."""

from __future__ import annotations

import bz2
import lzma
import math
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from exohabit.custom_model.pickles import (
    Classifier,
    NumpyScalar,
    PickledBooster,
    StandIn,
    read_model_pickle,
    read_plain_pickle,
)
from exohabit.custom_model.refusal import EXPORT, Refused, short_ascii

MAX_BYTES = 512 * 2**20
"""Largest model file, and largest content of a compressed one."""
_MAX_RATIO = 200
MAX_COLUMNS = 400
"""A hundred thousand planets need 400 kB for each column."""
_MAX_NAME = 200
_SAVE_NAMES = 'save the list of names: joblib.dump(list(X.columns), "feature_columns.pkl")'
_SWAPPED_HINT = "perhaps the files of the model and of its columns are swapped"
_DUMP_ALONE = 'dump the classifier alone: joblib.dump(clf, "model.pkl")'
_MAX_NAMED = 5
"""Parts of a pickle that a refusal names."""
_PICKLE = re.compile(rb"\x80|c[\w.]{1,100}\n[\w.]{1,100}\n")
"""The beginning of a pickle. Before protocol 2, the pickle of an object begins with a name."""
_MAX_LZMA = 2**28
"""Memory of a decompressor; the highest level needs a quarter of it."""
_DECOMPRESSORS: dict[bytes, Callable[[], Any]] = {
    b"\x78": lambda: zlib.decompressobj(15),
    b"\x1f\x8b": lambda: zlib.decompressobj(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ": lambda: lzma.LZMADecompressor(memlimit=_MAX_LZMA),
    b"\x5d\x00": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MAX_LZMA),
}
"""Decompressors for the formats that joblib writes, by the first bytes of a file."""
_UNSUPPORTED_KINDS = {
    b"\x04\x22\x4d\x18": "compressed by lz4",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"ZF": "compressed by an old joblib",
    b"PK\x03\x04": "a zip archive",
    b"\x89HDF": "an HDF5 file",
}
_DUMP = 'which ExoHabit does not read: joblib.dump(clf, "model.pkl", compress=3)'


class RawModel(msgspec.Struct, frozen=True):
    """An XGBoost model as bytes."""

    content: bytes
    is_pickled: bool
    """Whether it comes from a pickled booster, which has its settings beside the model."""


def read_file(path: Path) -> bytes:
    """Return the content of a file that the user named.

    Raises:
        Refused: it is not a file, too large, or cannot be read.
    """
    try:
        if not path.is_file():
            raise Refused(f"{path} is not a file")
        if path.stat().st_size > MAX_BYTES:
            raise Refused(f"{path} has more than {MAX_BYTES // 2**20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror})") from error
    if not content:
        raise Refused(f"{path} is empty")
    return _decompress(content)


def _decompress(content: bytes) -> bytes:
    unread = next(
        (what for start, what in _UNSUPPORTED_KINDS.items() if content.startswith(start)), None
    )
    if unread is not None:
        raise Refused(f"it is {unread}, {_DUMP}")
    start = next((start for start in _DECOMPRESSORS if content.startswith(start)), None)
    if start is None:
        return content
    limit = min(MAX_BYTES, _MAX_RATIO * len(content) + 2**20)
    try:
        plain: bytes = _DECOMPRESSORS[start]().decompress(content, limit + 1)
    except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:
        raise Refused(f"it is damaged: it cannot be decompressed ({error})") from error
    if len(plain) > limit:
        raise Refused("it is far larger when it is decompressed than any model")
    return plain


def read_model(content: bytes) -> RawModel:
    """Find the model in the content of a file.

    Raises:
        Refused: it holds something else, or cannot be read.
    """
    if content.startswith(b"{"):
        return RawModel(content, is_pickled=False)
    if not _PICKLE.match(content):
        swapped = f"; {_SWAPPED_HINT}" if content.lstrip().startswith(b"[") else ""
        raise Refused(f"it is neither a pickle nor a saved XGBoost model{swapped}. {EXPORT}")
    found = read_model_pickle(content)
    if isinstance(found, Classifier):
        _check_missing(found.state.get("missing", math.nan))
        found = found.state.get("_Booster")
        if found is None:
            raise Refused("the XGBClassifier is not fitted: fit it, then dump it")
    if not isinstance(found, PickledBooster):
        raise Refused(
            f"the pickle does not hold a fitted XGBClassifier or a Booster, but {_what(found)}"
        )
    raw = found.state.get("handle")
    if not isinstance(raw, bytearray | bytes) or not raw:
        raise Refused("the pickle holds a Booster without trees, which was not fitted")
    return RawModel(bytes(raw), is_pickled=True)


def _what(found: Any) -> str:
    """Describe what a pickle has instead of a model, and what to do."""
    kind = type(found).__name__
    if not isinstance(found, dict | list | tuple):
        return "another object" if isinstance(found, StandIn) else f"a value of type {kind}"
    if found and not isinstance(found, dict) and all(isinstance(each, str) for each in found):
        return f"a {kind} of names; {_SWAPPED_HINT}"
    parts = ", ".join(_part(each) for each in [*found][:_MAX_NAMED])
    more = ", ..." if len(found) > _MAX_NAMED else ""
    return f"a {kind} of {len(found)} ({parts}{more}): {_DUMP_ALONE}"


def _part(value: Any) -> str:
    """Name a key of a dictionary, or the type of a part of a list."""
    names = {Classifier: "XGBClassifier", PickledBooster: "Booster"}
    if isinstance(value, str):
        return short_ascii(value)
    other = "object" if isinstance(value, StandIn) else type(value).__name__
    return names.get(type(value), other)


def _check_missing(value: Any) -> None:
    """Refuse a classifier whose marker for missing values is a possible value."""
    if isinstance(value, NumpyScalar):
        value = "another value" if value.number is None else value.number
    is_number = isinstance(value, int | float)
    if value is not None and not (is_number and (math.isnan(value) or value < 0)):
        what = f"{value:g}" if is_number else "another value"
        raise Refused(
            f"it was trained with missing={what}, but here 0 is a value and missing values are "
            "NaN: train it with missing=numpy.nan"
        )


def read_names(content: bytes) -> list[str]:
    """Read the names of a model's columns: a pickled or JSON list of texts.

    Raises:
        Refused: it is anything else.
    """
    try:
        is_json = content.lstrip().startswith(b"[")
        names = msgspec.json.decode(content) if is_json else read_plain_pickle(content)
    except (Refused, msgspec.DecodeError, RecursionError) as error:
        raise Refused(f"the columns cannot be read: {_SAVE_NAMES}") from error
    return check_names(names)


def check_names(names: Any) -> list[str]:
    """Return a list of different names.

    Raises:
        Refused: it is anything else.
    """
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise Refused(f"the columns are not a list of names: {_SAVE_NAMES}")
    if not 1 <= len(names) <= MAX_COLUMNS or any(len(name) > _MAX_NAME for name in names):
        raise Refused(f"a model may have 1 to {MAX_COLUMNS} columns, with short names")
    if len({*names}) < len(names):
        raise Refused("two columns have the same name")
    return [*names]
