"""Score the planets of a DataFrame, join the scores to it, and read a ranking as one.

Needs `pip install pandas requests` and a running service:

    python examples/with_pandas.py [http://127.0.0.1:5000]

The service reads a DataFrame as `to_json()` writes it; NaN becomes null, not known. Each
prediction has the label of its row in `row`. The label is text, like every JSON key: for a frame
numbered 0, 1, 2 …, join on `frame.index.astype(str)`.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pandas as pd
import requests

# No proxy for this machine, even if http_proxy is set.
os.environ["no_proxy"] = f"127.0.0.1,localhost,{os.environ.get('no_proxy', '')}"
TABLE = Path(__file__).with_name("planets.csv")


def post(url: str, body: str, media_type: str, accept: str) -> requests.Response:
    """Post a text and return the answer, or raise an error that says what is wrong."""
    headers = {"Content-Type": media_type, "Accept": accept}
    try:
        # Encoded here, because requests would encode a text as Latin-1.
        response = requests.post(url, data=body.encode(), headers=headers, timeout=30)
    except requests.ConnectionError:
        sys.exit(f"Nothing is listening at {url}. Start ExoHabit with: make run")
    if not response.ok:
        raise ValueError(response.json()["message"])
    return response


def scored(service: str, planets: pd.DataFrame) -> pd.DataFrame:
    """Return the planets with score and label; NaN where too little is known."""
    answer = post(
        f"{service}/predict", planets.to_json(), "application/json", "application/json"
    ).json()
    predictions = pd.DataFrame(answer["predictions"]).set_index("row")
    return planets.join(predictions[["score", "label"]])


def ranked(service: str, planets: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the best planets, and after them those that could not be scored."""
    address = f"{service}/rank?top={top}&unscored=true"
    answer = post(address, planets.to_csv(), "text/csv", "text/csv")
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
