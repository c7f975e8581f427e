"""Spectral text: signs and spaces become ASCII, letters of other scripts stay out."""

from __future__ import annotations

import pytest

from exohabit.science.spectral_text import MAX_LENGTH, MAX_RAW_LENGTH, normalize_spectral_text


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("G2 V", "G2 V"),
        ("  G2   V ", "G2 V"),
        ("G2\tV\u00a0", "G2 V"),
        ("M4 &#177 0.5", "M4 +/- 0.5"),
        ("M4&plusmn0.5", "M4+/-0.5"),
        ("G2\u2013G5", "G2-G5"),
        ("M8\u03b3", "M8gamma"),
        ("G or K", "G/K"),
        ("G" * MAX_LENGTH, "G" * MAX_LENGTH),
    ],
)
def test_signs_and_spaces_become_ascii(text, normalized):
    assert normalize_spectral_text(text) == normalized


@pytest.mark.parametrize(
    "text",
    [
        "\u212a2 V",
        "&#x212A;2 V",
        "\uff272 V",
        "G\u0662 V",
        "G2\u200b",
        "\u216417",
        "G" * (MAX_LENGTH + 1),
        "\u00b1" * MAX_LENGTH,
        " " * (MAX_RAW_LENGTH + 1),
    ],
)
def test_other_letters_and_long_texts_are_refused(text):
    assert normalize_spectral_text(text) is None


def test_a_line_break_is_not_a_space():
    assert normalize_spectral_text("G2 V\n") == "G2 V\n"
