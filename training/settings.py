"""Settings of a training run: every number that a trained model depends on, with its reason.

A run that differs is a copy: `replace(Settings(), prior=replace(Prior(), transit_share=1.0))`.

The trap: mappings are replaced whole, so a copy that changes one share must repeat the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Where the bundle is written: models/ and feature_columns.pkl."""
WORK = ROOT / "build"
"""Where one step leaves what the next one reads."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What a planet may be before anything is known of it.

    Score, threshold and calibration all refer to it.
    """

    period_days: tuple[float, float] = (0.1, 1e5)
    """Log-uniform: from the shortest known to beyond Saturn's."""
    radius: tuple[float, float] = (0.15, 25.0)
    """Log-uniform, Earth radii: from half the Moon's to an inflated Jupiter's."""
    mass_scatter: tuple[float, float] = (0.25, 0.45)
    """Relative spread of the masses of rocky and of Neptunian planets of one radius."""

    star_kinds: Mapping[str, float] = field(
        default_factory=lambda: {
            "dwarf": 0.80,
            "subgiant": 0.10,
            "giant": 0.03,
            "early_type": 0.03,
            "brown_dwarf": 0.02,
            "white_dwarf": 0.02,
        }
    )
    """Shares; among dwarfs every subtype from F to M is as likely as any other."""
    transit_share: float = 0.65
    """Planets whose radius is measured (transit); of the others the minimum mass is (radial
    velocity)."""

    eccentric_share: float = 1.0
    """Planets on eccentric orbits, so that 0 gives circular ones alone."""
    small_eccentricity: tuple[float, float] = (1.0, 19.0)
    """Beta distribution of planets below 3.5 Earth radii: falls from 0, mean 0.05. Size decides,
    not how a planet was found (Gilbert et al. 2025, PNAS, arXiv 2507.07840)."""
    large_eccentricity: tuple[float, float] = (0.867, 3.03)
    """Beta distribution of larger ones, mean 0.22 (Kipping 2013, MNRAS 434, L51)."""

    # Half the planets are drawn around the zone, where the boundary is; weights undo it.
    near_share: float = 0.5
    near_insol: float = 3.0
    """How far beyond either edge of the zone the near half reaches, as a factor."""
    near_radius: tuple[float, float] = (0.25, 5.0)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """How a catalogue comes to what it says, as the archive's composite table of 2025-12-30."""

    errors: Mapping[str, float] = field(
        default_factory=lambda: {
            "pl_rade": 0.07,
            "pl_bmasse": 0.12,
            "pl_orbsmax": 0.015,
            "pl_eqt": 0.02,
            "pl_insol": 0.06,
            "st_teff": 0.016,
            "st_rad": 0.045,
            "st_mass": 0.05,
        }
    )
    """Median relative errors."""
    error_scatter: float = 0.6
    """How far errors lie from their median, as a relative spread."""

    mass_computed: float = 0.45
    """Transiting planets whose mass is computed from the radius."""
    mass_measured: float = 0.30
    """Transiting planets whose mass is measured as well; of the rest none is given."""
    radius_computed: float = 0.75
    """Planets found by radial velocity whose radius is computed from the mass."""
    insol_computed: float = 0.7
    """Insolations that follow from the star and orbit given beside them."""
    insol_mean: float = 0.15
    """Insolations that are means over an eccentric orbit; the others are those of its axis."""

    eccentricity_error: float = 0.08
    """Absolute; that of planets below 30 Earth masses."""
    transit_circular: float = 0.80
    """Stated eccentricities of transiting planets that are 0 because nothing tells them ..."""
    velocity_circular: float = 0.07
    """... and of planets found by radial velocity."""

    albedo_zero_share: float = 0.25
    """Equilibrium temperatures are often those of black planets or under Earth's albedo ..."""
    albedo_earth_share: float = 0.20
    albedo_earth: float = 0.3
    albedo: tuple[float, float] = (0.0, 0.9)
    """... else under any, up to more than that of a cloud deck like Venus's (0.77)."""

    type_error: float = 0.7
    """Spread of spectral types around the true one, subtypes."""
    type_letter: float = 0.10
    """Spectral types of which only the letter is written ..."""
    type_whole: float = 0.60
    """... and those without a half subtype."""
    class_stated: float = 0.55
    subgiant_unseen: float = 0.3
    """Subgiants that pass for dwarfs where a luminosity class is stated."""

    missing: Mapping[str, float] = field(
        default_factory=lambda: {
            "pl_rade": 0.05,
            "pl_bmasse": 0.05,
            "pl_orbper": 0.05,
            "pl_eqt": 0.25,
            "st_spectype": 0.63,
            "pl_insol": 0.30,
            "pl_orbsmax": 0.05,
            "pl_orbeccen": 0.20,
            "st_teff": 0.05,
            "st_rad": 0.05,
            "st_mass": 0.02,
        }
    )
    """Shares of blanks."""
    random_blank: float = 0.5
    """Planets whose columns are blanked at any rate instead, each at its own."""
    optional_blank: float = 0.5
    """Planets told by the five required columns alone."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One run of the training; the manifest of the model records it whole."""

    seed: int = 20140923
    """Fixed beforehand, not chosen among results."""
    planets: int = 1_000_000
    """Simulated planets that the model is fitted on."""
    held_out: int = 300_000
    """Further planets, never fitted on, that choose the model's size and measure calibration."""

    prior: Prior = field(default_factory=Prior)
    catalogue: Catalogue = field(default_factory=Catalogue)

    # Candidate sizes; the smallest within `tolerance` of the best log-loss is kept. Log-loss is
    # taken over held-out planets as drawn, half of them around the zone: under the prior most
    # planets are so plainly uninhabitable that any model looks good.
    depths: tuple[int, ...] = (4, 5, 6, 7)
    trees: tuple[int, ...] = (40, 60, 80, 100, 120, 140, 170, 200, 250, 300, 400)
    tolerance: float = 0.005
    learning_rate: float = 0.1
    """Twice this reaches the same log-loss with fewer trees, but its scores jump: over seeds they
    climbed by up to 0.01 where they must fall."""
    min_child_weight: float = 20.0
    monotone: tuple[int, ...] = ()
    """How the score must follow each feature: 1 rise, -1 fall, 0 as it likes. Empty constrains
    none: `models/ablation.json` has what that costs."""
    threads: int = 2

    threshold: float = 0.5
    """Even odds: scores are calibrated, so a prediction of 1 is more likely right than wrong."""
