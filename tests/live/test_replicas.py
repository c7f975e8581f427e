"""Two replicas behind nginx: one after the other is restarted while clients send requests."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from bench.servers import ROOT
from exohabit.science.features import feature_matrix
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.golden_planets import golden_table
from exohabit.scoring.manifest import MODEL
from tests.bad_requests import EARTH
from tests.live.clients import Client, failures, load
from tests.live.proxy import nginx_before
from tests.live.services import Service, two_running
from tests.live.sizes import percentile, report, size
from training.fit import examples, grow
from training.labels import label
from training.population import simulate
from training.publish import GOLDEN_PLANETS, publish
from training.settings import Settings
from training.sizes import Size

pytestmark = pytest.mark.slow

# Large enough for the batch process.
RANKING = json.dumps({"planets": [{**EARTH, "name": f"planet {i}"} for i in range(3_000)]}).encode()
PLANETS = [p for p in GOLDEN_PLANETS if p["pl_rade"] and p["pl_eqt"]]


@pytest.fixture(scope="module")
def replicas(tmp_path_factory):
    """Two replicas of two workers each, and nginx in front of them."""
    folder = tmp_path_factory.mktemp("replicas")
    with (
        two_running(folder, workers=2, threads=3, large_requests=2, proxies=1) as (one, two),
        nginx_before(one.port, two.port) as nginx,
    ):
        yield SimpleNamespace(both=(one, two), port=nginx.port)


def predict(client: Client, turn: int):
    return client.post("/predict", EARTH)


def rank(client: Client, turn: int):
    return client.post("/rank?top=10", RANKING)


@contextmanager
def under_load(port: int):
    """Send predictions, and no more rankings than one worker has slots for."""
    with load(port, predict) as predictions, load(port, rank, threads=2, pause=0.3) as rankings:
        outcomes = []
        yield outcomes
    outcomes += [*predictions, *rankings]


def restart(replica: Service) -> None:
    assert replica.stop() == 0
    replica.start()
    replica.wait_until_ready()


def test_no_request_fails_while_replicas_are_restarted_in_turn(replicas):
    with under_load(replicas.port) as outcomes:
        for turn in range(size(3, 20)):
            restart(replicas.both[turn % 2])
    seconds = [each.seconds for each in outcomes]
    report(
        f"{size(3, 20)} SIGTERMs, {len(outcomes)} requests: {len(failures(outcomes))} failed, p50 "
        f"{percentile(seconds, 50) * 1000:.0f} ms, p99 {percentile(seconds, 99) * 1000:.0f} ms"
    )

    assert not failures(outcomes)
    assert {each.status for each in outcomes} == {200}


@pytest.fixture(scope="module")
def new_root(tmp_path_factory):
    """Another model, trained quickly."""
    root = tmp_path_factory.mktemp("bundle")
    settings = Settings(planets=20_000, threshold=0.42, threads=1)
    population = simulate(settings.planets, settings, np.random.default_rng(1))
    planets = examples(population, label(population.truth))
    model = grow(planets, settings, 3, 10, tick=lambda: None)
    sizes = [Size(3, 10, 0.2)]
    publish(model, settings, sizes[0], sizes, population, {"brier": 0.1}, root)
    return root


def test_every_answer_comes_from_the_model_that_it_names_while_the_model_is_replaced(
    replicas, new_root
):
    bundles = {bundle.version: bundle for bundle in map(Bundle.load, (ROOT, new_root))}
    features = feature_matrix(golden_table(PLANETS))
    scores = {version: bundle.score(features) for version, bundle in bundles.items()}
    old, new = scores
    assert (np.abs(scores[old] - scores[new]) > 1e-3).sum() > len(PLANETS) / 2
    seen = []

    def ask_one(client: Client, turn: int):
        which = turn % len(PLANETS)
        answer = client.post("/predict", PLANETS[which])
        version = answer.headers["X-Model-Version"]
        assert answer.json["model_version"] == version
        assert answer.json["score"] == pytest.approx(scores[version][which], abs=1e-6)
        assert answer.json["threshold"] == bundles[version].threshold
        seen.append(version)
        return answer

    def send_many(client: Client, turn: int):
        if turn % 10:
            return ask_one(client, turn)
        answer = client.post("/rank", {"planets": PLANETS})
        version = answer.headers["X-Model-Version"]
        assert answer.json["model_version"] == version
        for each in answer.json["ranked_planets"]:
            assert each["score"] == pytest.approx(scores[version][each["index"]], abs=1e-6)
        return answer

    try:
        with load(replicas.port, send_many) as outcomes:
            for replica in replicas.both:
                replica.settings["model_root"] = new_root
                restart(replica)
        after = {replica.get("/health").headers["X-Model-Version"] for replica in replicas.both}
    finally:
        for replica in replicas.both:
            replica.settings.pop("model_root", None)
    report(f"rolling restart: {seen.count(old)} answers of the old model, {seen.count(new)} new")

    assert not failures(outcomes)
    assert {each.status for each in outcomes} == {200}
    assert set(seen) == {old, new}
    assert after == {new}


def test_a_bad_model_never_becomes_ready_and_the_other_replica_answers(
    replicas, new_root, tmp_path
):
    shutil.copytree(new_root, tmp_path / "bad")
    content = bytearray((tmp_path / "bad" / MODEL).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "bad" / MODEL).write_bytes(content)
    replica, _ = replicas.both

    with under_load(replicas.port) as outcomes:
        assert replica.stop() == 0
        said_before = len(replica.err.read_text())
        replica.settings["model_root"] = tmp_path / "bad"
        replica.start()
        try:
            exit_code = replica.process.wait(60)
        finally:
            replica.settings.pop("model_root")
        said = replica.err.read_text()[said_before:].splitlines()
        replica.start()
        replica.wait_until_ready()

    assert exit_code != 0
    assert len(said) == 1
    assert "SHA-256 differs" in said[0]
    assert not failures(outcomes)
    assert {each.status for each in outcomes} == {200}
