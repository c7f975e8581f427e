"""MLServer with its XGBoost runtime, and custom handlers that read and return planets.

MLServer's own protocol carries feature matrices, which the client would have to compute. It has two
workers like all others; for a model as small as this, one process (`parallel_workers` 0) is faster.

Warning: MLServer wraps handlers in functions of its own, which cannot resolve annotations given as
text; so this file cannot import `annotations` from `__future__`.
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
    """The model as the runtime loads it."""

    async def load(self) -> bool:
        is_ready = bool(await super().load())
        self._model.set_params(n_jobs=1)
        return is_ready

    @custom_handler(rest_path="/predict")
    async def predict(self, planet: Planet) -> Prediction:
        """Predict for one planet."""
        features, is_known = read([planet])
        if not is_known[0]:
            raise MLServerError("too little is known of this planet", 400)
        return predicted(float(self._model.predict_proba(features)[0, 1]))

    @custom_handler(rest_path="/rank")
    async def rank(self, planets: PlanetList) -> Ranking:
        """Rank planets by score, descending."""
        features, is_known = read(planets.planets)
        return ranked(planets.planets, self._model.predict_proba(features)[:, 1], is_known)
