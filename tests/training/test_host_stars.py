"""Host stars: the shares of their kinds, and that evolved stars are brighter than dwarfs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exohabit.science import dwarfs
from training.host_stars import Stars, draw_stars
from training.settings import Prior

COUNT = 50_000


def draw(**shares: float) -> Stars:
    kinds = dict.fromkeys(Prior().star_kinds, 0.0) | shares
    return draw_stars(COUNT, replace(Prior(), star_kinds=kinds), np.random.default_rng(3))


def test_the_shares_of_kinds_are_those_in_the_settings():
    host = draw_stars(COUNT, Prior(), np.random.default_rng(3))

    shares = Prior().star_kinds
    outside = shares["early_type"] + shares["brown_dwarf"] + shares["white_dwarf"]
    assert (~host.is_fgkm).mean() == pytest.approx(outside, abs=0.006)
    assert (host.luminosity_class == 4.0).mean() == pytest.approx(shares["subgiant"], abs=0.007)
    assert (host.luminosity_class == 3.0).mean() == pytest.approx(shares["giant"], abs=0.004)


@pytest.mark.parametrize(
    ("kind", "is_fgkm"),
    [
        ("dwarf", True),
        ("subgiant", True),
        ("giant", True),
        ("early_type", False),
        ("brown_dwarf", False),
        ("white_dwarf", False),
    ],
)
def test_a_kind_is_f_to_m_or_not(kind, is_fgkm):
    assert (draw(**{kind: 1.0}).is_fgkm == is_fgkm).all()


@pytest.mark.parametrize("kind", ["subgiant", "giant"])
def test_an_evolved_star_is_brighter_than_a_dwarf_of_its_temperature(kind):
    evolved = draw(**{kind: 1.0})

    assert (evolved.radius > 1.25 * dwarfs.dwarf_radius(evolved.teff)).all()
    assert (evolved.luminosity > draw(dwarf=1.0).luminosity.min()).all()
