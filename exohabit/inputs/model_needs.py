"""Model needs: what the served model needs from the input."""

from __future__ import annotations

from typing import Protocol


class ModelNeeds(Protocol):
    """What a model needs from the input. Implemented in `scoring.model_columns`."""

    @property
    def inputs(self) -> frozenset[str] | None:
        """The columns that an adopted model reads; None for the project's own.

        The project's own takes size and light from any of several columns.
        """

    @property
    def optional_keys(self) -> frozenset[str]:
        """Keys that are otherwise required, but that this model does not need."""

    @property
    def uses_flagged(self) -> bool:
        """Whether limits and computed sizes are used as values."""


class OwnNeeds:
    """What the project's own model needs."""

    inputs: frozenset[str] | None = None
    optional_keys: frozenset[str] = frozenset()
    uses_flagged = False


OWN_NEEDS = OwnNeeds()
