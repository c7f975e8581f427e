"""The usual Flask tutorial: a DataFrame for each request, and the pickled classifier.

Run as such tutorials end: `gunicorn flask_tutorial:app`.
"""

from __future__ import annotations

from typing import Any

import joblib
import pandas as pd
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from bench.peers.tables import read_table
from exohabit.science.columns import NUMERIC, REQUIRED
from exohabit.science.features import feature_matrix, lacks_light, lacks_size
from exohabit.science.spectral_columns import spectral_columns
from exohabit.science.spectral_types import read_spectral_type

THRESHOLD = 0.5

app = Flask(__name__)
model = joblib.load("models/habitability_model.pkl")
# Two workers of two threads each fight for two cores: /predict falls to a twentieth.
model.set_params(n_jobs=1)


def find_problems(planet: Any) -> list[str]:
    """Return what is wrong with a planet as sent."""
    if not isinstance(planet, dict):
        return ["a planet must be an object"]
    problems = [f"{c.name} is missing" for c in REQUIRED if c.name not in planet]
    for column in NUMERIC:
        value = planet.get(column.name)
        if value is None:
            continue
        low, high = column.bounds
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.append(f"{column.name} must be a number")
        elif not low <= value <= high:
            problems.append(f"{column.name} must be from {low:g} to {high:g}")
    spectral_type, name = planet.get("st_spectype"), planet.get("name")
    if spectral_type is not None:
        try:
            read_spectral_type(spectral_type)
        except (TypeError, ValueError):
            problems.append("st_spectype must be a spectral type")
    if name is not None and not (isinstance(name, str) and len(name) <= 200):
        problems.append("name must be a text of at most 200 characters")
    return problems


def scored(planets: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the planets as a table with scores, and whether enough is known of each."""
    table = pd.DataFrame(planets, columns=[column.name for column in NUMERIC], dtype=float)
    known = {name: table[name].to_numpy() for name in table.columns}
    known |= spectral_columns(planet["st_spectype"] for planet in planets)
    # A matrix, because XGBoost takes a millisecond longer to read a DataFrame.
    table["score"] = model.predict_proba(feature_matrix(known))[:, 1].astype(float)
    table["prediction"] = (table["score"] >= THRESHOLD).astype(int)
    table["is_known"] = ~(lacks_size(known) | lacks_light(known))
    table["index"] = table.index
    return table


def refuse(problems: list[str]) -> ResponseReturnValue:
    """Refuse a request, with what is wrong."""
    return jsonify(status="error", message="; ".join(problems[:100])), 400


@app.post("/predict")
def predict() -> ResponseReturnValue:
    """Predict for one planet."""
    planet = request.get_json()
    if problems := find_problems(planet):
        return refuse(problems)
    row = scored([planet]).iloc[0]
    if not row["is_known"]:
        return refuse(["too little is known of this planet"])
    prediction = int(row["prediction"])
    return jsonify(
        status="success",
        prediction=prediction,
        score=float(row["score"]),
        label="potentially habitable" if prediction else "not potentially habitable",
        threshold=THRESHOLD,
    )


@app.post("/rank")
def rank() -> ResponseReturnValue:
    """Rank planets by score, descending."""
    if request.mimetype == "text/csv":
        planets: Any = read_table(request.get_data())
    else:
        document = request.get_json()
        planets = document.get("planets") if isinstance(document, dict) else document
    if not isinstance(planets, list) or not planets:
        return refuse(["planets must be a list of planets"])
    if problems := [problem for planet in planets for problem in find_problems(planet)]:
        return refuse(problems)
    table = scored(planets)
    table["name"] = pd.Series([planet.get("name") for planet in planets], dtype=object)
    ranked = table[table["is_known"]].sort_values("score", ascending=False, kind="stable")
    unscored = table[~table["is_known"]]
    return jsonify(
        status="success",
        ranked_planets=ranked[["name", "score", "prediction", "index"]].to_dict("records"),
        unscored=unscored[["name", "index"]].to_dict("records"),
        threshold=THRESHOLD,
    )
