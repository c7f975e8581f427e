"""The planets of the Solar System and the Moon, as if a catalogue listed them.

Sources: radii and their errors, masses, periods, axes and eccentricities from JPL Solar System
Dynamics, "Planetary Physical Parameters" and "Approximate Positions of the Planets" (J2000).
Insolation is 1/a^2 of the mean distance; equilibrium temperatures are the black-body temperatures
of NASA's Planetary Fact Sheets, at each body's own albedo.
"""

from __future__ import annotations

from collections.abc import Iterator

from exohabit.catalog.rows import ALL_COLUMNS, HOST, NAME, Row

SUN = "Sun"
SOURCE = "JPL Solar System Dynamics; NASA Planetary Fact Sheets"

_EARTH_RADIUS_KM = 6371.0084
_EARTH_MASS_KG = 5.97217e24
_SUN: Row = {"st_spectype": "G2 V", "st_teff": 5772.0, "st_rad": 1.0, "st_mass": 1.0}

# Mean radius and its error in km, mass in 1e24 kg, period in days, axis in au, eccentricity, and
# equilibrium temperature in K. The Moon has Earth's orbit around the Sun.
_BODIES = {
    "Mercury": (2439.4, 0.1, 0.330103, 87.9691, 0.387098, 0.20563, 439.6),
    "Venus": (6051.8, 1.0, 4.86731, 224.7008, 0.723332, 0.00677, 226.6),
    "Earth": (6371.0084, 0.0001, 5.97217, 365.2564, 1.000003, 0.01671, 254.0),
    "Moon": (1737.4, 1.0, 0.0734630, 365.2564, 1.000003, 0.01671, 270.4),
    "Mars": (3389.5, 0.2, 0.641691, 686.9796, 1.523710, 0.09339, 209.8),
    "Jupiter": (69911.0, 6.0, 1898.125, 4332.589, 5.202887, 0.04839, 109.9),
    "Saturn": (58232.0, 6.0, 568.317, 10759.22, 9.536676, 0.05386, 81.0),
    "Uranus": (25362.0, 7.0, 86.8099, 30688.5, 19.189165, 0.04726, 58.1),
    "Neptune": (24622.0, 19.0, 102.4092, 60182.0, 30.069923, 0.00859, 46.6),
}


def solar_system() -> Iterator[Row]:
    """Return the rows of the eight planets and the Moon."""
    nothing: Row = dict.fromkeys(ALL_COLUMNS)
    for name, (radius, error, mass, period, axis, eccentricity, eqt) in _BODIES.items():
        radius_error = round(error / _EARTH_RADIUS_KM, 7)
        yield (
            nothing
            | _SUN
            | {
                NAME: name,
                HOST: SUN,
                "pl_rade": round(radius / _EARTH_RADIUS_KM, 5),
                # A radius without an error would count as computed from the mass.
                "pl_radeerr1": radius_error,
                "pl_radeerr2": -radius_error,
                "pl_bmasse": round(mass * 1e24 / _EARTH_MASS_KG, 6),
                "pl_bmassprov": "Mass",
                "pl_orbper": period,
                "pl_orbsmax": axis,
                "pl_orbeccen": eccentricity,
                "pl_insol": round(axis**-2, 6),
                "pl_eqt": eqt,
                "sy_dist": 0.0,
            }
        )
