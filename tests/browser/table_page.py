"""The page "Rank a table" as tests use it: tables to give it, and what it shows and saves."""

from __future__ import annotations

import gzip
import json
from typing import Any

from tests.bad_requests import EARTH

HEADER = "name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype,sy_dist\n"
BROKEN = HEADER + (
    "Good,1.1,0.9,365,255,G,12\nNo radius,-1,0.9,365,255,G,4\nHot,1.3,2,3,1500,K2 V,80\n"
    "No star,1,1,365,255,blue,9\nEmpty,,,,,,\n"
)
PLANET = {**EARTH, "name": "mine", "sy_dist": 7.5}
CSV = f"{','.join(PLANET)}\n{','.join(map(str, PLANET.values()))}\n"
FILES = {
    "mine.csv": CSV,
    "mine.tsv": CSV.replace(",", "\t"),
    "table.txt": CSV,
    "list.json": json.dumps([PLANET]),
    "envelope.json": json.dumps({"planets": [PLANET]}),
    "frame.json": json.dumps({key: {"0": value} for key, value in PLANET.items()}),
    "mine.ndjson": json.dumps(PLANET) + "\n",
    "mine.jsonl": json.dumps(PLANET) + "\n",
    "mine.csv.gz": gzip.compress(CSV.encode()),
    "list.json.gz": gzip.compress(json.dumps([PLANET]).encode()),
}
"""The planet in every format, by the name of a file."""
TOP_20 = "?source=catalog&max_distance=15&top=20"


def choose(page: Any, text: str | bytes, name: str = "mine.csv") -> None:
    """Choose a file with some content."""
    content = text.encode() if isinstance(text, str) else text
    page.locator("#file").set_input_files({"name": name, "mimeType": "", "buffer": content})


def paste(page: Any, text: str) -> None:
    """Paste a table, and rank it."""
    page.get_by_text("Paste a table instead").click()
    page.get_by_label("Table", exact=True).fill(text)
    page.get_by_role("button", name="Rank this table").click()


def shown(page: Any) -> list[list[str]]:
    """Return the texts of the table's cells."""
    page.locator("#result").wait_for()
    rows: list[list[str]] = page.locator("#rows tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return rows


def download(page: Any, button: str) -> str:
    """Press a button that saves a file, and return the file's text."""
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    text: str = started.value.path().read_text(encoding="utf-8")
    return text
