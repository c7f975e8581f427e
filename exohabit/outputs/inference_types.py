"""Inference types: what a handler of `inference` takes and returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from exohabit.inputs.named_planets import LookUp
from exohabit.inputs.query import Query
from exohabit.outputs.usage_counts import UsageCounts
from exohabit.scoring.bundle import Bundle


class InferenceRequest(Struct, frozen=True):
    """A body with its media type, a query, and the media type of the answer."""

    content: bytes
    media_type: str
    query: Query
    answer_type: str
    look_up: LookUp | None = None
    """Finds known planets by their names."""


class InferenceResult(Struct, frozen=True):
    """An encoded answer, and what it adds to the usage counts."""

    content: bytes | bytearray
    media_type: str
    usage: UsageCounts
    input_warnings: Sequence[str] = ()
    """Codes of the warnings about the input as a whole, which tables cannot show."""


Handler = Callable[[Bundle, InferenceRequest], InferenceResult]
"""A function of `inference`."""
Shortcut = Callable[[Bundle, InferenceRequest], InferenceResult | None]
"""Answers some requests faster than their handler, with the same bytes; None leaves a request to
the handler."""
