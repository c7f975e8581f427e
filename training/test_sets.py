"""Test sets: real planets with better known values than those that the model gets.

The archive's planets with hidden values, the same planets as older catalogues had them, and those
found before the labels were made. A truth is the probability of the definition by the full row of
today's archive (`training/soft_truth.py`), or the label of the Habitable Worlds Catalog. Each set
has only planets that the service can score.

Note: six masks of the same planets are not six times as many planets. Only intervals over host
stars take that into account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.features import Table, lacks_light, lacks_size
from training.archive import Archive, read_labelled
from training.masks import MASKS, Mask
from training.metrics import AnyArray
from training.older_catalogues import KEPLER_OBJECTS, OPEN_EXOPLANET_CATALOGUE, read_older
from training.soft_truth import soft_truth

MASK_SEEDS = range(100, 106)
OEC, KOI = "OEC 2023", "KOI 2019"
BEFORE = "found before 2024"
LABELS_YEAR = 2024
"""The labels are those of the catalog of January of this year."""
REVISED = (OEC, KOI)
"""Test sets with values of older catalogues."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Files of the tables that the test sets are made from."""

    catalog: Path
    """The archive's table."""
    labels: Path
    """Labels of the Habitable Worlds Catalog."""
    oec: Path
    """Open Exoplanet Catalogue."""
    koi: Path
    """Kepler objects of interest, cumulative."""

    def paths(self) -> tuple[Path, ...]:
        """Return all files."""
        return self.catalog, self.labels, self.oec, self.koi


@dataclass(frozen=True, slots=True)
class PlanetSet:
    """Planets to score, one row each."""

    known: Table
    """What a score gets."""
    truth: FloatArray
    """Probability of the definition, shape (planets,)."""
    hosts: AnyArray
    """Names of the host stars, shape (planets,)."""
    radius_computed: BoolArray
    """Whether the archive computed the radius from the mass, shape (planets,)."""

    def where(self, rows: BoolArray) -> PlanetSet:
        """Return the set of the selected rows."""
        known = {name: values[rows] for name, values in self.known.items()}
        return PlanetSet(known, self.truth[rows], self.hosts[rows], self.radius_computed[rows])


def read_test_sets(tables: Tables) -> tuple[Archive, dict[str, PlanetSet]]:
    """Return the archive and the test sets by name.

    Raises:
        TableError: a file cannot be read or lacks a column.
    """
    archive = Archive.read(tables.catalog)
    names = archive.rows["pl_name"]
    older = {
        OEC: read_older(tables.oec, "name", OPEN_EXOPLANET_CATALOGUE, names),
        KOI: read_older(tables.koi, "kepler_name", KEPLER_OBJECTS, names),
    }
    found_before = _found_before(tables)
    everything = planet_set(archive, archive.known(optional=True), soft_truth(archive))
    sets = {name: _masked(archive, everything, mask) for name, mask in MASKS.items()}
    sets |= {name: _revised(everything, known, rows) for name, (known, rows) in older.items()}
    sets[BEFORE] = found_before
    return archive, {name: _scorable(each) for name, each in sets.items()}


def join(sets: Sequence[PlanetSet]) -> PlanetSet:
    """Return the planets of all sets, one after the other."""
    known = {name: np.concatenate([each.known[name] for each in sets]) for name in sets[0].known}
    return PlanetSet(
        known,
        np.concatenate([each.truth for each in sets]),
        np.concatenate([each.hosts for each in sets]),
        np.concatenate([each.radius_computed for each in sets]),
    )


def planet_set(archive: Archive, known: Table, truth: FloatArray) -> PlanetSet:
    """Return planets with what is known of them and their truth."""
    computed = ~np.isnan(known["pl_rade"]) & ~archive.has_measured_radius()
    return PlanetSet(known, truth, archive.rows["hostname"].to_numpy(), computed)


def _masked(archive: Archive, everything: PlanetSet, mask: Mask) -> PlanetSet:
    tables = (mask(archive, np.random.default_rng(seed)) for seed in MASK_SEEDS)
    return join([with_known(everything, known) for known in tables])


def with_known(planets: PlanetSet, known: Table) -> PlanetSet:
    """Return the same planets with other known values."""
    computed = planets.radius_computed & ~np.isnan(known["pl_rade"])
    return PlanetSet(known, planets.truth, planets.hosts, computed)


def _revised(everything: PlanetSet, known: Table, rows: Sequence[int]) -> PlanetSet:
    # Older catalogues do not say which radii were computed. Few of them have any.
    nothing = np.zeros(len(rows), dtype=bool)
    return PlanetSet(known, everything.truth[rows], everything.hosts[rows], nothing)


def _found_before(tables: Tables) -> PlanetSet:
    archive, labels = read_labelled(tables.catalog, tables.labels)
    planets = planet_set(archive, archive.known(optional=True), labels.astype(np.float64))
    return planets.where((archive.rows["disc_year"] < LABELS_YEAR).to_numpy())


def _scorable(planets: PlanetSet) -> PlanetSet:
    """Return the planets with a truth that the service can score."""
    too_little = lacks_size(planets.known) | lacks_light(planets.known)
    return planets.where(np.isfinite(planets.truth) & ~too_little)
