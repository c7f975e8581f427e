"""Host stars of simulated planets: F to M dwarfs, some evolved stars, and other classes.

Warning: white dwarfs have a position on the sequence as well, but it has no meaning; use `is_fgkm`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exohabit.science import dwarfs, habitability
from exohabit.science.arrays import BoolArray, FloatArray
from training.draws import log_uniform, scatter
from training.settings import Prior

M_DWARF_TEFF = 3900.0
"""Cooler dwarfs are of class M."""


@dataclass(frozen=True, slots=True)
class Stars:
    """The true star of each planet: arrays of shape (planets,)."""

    position: FloatArray
    """Position on the dwarf sequence: 30 for F0, 69.9 for the coolest M."""
    teff: FloatArray
    radius: FloatArray
    mass: FloatArray
    luminosity_class: FloatArray
    is_white_dwarf: BoolArray

    @property
    def is_fgkm(self) -> BoolArray:
        """Whether the star is of class F, G, K or M."""
        return ~self.is_white_dwarf & (self.position >= 30.0) & (self.position < 70.0)

    @property
    def luminosity(self) -> FloatArray:
        """Luminosity, the Sun's = 1."""
        return habitability.luminosity(self.teff, self.radius)


def draw_stars(count: int, prior: Prior, rng: np.random.Generator) -> Stars:
    """Draw a star for each of `count` planets."""
    kinds = rng.choice(list(prior.star_kinds), size=count, p=list(prior.star_kinds.values()))
    is_kind = {kind: kinds == kind for kind in prior.star_kinds}
    position = _draw_positions(is_kind, count, rng)
    teff = np.where(
        is_kind["white_dwarf"],
        log_uniform(rng, (4_000.0, 50_000.0), count),
        dwarfs.dwarf_teff(position) * scatter(rng, 0.01, count),
    )
    off_sequence = [is_kind["subgiant"], is_kind["giant"], is_kind["white_dwarf"]]
    dwarf_radius = dwarfs.dwarf_radius(teff)
    spread = np.where(teff < M_DWARF_TEFF, *prior.dwarf_spread)
    radii = [
        dwarf_radius * rng.uniform(1.3, 3.5, count),
        log_uniform(rng, (4.0, 60.0), count),
        rng.uniform(0.009, 0.02, count),
    ]
    radius = np.select(off_sequence, radii, dwarf_radius * scatter(rng, spread, count))
    masses = [rng.uniform(*bounds, count) for bounds in ((0.9, 1.7), (0.8, 3.0), (0.4, 1.1))]
    dwarf_mass = dwarfs.dwarf_mass(teff) * scatter(rng, spread / 2.0, count)
    mass = np.select(off_sequence, masses, dwarf_mass)
    luminosity_class = np.select(off_sequence, [4.0, 3.0, np.nan], 5.0)
    return Stars(position, teff, radius, mass, luminosity_class, is_kind["white_dwarf"])


def _draw_positions(
    is_kind: dict[str, BoolArray], count: int, rng: np.random.Generator
) -> FloatArray:
    """Draw positions on the dwarf sequence; those of white dwarfs have no meaning."""
    bounds = {
        "subgiant": (34.0, 53.0),
        "giant": (44.0, 65.0),
        "early_type": (10.0, 30.0),
        "brown_dwarf": (70.0, 88.0),
    }
    drawn = [rng.uniform(low, high, count) for low, high in bounds.values()]
    return np.select([is_kind[kind] for kind in bounds], drawn, rng.uniform(30.0, 70.0, count))
