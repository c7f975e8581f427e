"""The sentences of twenty real planets, each read by a person before it was kept.

`python -m tests.test_sentences` writes them anew for another model: read each again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from exohabit.service.settings import Settings

PATH = Path(__file__).with_name("data") / "sentences.json"
KEPT: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))


def sentences(client) -> list[str]:
    answer = client.post("/predict?explain=true", json=[each["planet"] for each in KEPT])
    return [each["explanation"]["sentence"] for each in answer.json["predictions"]]


@pytest.fixture(scope="module")
def said(client) -> dict[str, str]:
    return dict(zip((each["planet"]["name"] for each in KEPT), sentences(client), strict=True))


def test_twenty_planets_are_kept(said):
    assert len(said) == len(KEPT) == 20


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept["planet"]["name"])
def test_a_real_planet_has_the_sentence_that_was_read(said, kept):
    assert said[kept["planet"]["name"]] == kept["sentence"]


def main() -> None:
    """Write the sentences of the model that is served now."""
    client = create_app(Settings(log="off", large_kib=0)).test_client()
    renewed = [
        {"planet": each["planet"], "sentence": sentence}
        for each, sentence in zip(KEPT, sentences(client), strict=True)
    ]
    lines = (json.dumps(each, ensure_ascii=False) for each in renewed)
    PATH.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
