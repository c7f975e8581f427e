"""Settings of a training run: every number that a trained model depends on, with its reason.

For another run, make a copy: `replace(Settings(), prior=replace(Prior(), transit_share=1.0))`.

Warning: `replace` replaces a whole mapping, so a copy with one other share must repeat all shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from training.threshold import THRESHOLD

ROOT = Path(__file__).resolve().parent.parent
"""The bundle is written here: models/ and feature_columns.pkl."""
WORK = ROOT / "build"
"""Files that one step writes and the next one reads."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The distribution of true planets and stars, to which scores and calibration refer."""

    period_days: tuple[float, float] = (0.1, 1e5)
    """Log-uniform: from the shortest known period to beyond Saturn's."""
    radius: tuple[float, float] = (0.15, 25.0)
    """Log-uniform, Earth radii: from half of the Moon's radius to an inflated Jupiter's."""
    mass_scatter: tuple[float, float] = (0.25, 0.45)
    """Relative spread of the masses at one radius, for rocky and for Neptunian planets."""

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
    """Shares; all subtypes of dwarfs from F to M are equally likely."""
    dwarf_spread: tuple[float, float] = (0.12, 0.07)
    """Spread of the logarithm of the radius around the dwarf sequence: of class M, others. That of
    the mass is half as large."""
    transit_share: float = 0.75
    """Share of planets with a measured radius (transit). The others have a measured minimum mass
    (radial velocity)."""
    transit_drawn: float = 0.5
    """The same share among the planets that are drawn; the weights restore the prior."""

    eccentric_share: float = 1.0
    """Share of planets on eccentric orbits; 0 gives circular orbits only."""
    small_eccentricity: tuple[float, float] = (1.0, 19.0)
    """Beta distribution for planets below 3.5 Earth radii, mean 0.05. It depends on the size, not
    on how the planet was found (Gilbert et al. 2025, PNAS, arXiv 2507.07840)."""
    large_eccentricity: tuple[float, float] = (0.867, 3.03)
    """Beta distribution for larger planets, mean 0.22 (Kipping 2013, MNRAS 434, L51)."""

    # Most planets are drawn near the zone, where examples are most useful. The weights restore the
    # prior.
    near_share: float = 0.7
    near_insol: float = 3.0
    """These planets reach this factor beyond both edges of the zone."""
    near_radius: tuple[float, float] = (0.25, 5.0)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """How a catalogue gets its values; rates as in the archive's composite table of 2025-12-30."""

    errors: Mapping[str, float] = field(
        default_factory=lambda: {
            "radius_ratio": 0.045,
            "pl_bmasse": 0.20,
            "pl_msinie": 0.126,
            "pl_orbsmax": 0.015,
            "st_teff": 0.016,
            "st_rad": 0.068,
            "st_mass": 0.05,
            "color_teff": 0.04,
        }
    )
    """Median relative errors. A transit measures the planet's radius over the star's; `pl_msinie`
    is the minimum mass by radial velocity, `color_teff` the temperature by the star's colours."""
    error_scatter: Mapping[str, float] = field(
        default_factory=lambda: {
            "radius_ratio": 0.7,
            "pl_bmasse": 0.7,
            "pl_msinie": 0.52,
            "pl_orbsmax": 0.7,
            "st_teff": 0.7,
            "st_rad": 0.7,
            "st_mass": 0.7,
            "color_teff": 0.7,
        }
    )
    """Standard deviation of the logarithm of the errors around their median. Errors of minimum
    masses below 30 Earth masses differ less than others, by 0.52."""
    error_tails: float = 4.0
    """Degrees of freedom of Student's t: between catalogues, values differ by 4 to 9 stated errors
    in 5 % of cases, which normal errors cannot give."""
    by_color: float = 0.3
    """Share of dwarfs that are known by their colours only: without a spectral type, with radius
    and mass from the temperature, half of them without a stated mass. Their errors are common to
    all of these, as in the catalogues of Kepler's first years."""

    mass_computed: float = 0.60
    """Share of transiting planets whose mass is computed from the radius."""
    mass_measured: float = 0.25
    """Share of transiting planets whose mass is measured; the rest have no mass."""
    radius_computed: float = 0.60
    """Share of planets found by radial velocity whose radius is computed from the mass."""
    insol_computed: float = 0.55
    """Share of insolations that are computed from the stated star and orbit. The others belong to
    another measurement of star and orbit, because the archive mixes publications."""
    eqt_from_insol: float = 0.30
    """Share of equilibrium temperatures that belong to the stated insolation; the others, too,
    belong to another measurement."""
    color_computed: float = 0.5
    """Share of the stars known by their colours only whose insolation and equilibrium temperature
    both belong to the stated star and orbit. In Kepler's table of 2019 this holds for 99.8 % of
    rows, but the archive mixes publications for the same planets."""
    insol_mean: float = 0.15
    """Share of insolations that are means over the orbit; the others are for a circular orbit."""

    eccentricity_error: float = 0.08
    """Absolute; as for planets below 30 Earth masses."""
    transit_circular: float = 0.80
    """Share of eccentricities of transiting planets that are assumed to be 0."""
    velocity_circular: float = 0.07
    """The same for planets found by radial velocity."""

    albedo_zero_share: float = 0.25
    """Share of equilibrium temperatures for a black planet."""
    albedo_earth_share: float = 0.20
    """Share of equilibrium temperatures for Earth's albedo."""
    albedo_earth: float = 0.3
    albedo: tuple[float, float] = (0.0, 0.9)
    """Range of the other albedos; clouds like those of Venus have 0.77."""

    type_error: float = 0.7
    """Spread of spectral types around the true one, subtypes."""
    type_letter: float = 0.10
    """Share of spectral types with the letter only."""
    type_whole: float = 0.60
    """Share of spectral types with a whole subtype; the others have a half one."""
    class_stated: float = 0.55
    """Share of spectral types with a luminosity class."""
    subgiant_unseen: float = 0.3
    """Share of subgiants that are listed as dwarfs, if a luminosity class is stated."""

    missing: Mapping[str, float] = field(
        default_factory=lambda: {
            "pl_rade": 0.02,
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
    """Shares of missing values."""
    random_blank: float = 0.5
    """Share of planets that have a random share of missing values instead."""
    optional_blank: float = 0.5
    """Share of planets with the five required columns only."""
    sparse: float = 0.10
    """Share of planets with one size and one way to the light only."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One training run; the model's manifest records all of it."""

    seed: int = 20140923
    """Chosen before the first run, not by its result."""
    planets: int = 1_200_000
    """Simulated planets that the model is fitted on."""
    held_out: int = 300_000
    """Other planets, to choose the model's size and to measure the calibration."""

    prior: Prior = field(default_factory=Prior)
    catalogue: Catalogue = field(default_factory=Catalogue)

    # Candidate sizes; the smallest one within `tolerance` of the best log-loss is chosen. The
    # log-loss is that of held-out planets as drawn, most of them near the zone. Under the prior,
    # most planets are clearly uninhabitable, and any model would look good.
    depths: tuple[int, ...] = (4, 5, 6)
    trees: tuple[int, ...] = (50, 75, 100, 125, 150)
    """150 trees take 1.23 times as long as the model before the posterior was a feature. 175 trees
    take 1.33 times as long, and are hardly better on the test sets."""
    tolerance: float = 0.001
    """Larger models gain less than this, for scores that take longer."""
    learning_rate: float = 0.0875
    """A higher rate would do with fewer trees, but score less smoothly."""
    base_score: float | None = 0.5
    """Score before the first tree. With None it is the mean label, 3 %. Then the positives have so
    large gradients that the first tree alone makes steps of 0.1 in the score, which later trees do
    not smooth."""
    subsample: float = 0.5
    """Share of the planets that each tree sees; no effect on the test sets, but faster to fit."""
    max_bin: int = 1024
    """Candidate thresholds of each feature: 1 % of a radius or period apart, instead of 4 %."""
    min_child_weight: float = 8.0
    rising: tuple[str, ...] = ("p_zone", "p_size", "p_habitable")
    """Features with which the score may only rise; steps are as large without this constraint."""
    threads: int = 2

    threshold: float = THRESHOLD
