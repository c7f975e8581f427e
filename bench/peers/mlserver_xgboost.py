"""MLServer with its XGBoost runtime, and handlers of our own that take and answer planets.

Its own protocol carries matrices of features; the work of making those would be the client's.
It has two workers, as all others; in a single process (`parallel_workers` 0) it is the faster one,
for a model as small as this.

The trap: MLServer wraps handlers in functions of its own, where annotations that are only names
mean nothing; so this file cannot import `annotations` from the future.
"""

from mlserver.errors import MLServerError
from mlserver.handlers import custom_handler
from mlserver_xgboost import XGBoostModel

from bench.peers.planets import (
    Planet,
    PlanetList,
    Prediction,
    Ranking,
    predicted,
    ranked,
    read,
)


class Habitability(XGBoostModel):
    """The model, as the runtime loads it."""

    async def load(self) -> bool:
        is_ready = bool(await super().load())
        self._model.set_params(n_jobs=1)
        return is_ready

    @custom_handler(rest_path="/predict")
    async def judge(self, planet: Planet) -> Prediction:
        """Judge one planet."""
        features, is_known = read([planet])
        if not is_known[0]:
            raise MLServerError("too little to judge this planet", 400)
        return predicted(float(self._model.predict_proba(features)[0, 1]))

    @custom_handler(rest_path="/rank")
    async def rank(self, planets: PlanetList) -> Ranking:
        """Rank planets by score, descending."""
        features, is_known = read(planets.planets)
        return ranked(planets.planets, self._model.predict_proba(features)[:, 1], is_known)
