"""Custom manifest: the part of a manifest about an adopted model."""

from __future__ import annotations

import msgspec

COLUMN, TYPE, LETTER, NO_TYPE, ORDINAL = "column", "type", "letter", "no_type", "ordinal"
OTHER, OTHER_OR_NO_TYPE = "other", "other_or_no_type"


class ModelColumn(msgspec.Struct, frozen=True):
    """One column of an adopted model, and how it is computed."""

    name: str
    """Its name in the model."""
    kind: str
    """`column`: the numeric column or the feature `source`; `type`: whether the spectral type as
    written is `source`; `letter`: whether its first letter is `source`; `no_type`: whether the type
    is not known; `other`: whether the type (`source` is `type`) or its first letter (`letter`) is
    none of `listed`; `other_or_no_type`: the same, or the type is not known; `ordinal`: the
    position of its first letter in `source`, counted from 0."""
    source: str
    listed: tuple[str, ...] = ()
    """The categories that have columns of their own."""
    thresholds: tuple[float, float] | None = None
    """The lowest and the highest value with which the trees compare it."""

    @property
    def is_one_hot(self) -> bool:
        """Whether it can only be 0 or 1."""
        return self.kind not in (COLUMN, ORDINAL)

    @property
    def meaning(self) -> str:
        """The column in words."""
        first = "first letter of the spectral type"
        what = "spectral type" if self.source == TYPE else first
        other = f"the {what} is none of {', '.join(self.listed)}"
        return {
            COLUMN: self.source,
            TYPE: f'1 if the spectral type is written "{self.source}", else 0',
            LETTER: f"1 if the {first} is {self.source}, else 0",
            NO_TYPE: "1 if the spectral type is not known, else 0",
            OTHER: f"1 if the spectral type is known, and {other}, else 0",
            OTHER_OR_NO_TYPE: f"1 if the spectral type is not known, or {other}, else 0",
            ORDINAL: f"position of the {first} in {self.source}, from 0",
        }[self.kind]


class CustomModel(msgspec.Struct, frozen=True):
    """A model that was adopted: whose it is, and how it is served."""

    name: str
    columns: tuple[ModelColumn, ...]
    fast_engines: bool
    """Whether the fast engines gave the same bits as XGBoost when the model was adopted."""
    trained_with_missing: bool | None
    """Whether the trees learned what to do where a numeric value is missing; None if they do not
    tell."""
    uses_flagged: bool = True
    """Whether limits and computed sizes are used as values, as a model that was trained on the
    archive's columns has seen them."""
    remarks: tuple[str, ...] = ()
    """What the adoption found odd."""

    @property
    def notes(self) -> list[str]:
        """What to know about its scores, and which of our statements do not apply to it."""
        notes = [
            *self.remarks,
            f'The model "{self.name}" was adopted; ExoHabit did not train it, test it or calibrate '
            "its scores.",
            "The definition, the accuracy and the model card of ExoHabit's own model do not apply "
            "to it, and answers have no warnings about stars and values outside the training data.",
            "A planet is scored as soon as one of the model's inputs is known.",
        ]
        if self.uses_flagged:
            notes.append(
                "Limits and computed sizes are used as they were sent, with a warning, because the "
                "archive's columns have them."
            )
        if self.trained_with_missing is False:
            notes.append(
                "It was trained without missing values, so its scores of planets with missing "
                "values are guesses."
            )
        elif self.trained_with_missing is None:
            notes.append(
                "Its trees do not tell whether it was trained with missing values; if it was not, "
                "its scores of planets with missing values are guesses."
            )
        return notes
