"""The sentences of twenty real planets; each was read before it was recorded.

`python -m tests.test_sentences` records those of the current model: read each again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from exohabit.service.settings import Settings

PATH = Path(__file__).with_name("data") / "sentences.json"
RECORDED: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))


def sentences(client) -> list[str]:
    answer = client.post("/predict?explain=true", json=[each["planet"] for each in RECORDED])
    return [each["explanation"]["sentence"] for each in answer.json["predictions"]]


@pytest.fixture(scope="module")
def current(client) -> dict[str, str]:
    return dict(zip((each["planet"]["name"] for each in RECORDED), sentences(client), strict=True))


def test_twenty_planets_are_recorded(current):
    assert len(current) == len(RECORDED) == 20


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["planet"]["name"])
def test_a_real_planet_has_the_recorded_sentence(current, recorded):
    assert current[recorded["planet"]["name"]] == recorded["sentence"]


def main() -> None:
    """Record the sentences of the current model."""
    client = create_app(Settings(log="off", large_kib=0)).test_client()
    renewed = [
        {"planet": each["planet"], "sentence": sentence}
        for each, sentence in zip(RECORDED, sentences(client), strict=True)
    ]
    lines = (json.dumps(each, ensure_ascii=False) for each in renewed)
    PATH.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
