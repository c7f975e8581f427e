"""Verification: a wrong answer stops the benchmark."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from bench.bodies import listed
from bench.servers import Server
from exohabit.science.features import feature_matrix
from exohabit.scoring.bundle import Bundle
from utils import parse_planets

TOLERANCE = 1e-6


class WrongAnswer(Exception):
    """An answer whose scores differ from the model's, or whose order is wrong."""


class Truth:
    """Planets with the model's scores."""

    def __init__(self, bodies: Sequence[str], bundle: Bundle) -> None:
        self.bodies = bodies
        self.scores = bundle.score(feature_matrix(parse_planets(listed(bodies)).table))

    def is_known_to(self, server: Server, place: int = 0) -> bool:
        """Have a server score one planet; False if it does not answer 200.

        Raises:
            WrongAnswer: the score is wrong.
            OSError: the server does not listen.
        """
        answer = server.post(
            "/predict", self.bodies[place].encode(), Content_Type="application/json"
        )
        if answer.status != 200:
            return False
        score = answer.json["score"]
        if not abs(score - self.scores[place]) <= TOLERANCE:
            raise WrongAnswer(f"{self.bodies[place]} scores {self.scores[place]}, not {score}")
        return True

    def check(self, server: Server, places: Sequence[int]) -> None:
        """Check the scores of some planets, one by one; raise WrongAnswer if one is wrong."""
        for place in places:
            if not self.is_known_to(server, place):
                raise WrongAnswer(f"{self.bodies[place]} was refused")

    def check_ranking(self, content: bytes, number: int) -> None:
        """Check a ranking of the first planets; raise WrongAnswer if it is wrong."""
        ranked = json.loads(content)["ranked_planets"]
        places = [each["index"] for each in ranked]
        scores = np.array([each["score"] for each in ranked])
        if sorted(places) != list(range(number)):
            raise WrongAnswer(f"of {number} planets {len(set(places))} are ranked")
        if not np.all(np.abs(scores - self.scores[places]) <= TOLERANCE):
            raise WrongAnswer("a ranked planet has another score")
        if not np.all(np.diff(scores) <= 0):
            raise WrongAnswer("a planet comes after one with a lower score")
