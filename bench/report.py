"""Report: the results of a run as a table and a plot, and as the documents show them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import plot
from bench.contestants import LIMITS, MORE, SERVICE, USUAL
from bench.results import FOLDER, MEASURES, Record, Results, Spread, ratio
from bench.targets import TARGETS

ALL = (*USUAL, *MORE, *LIMITS)
_EXPLAINED = (
    "Medians, with the middle half of the rounds in brackets. Rankings are of workers that have "
    "ranked before; the first one after a start is a separate figure."
)


def number(value: float) -> str:
    """Write a number with three significant digits."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def spread(found: Spread, unit: str) -> str:
    """Write a median with its unit and the middle half of the rounds."""
    return f"{number(found.median)} {unit} [{number(found.low)}-{number(found.high)}]"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def targets(results: Results) -> str:
    """Write the targets and what was reached."""
    rows = []
    for each in TARGETS:
        reached = each.reached(results)
        text = "" if reached is None else spread(reached, each.unit)
        verdicts = [each.verdict(wanted, reached) for wanted in (each.least, each.beyond)]
        rows.append([each.what, text, *verdicts])
    return grid(["", "ExoHabit", "at least", "beyond"], rows)


def ratios(results: Results) -> str:
    """Write the ratios of the service's figures to those of each other contestant."""
    others = [each for each in ALL if each is not SERVICE and _is_in(results, each.name)]
    rows = []
    for measure in MEASURES:
        found = [ratio(results, measure, each.name) for each in others]
        if any(found):
            texts = ["" if each is None else spread(each, "×") for each in found]
            rows.append([MEASURES[measure].title, *texts])
    return grid(["ExoHabit over", *(each.title for each in others)], rows)


def figures(results: Results) -> str:
    """Write all figures."""
    those = [each for each in ALL if _is_in(results, each.name)]
    rows = []
    for measure, (title, unit, _) in MEASURES.items():
        values = results.get(measure, {})
        texts = [
            spread(Spread.of(values[each.name]), unit) if each.name in values else ""
            for each in those
        ]
        if any(texts):
            rows.append([title, *texts])
    return grid(["", *(each.title for each in those)], rows)


def _is_in(results: Results, name: str) -> bool:
    return any(name in values for values in results.values())


def table(record: Record) -> str:
    """Write the whole report of a run."""
    made = "\n".join(f"- {topic}: {text}" for topic, text in record.made.items())
    return (
        "# ExoHabit beside other ways to serve the same model\n\n"
        f"{made}\n\n{_EXPLAINED}\n\n"
        f"## Targets\n\n{targets(record.results)}\n"
        f"## Ratios\n\nFor rates (/s) more is better, for all others less.\n\n"
        f"{ratios(record.results)}\n"
        f"## Figures\n\n{figures(record.results)}\n"
        "![Planets a second of /predict and /rank](plot.svg)\n"
    )


def readme(record: Record) -> str:
    """Write what docs/performance.md says of a run: the figures beside the targets."""
    made, rows = record.made, []
    for each in TARGETS:
        reached = each.reached(record.results)
        if reached is not None:
            aims = each.aim(each.least), each.aim(each.beyond)
            rows.append([each.what, spread(reached, each.unit), *aims])
    return (
        f"{grid(['', 'ExoHabit', 'aimed at', 'wished for'], rows)}\n"
        "Medians, with the middle half of the rounds in brackets. Rankings are of workers that "
        "have ranked before. p99 is the time\nthat 99 of 100 requests stay below.\n\n"
        f"Rounds: {made['rounds']}, by `{made['command']}`, {made['date']}, on "
        f"{made['machine']}; {made['busy']}.\n"
    )


def write(record: Record, folder: Path = FOLDER) -> None:
    """Write a run into a folder, created if needed."""
    plot.write(record.results, folder)
    record.write(folder / "results.json")
    (folder / "table.md").write_text(table(record), encoding="utf-8")
    print(targets(record.results))


def main() -> None:
    """Write the table and the plot of the last run again, or print the documents' part of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument(
        "--readme", action="store_true", help="print what docs/performance.md says of it"
    )
    if parser.parse_args().readme:
        print(readme(Record.read()), end="")
    else:
        write(Record.read())


if __name__ == "__main__":
    main()
