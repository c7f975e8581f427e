"""Stats: the metrics summed up for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from exohabit.outputs.response_types import Success
from exohabit.science.columns import COLUMNS

Share = Annotated[float, Meta(ge=0, le=1)] | None


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Usage statistics since the service was started, over all workers."""

    status: Success = "success"
    requests: Annotated[int, Meta(description="requests answered before this one")]
    by_route: Annotated[dict[str, int], Meta(description="requests by method and route")]
    by_status: Annotated[dict[str, int], Meta(description="requests by HTTP status")]
    refused: Annotated[dict[str, int], Meta(description="requests refused, by code of the error")]
    planets: Annotated[int, Meta(description="planets answered, with or without a score")]
    judged: Annotated[int, Meta(description="planets with a score")]
    habitable: Annotated[int, Meta(description="planets that are potentially habitable")]
    unscored: Annotated[int, Meta(description="planets without a score: too little was known")]
    outside_domain: Annotated[int, Meta(description="planets outside the domain of the model")]
    missing_share: Annotated[
        dict[str, Share],
        Meta(description="share of planets without each column; null before the first planet"),
    ]
    model_version: str


def summarize(metrics: Iterable[Metric], model_version: str) -> Stats:
    """Sum up the metrics of all workers."""
    samples = [sample for metric in metrics for sample in metric.samples]
    count = partial(_count, samples)
    outcomes = count("planets", "outcome")
    planets = sum(outcomes.values())
    missing = count("missing", "column")
    codes = count("requests", "code")
    return Stats(
        requests=sum(codes.values()),
        by_route=count("requests", "method", "route"),
        by_status=count("requests", "status"),
        refused={code: number for code, number in codes.items() if code},
        planets=planets,
        judged=planets - outcomes["unscored"],
        habitable=outcomes["habitable"],
        unscored=outcomes["unscored"],
        outside_domain=count("outside_domain")[""],
        missing_share={
            column.name: missing[column.name] / planets if planets else None for column in COLUMNS
        },
        model_version=model_version,
    )


def _count(samples: Iterable[Sample], name: str, *labels: str) -> dict[str, int]:
    """Sum up a counter by the values of labels; a value never counted is 0."""
    sums: dict[str, int] = defaultdict(int)
    for sample in samples:
        if sample.name == f"exohabit_{name}_total":
            sums[" ".join(sample.labels[label] for label in labels)] += int(sample.value)
    return sums
