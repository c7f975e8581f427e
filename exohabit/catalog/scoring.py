"""Scores of a whole catalogue, by the path of every other list of planets."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from exohabit.catalog.rows import NAME, CatalogError, Row
from exohabit.catalog.store import Scores
from exohabit.inputs.planet_table import from_rows
from exohabit.inputs.problems import RequestError
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.outputs.scored_planets import score_planets
from exohabit.scoring.bundle import Bundle


def score_rows(bundle: Bundle, rows: Sequence[Row]) -> Scores:
    """Score the planets of a catalogue.

    Raises:
        CatalogError: the service would refuse a value.
    """
    raw = RawPlanets([*rows], lambda i, key: {"column": key, "line": i})
    try:
        scored = score_planets(bundle, from_rows(raw))
    except RequestError as error:
        problem = error.problems[0]
        planet = "" if problem.line is None else f"{rows[problem.line][NAME]}: "
        raise CatalogError(f"{planet}{problem.message}") from error
    values = scored.scores.tolist()
    return Scores(
        bundle.version, [None if i in scored.reasons else score for i, score in enumerate(values)]
    )


def score_in_new_process(bundle_options: dict[str, Any], rows: Sequence[Row]) -> Scores:
    """Score in a process of its own, for a server process that must not load the model.

    Raises:
        CatalogError: the service would refuse a value.
        BundleError: the model cannot be used.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_load_and_score, bundle_options, rows).result()


def _load_and_score(bundle_options: dict[str, Any], rows: Sequence[Row]) -> Scores:
    return score_rows(Bundle.load(**bundle_options), rows)
