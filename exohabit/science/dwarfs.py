"""The mean dwarf sequence: temperature, radius and mass of dwarf stars by spectral subtype.

A position on the sequence is a number, ten for each class: O0 = 0, G2 = 42, M5.5 = 65.5.
Between two rows of the table, values are interpolated linearly; beyond its ends, they stay
those of the first or last row.
"""

from __future__ import annotations

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.elementwise import Quantity, interpolate, memoize

SEQUENCE = "OBAFGKMLTY"
"""The spectral classes, from hot to cool."""

# Type, effective temperature [K], radius [solar radii], mass [solar masses].
# Pecaut & Mamajek 2013 (ApJS 208, 9), online table version 2024.05.15. The table has no mass for
# the coolest types. There the last mass is repeated, because no formula reads it.
_DWARFS: tuple[tuple[str, float, float, float], ...] = (
    ("O3", 45900, 13.43, 59.0),
    ("O5", 41400, 11.45, 43.0),
    ("O8", 35100, 8.47, 23.6),
    ("B0", 31400, 7.16, 17.7),
    ("B2", 20600, 4.06, 7.3),
    ("B5", 15700, 3.36, 4.7),
    ("B8", 12300, 2.86, 3.38),
    ("A0", 9700, 2.193, 2.33),
    ("A2", 8840, 2.117, 2.06),
    ("A5", 8100, 1.785, 1.86),
    ("A8", 7590, 1.747, 1.67),
    ("F0", 7220, 1.728, 1.60),
    ("F1", 7020, 1.679, 1.50),
    ("F2", 6820, 1.622, 1.43),
    ("F3", 6750, 1.578, 1.41),
    ("F4", 6670, 1.533, 1.38),
    ("F5", 6550, 1.473, 1.32),
    ("F6", 6350, 1.359, 1.25),
    ("F7", 6280, 1.324, 1.21),
    ("F8", 6180, 1.221, 1.16),
    ("F9", 6050, 1.167, 1.12),
    ("G0", 5930, 1.100, 1.07),
    ("G1", 5860, 1.060, 1.04),
    ("G2", 5770, 1.012, 1.00),
    ("G3", 5720, 1.002, 0.99),
    ("G4", 5680, 0.991, 0.985),
    ("G5", 5660, 0.977, 0.98),
    ("G6", 5600, 0.949, 0.965),
    ("G7", 5550, 0.927, 0.945),
    ("G8", 5480, 0.914, 0.93),
    ("G9", 5380, 0.853, 0.89),
    ("K0", 5290, 0.813, 0.86),
    ("K1", 5170, 0.797, 0.85),
    ("K2", 5100, 0.783, 0.82),
    ("K3", 4870, 0.755, 0.76),
    ("K4", 4600, 0.710, 0.72),
    ("K5", 4440, 0.701, 0.70),
    ("K6", 4300, 0.669, 0.67),
    ("K7", 4090, 0.630, 0.64),
    ("K8", 3990, 0.615, 0.61),
    ("K9", 3930, 0.608, 0.60),
    ("M0", 3850, 0.588, 0.585),
    ("M1", 3660, 0.501, 0.51),
    ("M2", 3560, 0.446, 0.45),
    ("M2.5", 3470, 0.421, 0.42),
    ("M3", 3430, 0.361, 0.36),
    ("M3.5", 3270, 0.300, 0.29),
    ("M4", 3210, 0.274, 0.24),
    ("M4.5", 3110, 0.217, 0.18),
    ("M5", 3060, 0.196, 0.155),
    ("M5.5", 2930, 0.156, 0.122),
    ("M6", 2810, 0.137, 0.105),
    ("M7", 2680, 0.120, 0.090),
    ("M8", 2570, 0.114, 0.086),
    ("M8.5", 2420, 0.104, 0.080),
    ("M9", 2380, 0.102, 0.079),
    ("M9.5", 2330, 0.101, 0.078),
    ("L0", 2270, 0.102, 0.077),
    ("L3", 1920, 0.0942, 0.074),
    ("L6", 1550, 0.0891, 0.074),
    ("L9", 1370, 0.0877, 0.074),
    ("T2", 1220, 0.100, 0.074),
    ("T5", 1160, 0.101, 0.074),
    ("T6", 950, 0.100, 0.074),
    ("T8", 680, 0.095, 0.074),
    ("T9", 560, 0.100, 0.074),
    ("Y0", 450, 0.104, 0.074),
    ("Y2", 320, 0.104, 0.074),
)

# The subtype that a letter without a number most often stands for. For F to M it is the subtype
# whose temperature is nearest to the median of the archive's host stars with a bare letter
# (2025-12-30: F 6206 K, G 5634 K, K 4960 K, M 3500 K). For other classes it is the middle.
_TYPICAL_SUBTYPES = {"F": 7.7, "G": 5.4, "K": 2.6, "M": 2.3}
_MIDDLE_SUBTYPE = 5.0


def sequence_position(letter: str, subtype: float | None = None) -> float:
    """Return the position of a subtype on the sequence; None stands for the typical subtype."""
    if subtype is None:
        subtype = _TYPICAL_SUBTYPES.get(letter, _MIDDLE_SUBTYPE)
    return 10.0 * SEQUENCE.index(letter) + subtype


_POSITIONS = np.array([sequence_position(name[0], float(name[1:])) for name, *_ in _DWARFS])
_TEFFS = np.array([teff for _, teff, _, _ in _DWARFS])
_RISING_TEFFS, _RADII, _MASSES = np.array([row[1:] for row in reversed(_DWARFS)]).T.copy()
_TYPICAL_POSITIONS = np.array([sequence_position(letter) for letter in SEQUENCE])


def typical_positions(positions: FloatArray) -> FloatArray:
    """Return the position of the typical star of each position's class."""
    return _TYPICAL_POSITIONS[(positions // 10).astype(np.intp)]


def dwarf_teff(position: Quantity) -> Quantity:
    """Return the effective temperature [K] of dwarfs at positions on the sequence."""
    return interpolate(position, _POSITIONS, _TEFFS)


@memoize
def dwarf_radius(teff: Quantity) -> Quantity:
    """Return the radius [solar radii] of dwarfs of a temperature [K]; NaN stays NaN."""
    return interpolate(teff, _RISING_TEFFS, _RADII)


@memoize
def dwarf_mass(teff: Quantity) -> Quantity:
    """Return the mass [solar masses] of dwarfs of a temperature [K]; NaN stays NaN."""
    return interpolate(teff, _RISING_TEFFS, _MASSES)


def nearest_type(teff: float) -> str:
    """Return the class and whole subtype of the dwarf whose temperature [K] is nearest."""
    position = round(float(np.interp(teff, _TEFFS[::-1], _POSITIONS[::-1])))
    return f"{SEQUENCE[position // 10]}{position % 10}"
