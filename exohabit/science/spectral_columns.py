"""Spectral columns: the spectral types of many stars as numeric columns.

Even a large table has only a few hundred different types, so each is parsed once.
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
"""Temperature of a dwarf of the spectral type [K], luminosity class (5 for V), and whether the
class is F, G, K or M (1 or 0)."""


@dataclass(frozen=True, slots=True)
class SpectralTypes:
    """The spectral types of many stars; None is unknown."""

    texts: list[str | None]
    """The different types; after `concatenate` one may occur twice."""
    indices: npt.NDArray[np.intp]
    """The index in `texts` of each star's type, shape (stars,)."""

    @classmethod
    def from_texts(cls, types: Iterable[str | None]) -> SpectralTypes:
        """Make it from the type of each star."""
        index_of: defaultdict[str | None, int] = defaultdict(count().__next__)
        indices = np.fromiter(map(index_of.__getitem__, types), np.intp)
        return cls([*index_of], indices)

    @classmethod
    def concatenate(cls, chunks: Sequence[SpectralTypes]) -> SpectralTypes:
        """Join the stars of several chunks, in order."""
        starts = np.cumsum([0, *(len(chunk.texts) for chunk in chunks[:-1])])
        indices = [chunk.indices + start for chunk, start in zip(chunks, starts, strict=True)]
        return cls([*chain.from_iterable(chunk.texts for chunk in chunks)], np.concatenate(indices))

    def take(self, stars: list[int]) -> SpectralTypes:
        """Return the types of some of the stars."""
        return SpectralTypes(self.texts, self.indices[stars])

    def repeat(self, times: int) -> SpectralTypes:
        """Return each star's type several times, all of the first star first."""
        return SpectralTypes(self.texts, np.repeat(self.indices, times))

    def text_of(self, star: int) -> str | None:
        """Return the type of one star."""
        return self.texts[int(self.indices[star])]

    def columns(self) -> dict[str, FloatArray]:
        """Return the `SPECTRAL` columns; NaN where a type is unknown or does not say.

        Raises:
            ValueError: one of the texts is not a spectral type.
        """
        values = [*map(spectral_values, self.texts)]
        return {name: np.array([each[name] for each in values])[self.indices] for name in SPECTRAL}


def spectral_columns(types: Iterable[str | None]) -> dict[str, FloatArray]:
    """Return the `SPECTRAL` columns of the type of each star; None gives NaN.

    Raises:
        ValueError: one of the texts is not a spectral type.
    """
    return SpectralTypes.from_texts(types).columns()


@lru_cache(maxsize=4096)
def spectral_values(text: str | None) -> Mapping[str, float]:
    """Return the `SPECTRAL` values of one type; NaN where it is unknown or does not say.

    The result is cached, so do not change it.

    Raises:
        ValueError: the text is not a spectral type.
    """
    if text is None:
        return dict.fromkeys(SPECTRAL, np.nan)
    star = spectral_types.read_spectral_type(text)
    values = (star.teff, star.luminosity, float(star.is_fgkm))
    return {
        name: np.nan if value is None else value
        for name, value in zip(SPECTRAL, values, strict=True)
    }
