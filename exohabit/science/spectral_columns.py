"""Spectral: the spectral types of many stars, and what they say, as columns.

There are a few hundred different types, so each is looked at once, however many stars have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count

import numpy as np
import numpy.typing as npt

from exohabit.science import spectral_types
from exohabit.science.arrays import FloatArray

SPECTRAL = ("spectype_teff", "spectype_luminosity", "spectype_fgkm")
"""What a spectral type says: temperature of such a dwarf [K], luminosity class (5 for V),
and whether its class is F, G, K or M (1 or 0)."""


@dataclass(frozen=True, slots=True)
class SpectralTypes:
    """Spectral types of stars, None where it is not known."""

    texts: list[str | None]
    """Those that there are; one may stand here twice."""
    at: npt.NDArray[np.intp]
    """Of each star its place among them, shape (stars,)."""

    @classmethod
    def from_texts(cls, types: Iterable[str | None]) -> SpectralTypes:
        """Take the type of each star."""
        places: defaultdict[str | None, int] = defaultdict(count().__next__)
        at = np.fromiter(map(places.__getitem__, types), np.intp)
        return cls([*places], at)

    @classmethod
    def concatenate(cls, several: Sequence[SpectralTypes]) -> SpectralTypes:
        """Put stars one behind the other."""
        starts = np.cumsum([0, *(len(each.texts) for each in several[:-1])])
        at = [each.at + start for each, start in zip(several, starts, strict=True)]
        return cls([*chain.from_iterable(each.texts for each in several)], np.concatenate(at))

    def take(self, indices: list[int]) -> SpectralTypes:
        """Return the types of some of the stars."""
        return SpectralTypes(self.texts, self.at[indices])

    def text_of(self, index: int) -> str | None:
        """Return the type of a star."""
        return self.texts[int(self.at[index])]

    def columns(self) -> dict[str, FloatArray]:
        """Return the `SPECTRAL` columns; NaN where a type is not known or leaves it unsaid.

        Raises:
            ValueError: one of the texts is no spectral type.
        """
        said = [*map(spectral_values, self.texts)]
        return {name: np.array([each[name] for each in said])[self.at] for name in SPECTRAL}


def spectral_columns(types: Iterable[str | None]) -> dict[str, FloatArray]:
    """Turn spectral types into the `SPECTRAL` columns; None gives NaN.

    Raises:
        ValueError: one of the texts is no spectral type.
    """
    return SpectralTypes.from_texts(types).columns()


@lru_cache(maxsize=4096)
def spectral_values(text: str | None) -> Mapping[str, float]:
    """Return what a spectral type says, by name in `SPECTRAL`; NaN is what it leaves unsaid.

    Stars of one type share it.

    Raises:
        ValueError: the text is no spectral type.
    """
    if text is None:
        return dict.fromkeys(SPECTRAL, np.nan)
    star = spectral_types.read_spectral_type(text)
    said = (star.teff, star.luminosity, float(star.is_fgkm))
    return {n: np.nan if v is None else v for n, v in zip(SPECTRAL, said, strict=True)}
