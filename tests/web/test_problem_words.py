"""What is wrong with the form, in words."""

from __future__ import annotations

import pytest

from exohabit.inputs.planet_table import from_rows
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.readers import read_pairs
from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.web.problem_words import problem_words

REQUIRED = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype")


def words_of(column: str, text: str) -> str:
    """Return what the page says of a value."""
    texts = dict.fromkeys(REQUIRED, "") | {column: text}
    with pytest.raises(InvalidInput) as raised:
        from_rows(read_pairs([*texts.items()], DETAILED_SCHEMA), schema=DETAILED_SCHEMA)
    (problem,) = raised.value.problems
    return problem_words(problem, texts)


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("pl_rade", "1e999", "Radius is “1e999”; expected a number from 0.01 to 3,200 Earth radii"),
        ("pl_bmasse", "x", "Mass is “x”; expected a number from 0.00001 to 30,000 Earth masses"),
        ("pl_orbeccen", "2", "of its orbit is “2”; expected a number from 0 to 0.999, or nothing"),
        ("pl_eqt", "<9", "(a limit counts as not measured: leave the field empty)"),
        ("pl_eqt", "9±1", "(enter the value without its error)"),
        ("st_spectype", "blue", "Type of its star is “blue”; expected a spectral type such as G,"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_quoted_as_it_was_typed(column, text, said):
    assert said in words_of(column, text)


def test_a_long_text_is_cut():
    assert len(words_of("pl_rade", "x" * 5_000)) < 200
