"""FastAPI: pydantic checks what comes and writes what goes; the pickled classifier between them.

Run by uvicorn with what it is at its fastest with, uvloop and httptools.
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
    """Judge one planet."""
    features, is_known = read([planet])
    if not is_known[0]:
        raise HTTPException(400, "too little to judge this planet")
    return predicted(float(model.predict_proba(features)[0, 1]))


@app.post("/rank")
def rank(planets: PlanetList) -> Ranking:
    """Rank planets by score, descending."""
    features, is_known = read(planets.planets)
    return ranked(planets.planets, model.predict_proba(features)[:, 1], is_known)
