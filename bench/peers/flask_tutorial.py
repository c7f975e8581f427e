"""The usual Flask tutorial: a DataFrame for each request, and the pickled classifier.

Run as such tutorials end: `gunicorn flask_tutorial:app`.
"""

from __future__ import annotations

from typing import Any

import joblib
import pandas as pd
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

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
    """Say what is wrong with a planet as it was sent."""
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


def judge(planets: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the planets as a table with their scores, and whether there is enough to judge."""
    table = pd.DataFrame(planets, columns=[column.name for column in NUMERIC], dtype=float)
    known = {name: table[name].to_numpy() for name in table.columns}
    known |= spectral_columns(planet["st_spectype"] for planet in planets)
    # A matrix and not another DataFrame, which XGBoost takes a millisecond more to read.
    table["score"] = model.predict_proba(feature_matrix(known))[:, 1].astype(float)
    table["prediction"] = (table["score"] >= THRESHOLD).astype(int)
    table["is_known"] = ~(lacks_size(known) | lacks_light(known))
    table["index"] = table.index
    return table


def refuse(problems: list[str]) -> ResponseReturnValue:
    """Answer that a request is wrong."""
    return jsonify(status="error", message="; ".join(problems[:100])), 400


@app.post("/predict")
def predict() -> ResponseReturnValue:
    """Judge one planet."""
    planet = request.get_json()
    if problems := find_problems(planet):
        return refuse(problems)
    judged = judge([planet]).iloc[0]
    if not judged["is_known"]:
        return refuse(["too little to judge this planet"])
    prediction = int(judged["prediction"])
    return jsonify(
        status="success",
        prediction=prediction,
        score=float(judged["score"]),
        label="potentially habitable" if prediction else "not potentially habitable",
        threshold=THRESHOLD,
    )


@app.post("/rank")
def rank() -> ResponseReturnValue:
    """Rank planets by score, descending."""
    document = request.get_json()
    planets = document.get("planets") if isinstance(document, dict) else document
    if not isinstance(planets, list) or not planets:
        return refuse(["planets must be a list of planets"])
    if problems := [problem for planet in planets for problem in find_problems(planet)]:
        return refuse(problems)
    judged = judge(planets)
    judged["name"] = pd.Series([planet.get("name") for planet in planets], dtype=object)
    ranked = judged[judged["is_known"]].sort_values("score", ascending=False, kind="stable")
    unscored = judged[~judged["is_known"]]
    return jsonify(
        status="success",
        ranked_planets=ranked[["name", "score", "prediction", "index"]].to_dict("records"),
        unscored=unscored[["name", "index"]].to_dict("records"),
        threshold=THRESHOLD,
    )
