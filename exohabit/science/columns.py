"""The table of columns: name, meaning, unit and range of every quantity of a planet or its star.

Validation, features, the training population and the documents all read this table. The names
are the NASA Exoplanet Archive's. A range holds every value in the archive's tables (2025-12-30; the
PS table has a radius of 3,164) and in the Solar System down to Ceres. It is otherwise as narrow as
possible, so that a value in kilometres, kilograms or another wrong unit falls outside.
"""

from __future__ import annotations

from dataclasses import dataclass

CATALOG = "NASA Exoplanet Archive, Planetary Systems Composite Parameters"


@dataclass(frozen=True, slots=True)
class Column:
    """One quantity of a planet or of its star."""

    name: str
    meaning: str
    unit: str
    required: bool
    """Whether a JSON request must have the key; its value may always be null."""
    range: tuple[float, float] | None
    """Lowest and highest value accepted, both included; None for text."""

    @property
    def limit_flag(self) -> str:
        """The archive's column that marks a value as only a limit, if it is not 0."""
        return f"{self.name}lim"

    @property
    def upper_error(self) -> str:
        """The archive's column of the upper error, 0 or more."""
        return f"{self.name}err1"

    @property
    def lower_error(self) -> str:
        """The archive's column of the lower error, 0 or less."""
        return f"{self.name}err2"

    @property
    def bounds(self) -> tuple[float, float]:
        """The range of a numeric column; raises TypeError for text."""
        if self.range is None:
            raise TypeError(f"{self.name} is text and has no range")
        return self.range


COLUMNS: tuple[Column, ...] = (
    Column("pl_rade", "planet radius", "Earth radii", True, (0.01, 3_200.0)),
    Column("pl_bmasse", "planet mass or m sin i", "Earth masses", True, (1e-5, 30_000.0)),
    Column("pl_orbper", "orbital period", "days", True, (0.01, 1e9)),
    Column("pl_eqt", "equilibrium temperature", "K", True, (3.0, 10_000.0)),
    Column("st_spectype", "host star's spectral type", "text", True, None),
    Column("pl_insol", "insolation", "Earth's insolation", False, (1e-8, 1e6)),
    Column("pl_orbsmax", "semi-major axis", "au", False, (1e-4, 100_000.0)),
    Column("pl_orbeccen", "orbital eccentricity", "(no unit)", False, (0.0, 0.999)),
    Column("st_teff", "star's effective temperature", "K", False, (200.0, 100_000.0)),
    Column("st_rad", "star's radius", "solar radii", False, (1e-5, 2_000.0)),
    Column("st_mass", "star's mass", "solar masses", False, (0.001, 200.0)),
)

NUMERIC: tuple[Column, ...] = tuple(column for column in COLUMNS if column.range is not None)
NUMERIC_NAMES: tuple[str, ...] = tuple(column.name for column in NUMERIC)
REQUIRED: tuple[Column, ...] = tuple(column for column in COLUMNS if column.required)
SIZE: tuple[str, str] = ("pl_rade", "pl_bmasse")
"""The columns that give a planet's size."""
BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}

# Other columns of the archive's tables. People paste whole rows, so none counts as a misspelling.
_OTHERS = """
    hostname hostid hd_name hip_name tic_id sy_snum sy_pnum sy_mnum sy_dist sy_plx sy_pm sy_vmag
    sy_kmag sy_gaiamag sy_bmag
    sy_jmag sy_hmag sy_tmag discoverymethod disc_year disc_facility disc_refname disc_telescope
    disc_instrument cb_flag pl_controv_flag pl_letter pl_hostname pl_radj pl_bmassj pl_masse
    pl_massj pl_msinie pl_msinij pl_cmasse pl_cmassj pl_bmassprov pl_dens pl_orbincl pl_orblper
    pl_orbtper pl_tranmid pl_trandep pl_trandur pl_imppar pl_ratdor pl_ratror pl_occdep pl_rvamp
    pl_projobliq pl_trueobliq pl_refname ttv_flag st_met st_metratio st_logg st_lum st_age st_dens
    st_vsin st_radv st_rotp st_refname sy_refname default_flag soltype rastr ra decstr dec glat
    glon elat elon rowupdate pl_pubdate releasedate pl_nnotes tran_flag rv_flag name pl_name
""".split()
_SUFFIXES = ("", "err", "err1", "err2", "lim", "str", "symerr", "_reflink")
ARCHIVE_NAMES: frozenset[str] = frozenset(
    name + suffix for name in (*BY_NAME, *_OTHERS) for suffix in _SUFFIXES
)
"""Every column name that a pasted archive row may have."""
