"""Rivals: other ways to score the planets of the test sets, to compare the model with.

Rules that only rank, or say yes or no, get probabilities by isotonic regression on the test set
itself, cross-validated by host star. That favours them: the model and the analytic posterior see no
truth at all. Average precision uses the rule's own ranking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.isotonic import IsotonicRegression

from exohabit.science import habitability
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.elementwise import first_known
from exohabit.science.features import (
    FEATURES,
    TYPICAL_TEFF,
    Table,
    feature_matrix,
    implied_light,
    lacks_zone,
)
from training.baselines import definition
from training.folds import fold_of
from training.test_sets import PlanetSet

STRICT = "the definition, unknown counts as no"
FALLBACKS = "the definition with fallbacks"
SIMILARITY = "Earth similarity"
POSTERIOR = "the analytic posterior"

USUAL_ALBEDO = 0.3
"""Albedo with which the fallbacks take the light from an equilibrium temperature."""
FGKM_SHARE = 0.95
"""Probability that a star of unknown class is of class F to M."""
FLOOR = 1e-4
"""Lowest probability of a calibrated rule. A rule that says no is sometimes wrong, and with 0 a
single such planet would decide its log-loss."""


class Rival(NamedTuple):
    """A rival's scores of a test set, shape (planets,) each."""

    ranking: FloatArray
    """Ranks the planets."""
    probability: FloatArray
    """For log-loss, Brier score and calibration."""


Rule = Callable[[PlanetSet], FloatArray]


def strict_definition(planets: PlanetSet) -> FloatArray:
    """Rank by the definition; what lacks a star, or insolation by statement or orbit, counts as no.

    Ties by Earth similarity.
    """
    return definition(planets.known) + earth_similarity(planets) / 10.0


def definition_with_fallbacks(planets: PlanetSet) -> FloatArray:
    """Rank by the definition with an astronomer's fallbacks, ties by Earth similarity."""
    return meets_with_fallbacks(planets) + earth_similarity(planets) / 10.0


def meets_with_fallbacks(planets: PlanetSet) -> BoolArray:
    """Return whether planets meet the definition by the best source that is known.

    The light is stated, else that of orbit and star, else that of the equilibrium temperature at
    an albedo of 0.3. The mass decides where the radius was computed from it. An unknown star is
    one of class K.
    """
    known = planets.known
    teff = first_known(known["st_teff"], first_known(known["spectype_teff"], TYPICAL_TEFF))
    by_mass = planets.radius_computed & ~np.isnan(known["pl_bmasse"])
    radius = np.where(by_mass, np.nan, known["pl_rade"])
    return habitability.is_habitable(
        _best_insolation(known), teff, ~lacks_zone(known), radius, known["pl_bmasse"]
    )


def earth_similarity(planets: PlanetSet) -> FloatArray:
    """Return the Earth similarity by the best known insolation, and the radius typical of a mass.

    It is 0 without an insolation.
    """
    known = planets.known
    radius = first_known(known["pl_rade"], habitability.typical_radius(known["pl_bmasse"]))
    return np.nan_to_num(habitability.earth_similarity(_best_insolation(known), radius))


def analytic_posterior(planets: PlanetSet) -> FloatArray:
    """Return the probability of the zone times that of the size, by formulas alone."""
    column = FEATURES.index("p_habitable")
    chance = feature_matrix(planets.known)[:, column].astype(np.float64)
    known = planets.known
    is_class_unknown = np.isnan(known["spectype_fgkm"]) & np.isnan(known["st_teff"])
    return np.where(is_class_unknown, FGKM_SHARE, 1.0) * chance


RULES: dict[str, Rule] = {
    STRICT: strict_definition,
    FALLBACKS: definition_with_fallbacks,
    SIMILARITY: earth_similarity,
}


def score_by_formulas(planets: PlanetSet) -> dict[str, Rival]:
    """Return the scores of the rules and of the analytic posterior, by name."""
    rivals = {name: calibrate(rule(planets), planets) for name, rule in RULES.items()}
    chance = analytic_posterior(planets)
    return {POSTERIOR: Rival(chance, chance), **rivals}


def calibrate(ranking: FloatArray, planets: PlanetSet) -> Rival:
    """Give the planets of a ranking probabilities, by the truth of the other hosts' planets."""
    fold = fold_of(planets.hosts)
    probability = np.empty(ranking.size)
    for i in np.unique(fold):
        inside = fold == i
        isotonic = IsotonicRegression(out_of_bounds="clip")
        isotonic.fit(ranking[~inside], planets.truth[~inside])
        probability[inside] = isotonic.predict(ranking[inside])
    return Rival(ranking, np.clip(probability, FLOOR, 1.0 - FLOOR))


def _best_insolation(known: Table) -> FloatArray:
    light = implied_light(known)
    by_eqt = habitability.black_planet_insolation(known["pl_eqt"]) / (1.0 - USUAL_ALBEDO)
    best = first_known(known["pl_insol"], first_known(light.insol, by_eqt))
    return np.asarray(best * light.gain)
