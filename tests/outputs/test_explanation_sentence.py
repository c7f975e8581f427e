"""Sentences: they name what counted most, and claim no more than the numbers do."""

from __future__ import annotations

import pytest

from exohabit.outputs.explanation_facts import Fact
from exohabit.outputs.explanation_sentence import build_sentence
from exohabit.outputs.explanation_themes import Theme

GOOD, BAD, OPEN = Fact("X is in", True), Fact("X is out", False), Fact("X is what it is")
PERHAPS_IN, PERHAPS_OUT = BAD._replace(chance=0.43), GOOD._replace(chance=0.62)


def light(effect, fact=GOOD) -> Theme:
    return Theme("light", effect, fact)


def size(effect, fact=GOOD) -> Theme:
    return Theme("size", effect, fact)


@pytest.mark.parametrize(
    ("score", "beginning"),
    [
        (0.95, "Very likely potentially habitable (score 0.950)"),
        (0.6, "More likely potentially habitable than not (score 0.600)"),
        (0.4999, "More likely not potentially habitable (score 0.500)"),
        (0.0999, "Very unlikely to be potentially habitable (score 0.100)"),
        (0.0009, "Very unlikely to be potentially habitable (score below 0.001)"),
    ],
)
def test_a_sentence_begins_with_the_score_in_words(score, beginning):
    sign = 1.0 if score >= 0.5 else -1.0

    assert build_sentence(score, 0.5, [light(sign)]).startswith(beginning)


@pytest.mark.parametrize(
    ("score", "themes", "end"),
    [
        (0.9, [light(3.0), size(1.0)], "mostly because X is in; its size counts for it: X is in."),
        (0.9, [light(3.0), size(0.2)], "mostly because X is in."),
        (0.9, [light(3.0), size(-1.0, BAD)], "is in; its size counts against it: X is out."),
        (0.9, [light(3.0, OPEN)], "mostly because of its light: X is what it is."),
        (
            0.1,
            [light(-3.0, BAD), size(1.0)],
            "mostly because X is out; its size counts for it: X is in.",
        ),
        (
            0.1,
            [size(1.0), light(-3.0, BAD)],
            "mostly because X is out; its size counts for it: X is in.",
        ),
        (
            0.3,
            [light(2.0), size(1.0)],
            "few planets meet the definition, and what is known does not outweigh that; its light "
            "counts for it: X is in; its size counts for it: X is in.",
        ),
    ],
)
def test_what_moved_the_score_most_comes_first_with_its_fact(score, themes, end):
    assert build_sentence(score, 0.5, themes).endswith(end)


@pytest.mark.parametrize(
    ("score", "themes", "end"),
    [
        (0.9, [light(3.0), size(-1.0, GOOD)], "(score 0.900), mostly because X is in."),
        (0.9, [light(3.0), size(1.0, BAD)], "mostly because X is in; but X is out."),
        (0.6, [light(3.0, BAD), size(1.0)], "first of all because X is in; but X is out."),
        (0.6, [light(3.0, BAD)], "(score 0.600), by all values together; but X is out."),
        (0.1, [light(-3.0), size(-1.0, BAD)], "first of all because X is out."),
        (0.1, [light(-3.0)], "(score 0.100), by all values together."),
        (0.3, [light(2.0), size(0.1, BAD)], "; X is out; its light counts for it: X is in."),
    ],
)
def test_a_fact_is_never_the_reason_for_its_opposite(score, themes, end):
    assert build_sentence(score, 0.5, themes).endswith(end)


@pytest.mark.parametrize(
    ("score", "themes", "end"),
    [
        (
            0.6,
            [light(2.0, PERHAPS_IN)],
            "mostly because its light, within the errors, fits with a probability of 0.43: X "
            "is out.",
        ),
        (
            0.6,
            [size(3.0), light(2.0, PERHAPS_IN)],
            "; its light counts for it, because within the errors it fits with a probability "
            "of 0.43: X is out.",
        ),
        (
            0.6,
            [size(3.0), light(-2.0, PERHAPS_OUT)],
            "; its light counts against it, because within the errors it fits with a "
            "probability of only 0.62: X is in.",
        ),
        (0.6, [size(3.0), light(2.0, BAD._replace(chance=0.01))], "because X is in; but X is out."),
        (0.6, [size(3.0), light(2.0, BAD._replace(chance=None))], "because X is in; but X is out."),
    ],
)
def test_a_value_near_a_limit_moves_the_score_because_it_may_be_wrong(score, themes, end):
    assert build_sentence(score, 0.5, themes).endswith(end)


def test_a_theme_that_hardly_moved_the_score_is_not_mentioned():
    text = build_sentence(0.3, 0.5, [light(2.0), size(1.0), Theme("star", -0.1, GOOD)])

    assert "few planets meet the definition" in text
    assert "star" not in text


def test_mostly_means_at_least_half_of_what_moved_the_score():
    third = Theme("star", 1.0, OPEN)

    assert ", mostly because" in build_sentence(0.9, 0.5, [light(2.0), size(1.0), third])
    assert ", first of all because" in build_sentence(0.9, 0.5, [light(1.9), size(1.0), third])


@pytest.mark.parametrize(
    ("score", "end"),
    [
        (0.6, "(score 0.600), because nothing is known that would change it."),
        (0.1, "few planets meet the definition, and what is known does not outweigh that."),
    ],
)
def test_a_score_that_nothing_moved_has_a_sentence(score, end):
    assert build_sentence(score, 0.5, [light(0.0, OPEN)]).endswith(end)


def test_a_failing_theme_comes_first_if_little_counts_against_the_planet():
    text = build_sentence(0.3, 0.5, [light(2.0), size(0.1, BAD)], holds=False)

    assert text.endswith(
        ": it does not meet the definition by the values given; X is out; its light counts for it: "
        "X is in."
    )


@pytest.mark.parametrize("holds", [True, None])
def test_a_sentence_says_that_the_definition_is_not_met_only_if_that_is_so(holds):
    """A temperature may disagree with the insolation, which the definition uses."""
    text = build_sentence(0.3, 0.5, [light(2.0), size(0.1, BAD)], holds)

    assert "does not meet" not in text
    assert "few planets meet the definition" in text


def test_a_theme_near_a_limit_is_mentioned_if_the_score_is_low():
    near = Theme("size", 0.1, GOOD._replace(is_near=True))

    assert "size" in build_sentence(0.4, 0.5, [light(2.0), near])
    assert "size" not in build_sentence(0.6, 0.5, [light(2.0), near])
