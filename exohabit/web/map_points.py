"""Map points: where planets and the habitable zones lie in the diagram of insolation and star.

Insolation, temperature and zones come from `science.context`, as in answers with `?context=true`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType
from msgspec.structs import replace as with_fields

from exohabit.catalog.description import what_if_row
from exohabit.catalog.look_up import Known
from exohabit.catalog.rows import ALL_COLUMNS, HOST, NAME
from exohabit.catalog.snapshot import Snapshot
from exohabit.inputs.planet_table import Planets, from_rows
from exohabit.inputs.query import Query
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.readers import read_pairs
from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.scored_planets import score_planets
from exohabit.science.arrays import FloatArray
from exohabit.science.columns import COLUMNS
from exohabit.science.context import Context, compute_context
from exohabit.science.habitability import FGKM_TEFF
from exohabit.science.zones import zone_limits
from exohabit.scoring.bundle import Bundle

TEFF = np.linspace(*FGKM_TEFF, 121)
"""Temperatures at which the zones are drawn, K: those of stars of the definition's classes."""

ZONES = ("too cold", "optimistic zone", "too hot", "conservative zone")
"""A planet in the conservative zone is in the optimistic one as well."""

Numbers = list[float | None]


class MapPoints(msgspec.Struct, frozen=True):
    """Planets by column, so that thousands of them are a small answer; null: not known."""

    name: list[str | None]
    hostname: list[str | None]
    score: Numbers
    insolation: Numbers
    """Earth's = 1."""
    st_teff: Numbers
    """The star's temperature as stated, or that of a dwarf of its type, K."""
    radius: Numbers
    """As measured, otherwise typical of the mass, Earth radii."""
    pl_rade: Numbers
    """As measured, Earth radii."""
    listed_rade: Numbers
    """As the catalogue lists it, also where it was computed from the mass, Earth radii."""
    zone: list[str | None]
    """Where the planet is relative to the zones: a value of `ZONES`."""
    sy_dist: Numbers
    """Distance, parsecs."""


class ZoneEdges(msgspec.Struct, frozen=True):
    """Insolation at both edges of the zones, by temperature, for a planet of one Earth mass."""

    st_teff: list[float]
    conservative: list[tuple[float, float]]
    """Outer and inner edge."""
    optimistic: list[tuple[float, float]]


class Diagram(msgspec.Struct, frozen=True, kw_only=True):
    """The planets of the catalogue and the zones, or the planet of a query."""

    status: str = "success"
    planets: MapPoints
    zones: ZoneEdges | UnsetType = UNSET
    threshold: float
    model_version: str


def diagram_of_catalog(snapshot: Snapshot, threshold: float, model_version: str) -> Diagram:
    """Return the points of all planets of a catalogue, with the scores that it has."""
    columns = (*ALL_COLUMNS, "score")
    found = snapshot.select(f"SELECT {', '.join(columns)} FROM planets ORDER BY position")  # noqa: S608
    rows = [dict(zip(columns, values, strict=True)) for values in found]
    planets = from_rows(RawPlanets([*rows], lambda _, __: {}), schema=DETAILED_SCHEMA)
    known = {name: [row[name] for row in rows] for name in (NAME, HOST, "score", "sy_dist")}
    known["listed_rade"] = [None if row["pl_radelim"] else row["pl_rade"] for row in rows]
    diagram = _diagram(planets, known, threshold, model_version)
    return with_fields(diagram, zones=zone_edges())


def diagram_of_query(query: Query, bundle: Bundle, changed: Known | None = None) -> Diagram:
    """Score the planet that a query describes, and return its point.

    With a known planet, the query replaces some of its values.

    Raises:
        InvalidInput: a value is wrong.
    """
    raw = read_pairs(query.planet, DETAILED_SCHEMA)
    planet: dict[str, Any] = dict.fromkeys(column.name for column in COLUMNS) | raw.planets[0]
    if changed:
        planet = what_if_row(changed.row, raw.planets[0])
    raw = replace(raw, planets=[planet], is_one=False)
    planets = from_rows(raw, query.problems, DETAILED_SCHEMA, needs=bundle.columns)
    scored = score_planets(bundle, planets)
    known: dict[str, list[Any]] = {
        NAME: [f"{changed.name}, changed"] if changed else planets.names,
        HOST: [None],
        "score": [None if scored.reasons else float(scored.scores[0])],
        "sy_dist": [changed.row["sy_dist"] if changed else None],
        "listed_rade": [planet["pl_rade"]],
    }
    return _diagram(planets, known, bundle.threshold, bundle.version)


def _diagram(
    planets: Planets, known: dict[str, list[Any]], threshold: float, model_version: str
) -> Diagram:
    context = compute_context(planets.table, planets.measurement_errors.like_dwarf)
    return Diagram(
        planets=_points(planets, known, context),
        threshold=threshold,
        model_version=model_version,
    )


def _points(planets: Planets, known: dict[str, list[Any]], context: Context) -> MapPoints:
    return MapPoints(
        name=known[NAME],
        hostname=known[HOST],
        score=known["score"],
        insolation=_numbers(context.insol),
        st_teff=_numbers(context.light.teff),
        radius=_numbers(context.radius),
        pl_rade=_numbers(planets.table["pl_rade"]),
        listed_rade=known["listed_rade"],
        zone=_zones(context),
        sy_dist=known["sy_dist"],
    )


def _zones(context: Context) -> list[str | None]:
    sides = context.zones["optimistic"].side
    in_both = (context.zones["conservative"].side == 0.0) & (sides == 0.0)
    indices = np.where(in_both, 3.0, sides + 1.0)
    return [None if np.isnan(index) else ZONES[int(index)] for index in indices]


def zone_edges() -> ZoneEdges:
    """Return the edges of both zones for a planet of one Earth mass."""
    limits = zone_limits(TEFF, np.ones_like(TEFF))
    pairs = {
        name: list(zip(outer.tolist(), inner.tolist(), strict=True))
        for name, (outer, inner) in limits.items()
    }
    return ZoneEdges(TEFF.tolist(), pairs["conservative"], pairs["optimistic"])


def _numbers(values: FloatArray) -> Numbers:
    """Return values for JSON, which has no NaN."""
    return [None if np.isnan(value) else float(value) for value in values]
