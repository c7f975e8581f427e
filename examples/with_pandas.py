"""Score the planets of a DataFrame, join the scores to it, and read a ranking as one.

Needs `pip install pandas requests` and a running service:

    python examples/with_pandas.py [http://127.0.0.1:5000]

The service takes a DataFrame as `to_json()` writes it, where NaN becomes null: not known. Each
judgement bears its row's label, `row`. As JSON keys are text, so is the label: for a frame
numbered 0, 1, 2 … join on `frame.index.astype(str)`.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pandas as pd
import requests

TABLE = Path(__file__).with_name("planets.csv")


def post(url: str, body: str, media_type: str, accept: str) -> requests.Response:
    """Post a text and return the answer, or raise with what the service says is wrong."""
    response = requests.post(
        url,
        data=body.encode(),  # requests itself would encode a text as Latin-1
        headers={"Content-Type": media_type, "Accept": accept},
        timeout=30,
    )
    if not response.ok:
        raise ValueError(response.json()["message"])
    return response


def scored(service: str, planets: pd.DataFrame) -> pd.DataFrame:
    """Return the planets with score and label; NaN where too little is known."""
    answer = post(
        f"{service}/predict", planets.to_json(), "application/json", "application/json"
    ).json()
    judged = pd.DataFrame(answer["predictions"]).set_index("row")
    return planets.join(judged[["score", "label"]])


def ranked(service: str, planets: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the best planets, and below them those that could not be scored."""
    answer = post(f"{service}/rank?top={top}", planets.to_csv(), "text/csv", "text/csv")
    return pd.read_csv(io.StringIO(answer.text))


def main() -> None:
    """Score and rank the planets of planets.csv."""
    service = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000"
    planets = pd.read_csv(TABLE, comment="#").set_index("pl_name")
    print(scored(service, planets)[["pl_rade", "pl_eqt", "score", "label"]].to_string())
    print()
    print(ranked(service, planets, top=3)[["name", "score", "reason"]].to_string(index=False))


if __name__ == "__main__":
    main()
