"""The command `exohabit model adopt`, and the example that uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import xgboost as xgb

from exohabit.console import main
from exohabit.custom_model.commands import _serve_command
from exohabit.scoring.bundle import Bundle
from tests.conftest import ROOT
from tests.custom_model.models import adopt, classifier, planets, save, targets
from tests.running import python


def test_it_says_what_was_adopted_and_how_to_serve_it(tmp_path):
    file, columns = save(tmp_path, classifier())

    done = adopt(file, "--columns", columns, "--name", "Mine", into=tmp_path / "bundle")

    version = Bundle.load(tmp_path / "bundle").version
    lines = done.output.splitlines()
    assert lines[0] == f"Adopted Mine as version {version}, and checked it."
    assert (
        "  st_spectype_G: 1 if the first letter of the spectral type is G, else 0; compared with 1"
        in lines
    )
    assert lines[-1] == (
        f"Serve it, in ExoHabit's folder, with: EXOHABIT_MODEL_ROOT={tmp_path / 'bundle'} make run"
    )


def test_the_command_to_serve_it_works_in_a_shell_from_any_folder(tmp_path, monkeypatch):
    file, _ = save(tmp_path, classifier())
    monkeypatch.chdir(tmp_path)
    odd = Path("it's $HOME; my model")

    done = adopt(file, into=odd)

    command = done.output.splitlines()[-1].partition("with: ")[2].removesuffix(" make run")
    shown = subprocess.check_output(["sh", "-c", f'{command}; printf %s "$EXOHABIT_MODEL_ROOT"'])
    assert shown.decode() == str(tmp_path / odd)
    assert _serve_command(Path("it's"), "win32").startswith("$env:EXOHABIT_MODEL_ROOT = 'it''s';")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Modèle d'été 系外惑星", "Modèle d'été 系外惑星"),
        ("a\x1b[31m\nb\u202e", r"a\x1b[31m\nb\u202e"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_control_characters(name, expected, tmp_path):
    file, _ = save(tmp_path, classifier())

    done = adopt(file, "--name", name, into=tmp_path / "bundle")

    assert Bundle.load(tmp_path / "bundle").custom.name == expected
    assert done.output.startswith(f"Adopted {expected} as version")


def test_names_of_files_that_are_not_utf_8_give_one_line(tmp_path):
    file, _ = save(tmp_path, classifier())
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff")
    command = [sys.executable, "-m", "exohabit", "model", "adopt"]
    environ = {**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ['PYTHONPATH']}"}

    into, model = (
        subprocess.run([*command, *words], env=environ, capture_output=True, check=False)
        for words in ([file, "--into", odd], [odd, "--into", tmp_path / "bundle"])
    )

    assert (into.returncode, model.returncode) == (2, 1)
    assert b"Invalid value for '--into': expected a name in UTF-8" in into.stderr
    assert b"udcff is not adopted" in model.stderr
    assert b"Traceback" not in into.stderr + model.stderr


@pytest.mark.parametrize("given", [[], ["MODEL=model.pkl"], ["INTO=mine"]])
def test_make_without_its_variables_says_what_it_needs(given):
    done = subprocess.run(
        ["make", "adopt", *given], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "make adopt MODEL=model.pkl COLUMNS=feature_columns.pkl INTO=mine" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--threshold", "1.5"],
        ["--threshold", "nan"],
        ["--ordinal", "st_spectype"],
        ["--ordinal", "st_spectype=G"],
        ["--ordinal", "st_spectype=G,G"],
        ["--ordinal", "st_spectype=1,2"],
    ],
    ids=" ".join,
)
def test_wrong_options_are_refused(arguments, tmp_path):
    file, _ = save(tmp_path, classifier())

    done = adopt(file, *arguments, into=tmp_path / "bundle")

    assert done.exit_code == 2
    assert "Error: Invalid value for" in done.output
    assert not (tmp_path / "bundle").exists()


def test_the_class_as_a_number_is_the_position_of_its_letter(tmp_path):
    table = planets()
    order = {letter: i for i, letter in enumerate("OBAFGKM")}
    numbers = table[["pl_rade"]].assign(st_class=table.st_spectype.str[0].map(order))
    model = xgb.XGBClassifier(n_estimators=5).fit(numbers, targets(table))
    file, _ = save(tmp_path, model)
    done = adopt(file, "--ordinal", "st_class=O,B,A,F,G,K,M", into=tmp_path / "bundle")
    assert done.exit_code == 0, done.output
    columns = Bundle.load(tmp_path / "bundle").columns

    rows = [columns.of_one({"pl_rade": 1.0}, text) for text in ("G2 V", "M", "WD")]

    assert [row[1] for row in rows[:2]] == [4.0, 6.0]
    assert rows[2][1] != rows[2][1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["st_class", "num__st_spectype", "st_spectype_code"])
def test_a_class_as_a_number_is_refused_with_the_option_that_says_so(name, tmp_path):
    model = xgb.XGBClassifier(n_estimators=2).fit([[0.0, 1.0], [1.0, 2.0]], [0, 1])
    file, columns = save(tmp_path, model, ["pl_rade", name])

    refused = adopt(file, "--columns", columns, into=tmp_path / "bundle")

    option = f"--ordinal {name}=O,B,A,F,G,K,M"
    assert refused.exit_code == 1
    assert f"does not understand: {name}. If {name} is" in refused.output
    assert f'say {option} (with make: OPTIONS="{option}")' in refused.output
    said = adopt(file, "--columns", columns, *option.split(), into=tmp_path / "bundle")
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    ("held", "says"),
    [
        ({"model": classifier(), "columns": []}, "a dict of 2 (model, columns): dump the"),
        ((classifier(), ["pl_rade"]), "a tuple of 2 (XGBClassifier, list): dump the classifier"),
        ({i: i for i in range(9)}, "a dict of 9 (int, int, int, int, int, ...): dump"),
        (["pl_rade", "pl_eqt"], "a list of names; perhaps the files of the model and of its col"),
        (("pl_rade",), "a tuple of names; perhaps the files of the model and of its columns are"),
        ([], "a list of 0 (): dump the classifier alone"),
        (7, "a value of type int"),
    ],
    ids=["dict", "tuple", "large dict", "names", "tuple of names", "nothing", "number"],
)
def test_a_pickle_without_a_model_is_refused_with_what_it_holds(held, says, tmp_path):
    file, _ = save(tmp_path, held)

    done = adopt(file, into=tmp_path / "bundle")

    assert done.exit_code == 1
    assert f"does not hold a fitted XGBClassifier or a Booster, but {says}" in done.output
    assert done.output.count("\n") == 1


def test_names_in_json_in_place_of_the_model_are_seen_too(tmp_path):
    (tmp_path / "names.json").write_text('["pl_rade"]')

    done = adopt(tmp_path / "names.json", into=tmp_path / "bundle")

    assert "perhaps the files of the model and of its columns are swapped" in done.output


def test_a_library_beside_the_model_is_not_imported(tmp_path, monkeypatch):
    file, _ = save(tmp_path, classifier())
    for name in ("xgboost", "msgspec", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)

    assert adopt(file, into=tmp_path / "bundle").exit_code == 0


def test_the_command_itself_does_not_load_xgboost():
    code = "import sys, exohabit.custom_model.commands; print('xgboost' in sys.modules)"

    assert python("-c", code).stdout == "False\n"


def test_its_help_says_what_may_be_adopted():
    assert "pickled XGBClassifier" in " ".join(
        main.commands["model"].commands["adopt"].help.split()
    )


@pytest.mark.slow
def test_the_example_trains_a_model_that_is_served(tmp_path):
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, ROOT / "examples" / "own_model.py", tmp_path / "mine"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert Bundle.load(tmp_path / "mine").custom.name == "model"
