"""FastAPI: pydantic validates requests and writes answers; the pickled classifier predicts.

Run by uvicorn with uvloop and httptools, its fastest options.
"""

from __future__ import annotations

from typing import Annotated

import joblib
from fastapi import Body, FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from bench.peers.planets import (
    Planet,
    PlanetList,
    Prediction,
    Ranking,
    predicted,
    ranked,
    read,
)
from bench.peers.tables import read_table

app = FastAPI()
model = joblib.load("models/habitability_model.pkl")
# Two workers of two threads each fight for two cores: /predict falls to a twentieth.
model.set_params(n_jobs=1)


@app.post("/predict")
async def predict(planet: Planet) -> Prediction:
    """Predict for one planet."""
    features, is_known = read([planet])
    if not is_known[0]:
        raise HTTPException(400, "too little is known of this planet")
    return predicted(float(model.predict_proba(features)[0, 1]))


@app.post("/rank")
def rank(planets: PlanetList) -> Ranking:
    """Rank planets by score, descending."""
    features, is_known = read(planets.planets)
    return ranked(planets.planets, model.predict_proba(features)[:, 1], is_known)


@app.post("/rank/table")
def rank_table(table: Annotated[bytes, Body(media_type="text/csv")]) -> Ranking:
    """Rank the planets of a CSV table."""
    try:
        planets = PlanetList.model_validate({"planets": read_table(table)})
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    ranking: Ranking = rank(planets)
    return ranking
