"""BentoML: a service with two workers, pydantic and the pickled classifier."""

from __future__ import annotations

import bentoml
import joblib
from bentoml.exceptions import InvalidArgument

from bench.peers.planets import (
    Planet,
    PlanetList,
    Prediction,
    Ranking,
    predicted,
    ranked,
    read,
)


@bentoml.service(workers=2)
class Habitability:
    """The model behind two routes."""

    def __init__(self) -> None:
        self.model = joblib.load("models/habitability_model.pkl")
        self.model.set_params(n_jobs=1)

    @bentoml.api(route="/predict")
    async def predict(self, planet: Planet, /) -> Prediction:
        """Predict for one planet."""
        features, is_known = read([planet])
        if not is_known[0]:
            raise InvalidArgument("too little is known of this planet")
        return predicted(float(self.model.predict_proba(features)[0, 1]))

    @bentoml.api(route="/rank")
    def rank(self, planets: PlanetList, /) -> Ranking:
        """Rank planets by score, descending."""
        features, is_known = read(planets.planets)
        return ranked(planets.planets, self.model.predict_proba(features)[:, 1], is_known)
