"""Custom manifest: what a manifest says of a model that was adopted instead of trained here."""

from __future__ import annotations

import msgspec

COLUMN, TYPE, LETTER, NO_TYPE, ORDINAL = "column", "type", "letter", "no_type", "ordinal"


class ModelColumn(msgspec.Struct, frozen=True):
    """One column of an adopted model, and how it is computed."""

    name: str
    """Its name in the model."""
    kind: str
    """`column`: the numeric column or the feature `source`; `type`: whether the spectral type as
    written is `source`; `letter`: whether its first letter is `source`; `no_type`: whether the type
    is not known; `ordinal`: the position of its first letter in `source`, counted from 0."""
    source: str

    @property
    def meaning(self) -> str:
        """The column in words."""
        return {
            COLUMN: self.source,
            TYPE: f'1 if the spectral type is written "{self.source}", else 0',
            LETTER: f"1 if the first letter of the spectral type is {self.source}, else 0",
            NO_TYPE: "1 if the spectral type is not known, else 0",
            ORDINAL: f"position of the first letter of the spectral type in {self.source}, from 0",
        }[self.kind]


class CustomModel(msgspec.Struct, frozen=True):
    """A model that was adopted: whose it is, and how it is served."""

    name: str
    columns: tuple[ModelColumn, ...]
    fast_engines: bool
    """Whether the fast engines gave the same bits as XGBoost when the model was adopted."""
    trained_with_missing: bool
    """Whether the trees learned what to do where a numeric value is missing."""

    @property
    def notes(self) -> list[str]:
        """What to know about its scores, and which of our statements do not apply to it."""
        notes = [
            f'The model "{self.name}" was adopted; ExoHabit did not train it, test it or calibrate '
            "its scores.",
            "The definition, the accuracy and the model card of ExoHabit's own model do not apply "
            "to it, and answers have no warnings about stars and values outside the training data.",
            "A planet is scored as soon as one of the model's inputs is known.",
        ]
        if not self.trained_with_missing:
            notes.append(
                "It was trained without missing values, so its scores of planets with missing "
                "values are guesses."
            )
        return notes
