"""Spectral patterns: what splits two stars, and what may stand without a subtype."""

from __future__ import annotations

import pytest

from exohabit.science.spectral_patterns import BARE_LETTER, COMPANION


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("F5 V + M", ["F5 V ", " M"]),
        ("DA+M3V", ["DA", "M3V"]),
        ("sdOB+dM+WD", ["sdOB", "dM", "WD"]),
        ("K0V+(F)", ["K0V", "(F)"]),
        ("K3+V", ["K3+V"]),
        ("K2V+", ["K2V+"]),
        ("M5.0+0.5-0.5", ["M5.0+0.5-0.5"]),
        ("K1III(+M)", ["K1III(+M)"]),
        ("G8 IV (+ G)", ["G8 IV (+ G)"]),
        ("F8 V CH+0.4", ["F8 V CH+0.4"]),
    ],
)
def test_a_plus_before_another_type_splits_two_stars(text, parts):
    assert COMPANION.split(text) == parts


@pytest.mark.parametrize(
    "text", ["G", "G:", "M:e", "Be", "Am", "Ap", "Am C", "B D", "M/K", "F - G"]
)
def test_a_letter_with_one_peculiarity_may_stand_alone(text):
    assert BARE_LETTER.fullmatch(text)


@pytest.mark.parametrize("text", ["Fe", "Le", "Ok", "As", "Gen", "Me e", "B  D", "G/", "M/K/G"])
def test_more_may_not(text):
    assert BARE_LETTER.fullmatch(text) is None
