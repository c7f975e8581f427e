"""Scoring: scores a whole catalogue in the same way as any other list of planets."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import msgspec

from exohabit.catalog.rows import NAME, CatalogError, Row
from exohabit.catalog.store import Scores
from exohabit.inputs.planet_table import from_rows
from exohabit.inputs.problems import RequestError
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.scored_planets import score_planets
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError
from exohabit.service.settings import SettingError, Settings


def score_rows(bundle: Bundle, rows: Sequence[Row]) -> Scores:
    """Score the planets of a catalogue.

    Raises:
        CatalogError: the service would refuse a value.
    """
    raw = RawPlanets([*rows], lambda i, key: {"column": key, "line": i})
    try:
        from_rows(
            raw, schema=DETAILED_SCHEMA
        )  # errors and flags do not change scores, but are read later
        scored = score_planets(bundle, from_rows(raw, needs=bundle.columns))
    except RequestError as error:
        problem = error.problems[0]
        planet = "" if problem.line is None else f"{rows[problem.line][NAME]}: "
        raise CatalogError(f"{planet}{problem.message}") from error
    values = scored.scores.tolist()
    return Scores(
        bundle.version, [None if i in scored.reasons else score for i, score in enumerate(values)]
    )


def main() -> None:
    """Score the rows on standard input, for a server that must not load the model itself.

    The last line of standard output has the scores.
    """
    rows = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Row])
    try:
        bundle = Bundle.load(**Settings.read(os.environ).bundle_options)
        # On a line of its own, because a library may have written something before it.
        sys.stdout.buffer.write(b"\n" + msgspec.json.encode(score_rows(bundle, rows)) + b"\n")
    except (BundleError, CatalogError, SettingError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
