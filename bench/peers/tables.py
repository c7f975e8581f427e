"""Tables: how a peer that has pandas reads a CSV table."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd


def read_table(body: bytes) -> list[dict[str, Any]]:
    """Return the rows of a table as objects; missing values are None."""
    table = pd.read_csv(io.BytesIO(body))
    # Only objects may hold None beside numbers.
    known = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]
