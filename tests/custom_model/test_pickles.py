"""Files that must not be adopted: nothing of them is executed, and each is refused in one line."""

from __future__ import annotations

import os
import pickle

import pytest

from exohabit.custom_model.pickles import StandIn, read_model_pickle, read_plain_pickle
from exohabit.custom_model.refusal import Refused
from tests.custom_model.hostile_files import HOSTILE, Call
from tests.custom_model.models import adopt, classifier, save


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_damaged_file_is_refused_in_one_line_and_executes_nothing(name, tmp_path):
    mark, file, into = tmp_path / "executed", tmp_path / "model.pkl", tmp_path / "bundle"
    _, columns = save(tmp_path, None)
    file.write_bytes(HOSTILE[name](classifier(), mark))

    done = adopt(file, "--columns", columns, into=into)

    assert done.exit_code == 1, done.output
    assert done.output.startswith(f"Error: {file} is not adopted: ")
    assert done.output.count("\n") == 1
    assert done.output.isascii()
    assert not mark.exists()
    assert not into.exists()


def test_the_planted_calls_work_where_they_are_unpickled(tmp_path):
    mark = tmp_path / "executed"

    pickle.loads(HOSTILE["os.system"](None, mark))

    assert mark.exists()


def test_a_hostile_file_of_columns_is_refused_too(tmp_path):
    mark = tmp_path / "executed"
    model, columns = save(tmp_path, classifier())
    columns.write_bytes(pickle.dumps([Call(os.system, f"touch {mark}")]))

    done = adopt(model, "--columns", columns, into=tmp_path / "bundle")

    assert done.exit_code == 1
    assert "joblib.dump(list(X.columns)" in done.output
    assert not mark.exists()


@pytest.mark.parametrize("kind", ["folder", "fifo", "nothing"])
def test_what_is_not_a_file_is_refused_and_not_read(kind, tmp_path):
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)

    done = adopt(path, into=tmp_path / "bundle")

    assert done.exit_code == 1
    assert "is not a file" in done.output


def test_objects_become_stand_ins_that_keep_their_state():
    found = read_model_pickle(pickle.dumps(classifier()))

    assert isinstance(found, StandIn)
    assert found.state["n_estimators"] == 30
    assert isinstance(found.state["_Booster"].state["handle"], bytearray)


def test_a_plain_pickle_has_no_objects():
    assert read_plain_pickle(pickle.dumps(["a", 1])) == ["a", 1]
    with pytest.raises(Refused, match=r"builtins\.bytearray"):
        read_plain_pickle(pickle.dumps(bytearray(b"x"), protocol=4))
