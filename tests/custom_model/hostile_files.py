"""Files that must not be adopted: planted calls, damage, bombs. Each is made from a good model."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import pickle
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xgboost as xgb

Make = Callable[[xgb.XGBClassifier, Path], bytes]
"""Makes a file from a good classifier, and the path that a planted call would create."""


class Call:
    """Pickles as a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.made = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.made


def touch(mark: Path) -> Call:
    return Call(os.system, f"touch {mark}")


def by_global(opcodes: bytes) -> Make:
    """A hand-written pickle; MARK is replaced by the path."""
    return lambda _, mark: opcodes.replace(b"MARK", str(mark).encode())


def in_the_state(clf: xgb.XGBClassifier, mark: Path) -> bytes:
    """A good classifier with a call among its parameters."""
    other = xgb.XGBClassifier(**clf.get_params())
    other.__dict__ |= {**vars(clf), "callbacks": [touch(mark)]}
    return pickle.dumps(other)


def flipped(content: bytes, share: float) -> bytes:
    changed = bytearray(content)
    changed[int(len(changed) * share)] ^= 0xFF
    return bytes(changed)


def with_handle(handle: bytes) -> Make:
    """A pickled booster of any bytes."""

    def make(clf: xgb.XGBClassifier, _: Path) -> bytes:
        booster = bytes(clf.get_booster().__getstate__()["handle"])
        content = pickle.dumps(clf, protocol=4)
        return content.replace(booster, handle.ljust(len(booster), b"\0"))

    return make


def nested_tuples(_: Any, __: Any) -> bytes:
    """A dictionary with a key whose hash takes 2^60 steps."""
    doubled = b"\x86" * 1  # TUPLE2 of what is on the stack twice
    return b"\x80\x02}" + b"I1\n" + (b"q\x00h\x00" + doubled) * 60 + b"I1\ns."


def edited_json(**changes: Any) -> Make:
    """A model as JSON, with other lists in its first tree."""

    def make(clf: xgb.XGBClassifier, _: Path) -> bytes:
        model = json.loads(clf.get_booster().save_raw("json"))
        tree = model["learner"]["gradient_booster"]["model"]["trees"][0]
        for name, change in changes.items():
            tree[name] = change(tree[name])
        return json.dumps(model).encode()

    return make


def ubj(clf: xgb.XGBClassifier) -> bytes:
    return bytes(clf.get_booster().save_raw("ubj"))


HOSTILE: dict[str, Make] = {
    "os.system": lambda _, mark: pickle.dumps(touch(mark)),
    "subprocess": lambda _, mark: pickle.dumps(Call(subprocess.call, ["touch", str(mark)])),
    "eval": lambda _, mark: pickle.dumps(Call(eval, f"open({str(mark)!r}, 'w')")),
    "exec": lambda _, mark: pickle.dumps(Call(exec, f"open({str(mark)!r}, 'w')")),
    "open": lambda _, mark: pickle.dumps(Call(open, str(mark), "w")),
    "getattr": lambda _, mark: pickle.dumps(Call(getattr, touch(mark), "made")),
    "a call in the state": in_the_state,
    "a call beside columns": lambda _, mark: pickle.dumps(["pl_rade", touch(mark)]),
    "protocol 0": by_global(b"cos\nsystem\n(S'touch MARK'\ntR."),
    "protocol 0 after a header": by_global(b"\x80\x02cos\nsystem\n(S'touch MARK'\ntR."),
    "INST": by_global(b"\x80\x02(S'touch MARK'\nios\nsystem\n."),
    "OBJ": by_global(b"\x80\x02(cos\nsystem\nS'touch MARK'\no."),
    "a dotted name": by_global(
        b"\x80\x04\x8c\x0fxgboost.sklearn\x8c\x16XGBClassifier.__init__\x93)R."
    ),
    "an extension code": by_global(b"\x80\x02\x82\x01."),
    "a persistent id": by_global(b"\x80\x02S'MARK'\nQ."),
    "copyreg": by_global(b"\x80\x02ccopyreg\n_reconstructor\n(cos\nsystem\nNNtR."),
    "numpy's _reconstruct": by_global(b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n)R."),
    "a name with line ends": by_global(b"\x80\x04\x8c\x05a\nb\nc\x8c\x06system\x93(\x8c\x02idtR."),
    "only an opcode": by_global(b"\x80"),
    "a stack that is empty": by_global(b"\x80\x04R."),
    "a claim of 2^60 bytes": by_global(b"\x80\x04\x8e" + struct.pack("<Q", 2**60) + b"x."),
    "a bytearray of 2^50": by_global(b"\x80\x02c__builtin__\nbytearray\n(I1125899906842624\ntR."),
    "lists in lists": by_global(b"\x80\x02" + b"]" * 500_000 + b"a" * 499_999 + b"."),
    "nested tuples as a key": nested_tuples,
    "a truncated pickle": lambda clf, _: pickle.dumps(clf)[:-500],
    "a flipped opcode": lambda clf, _: flipped(pickle.dumps(clf), 0.001),
    "a flipped byte in the trees": lambda clf, _: flipped(pickle.dumps(clf), 0.5),
    "an empty booster": with_handle(b""),
    "a random booster": with_handle(b"\x17\x2a" * 100),
    "a booster of brackets": with_handle(b"{" * 5_000),
    "an empty file": by_global(b""),
    "a web page": by_global(b"<!DOCTYPE html><title>404</title>"),
    "zeros": by_global(bytes(100_000)),
    "a zlib bomb": lambda *_: zlib.compress(bytes(2**26), 9),
    "a gzip bomb": lambda *_: gzip.compress(bytes(2**26), 9),
    "an xz bomb": lambda *_: lzma.compress(bytes(2**26), preset=0),
    "a damaged bz2": lambda clf, _: flipped(bz2.compress(pickle.dumps(clf)), 0.5),
    "a call in zlib": lambda _, mark: zlib.compress(pickle.dumps(touch(mark))),
    "nested JSON": by_global(b'{"a":' * 200_000),
    "JSON of something else": by_global(b'{"learner": {"objective": 1}}'),
    "truncated UBJSON": lambda clf, _: ubj(clf)[:3000],
    "UBJSON with a huge length": lambda clf, _: ubj(clf).replace(
        b"L\x00\x00\x00\x00\x00\x00\x00\x07learner", b"L\x7f\xff\xff\xff\xff\xff\xff\x07learner"
    ),
    "a tree in a circle": edited_json(left_children=lambda each: [0, *each[1:]]),
    "children that do not exist": edited_json(right_children=lambda each: [10**6, *each[1:]]),
    "columns that do not exist": edited_json(split_indices=lambda each: [2**20] * len(each)),
    "lists of other lengths": edited_json(split_conditions=lambda each: each[:1]),
}
