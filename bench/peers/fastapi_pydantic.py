"""FastAPI: pydantic validates requests and writes answers; the pickled classifier predicts.

Run by uvicorn with uvloop and httptools, its fastest options.
"""

from __future__ import annotations

import joblib
from fastapi import FastAPI, HTTPException

from bench.peers.planets import (
    Planet,
    PlanetList,
    Prediction,
    Ranking,
    predicted,
    ranked,
    read,
)

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
