"""Messages: errors about a file do not speak of a request, its body or its headers."""

from __future__ import annotations

import gzip
import re

import pytest

from exohabit.bulk.commands import TAKES
from exohabit.bulk.messages import FOR_FILES, word_for_files
from exohabit.inputs.problems import RequestError
from exohabit.inputs.query import read_query
from exohabit.inputs.readers import CSV
from tests.bulk.made_up import as_csv
from tests.bulk.running import score
from tests.inputs.test_file_kinds import KINDS
from utils import parse_planets

OF_REQUESTS = re.compile(
    r"\b(body|query|requests?|curl|send|content-\w+|application/)", re.IGNORECASE
)
HEADER, ROW = b"pl_name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\n", b"b,1,1,365,255,G\n"
TABLES = {
    "empty": b"",
    "header only": HEADER,
    "JSON": b'{"planets": []}',
    "UTF-16": HEADER.decode().encode("utf-16"),
    "no size": b"pl_name,pl_orbper,pl_eqt,st_spectype\nb,365,255,G\n",
    "no light": b"pl_name,pl_rade\nb,1\n",
    "misspelt": HEADER.replace(b"pl_rade", b"pl_radee") + ROW,
    "twice": HEADER.replace(b"pl_bmasse", b"pl_rade") + ROW,
    "blanks": HEADER.replace(b",", b" ") + ROW.replace(b",", b" "),
    "bars": HEADER.replace(b",", b"|") + ROW.replace(b",", b"|"),
    "open quote": HEADER + ROW + b'b,"1,1,365,255,G\n' + ROW,
    "not UTF-8": HEADER + ROW.replace(b"b", b"\xe9"),
} | {name: body for name, (body, _) in KINDS.items()}


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
@pytest.mark.parametrize("body", TABLES.values(), ids=TABLES)
def test_a_file_that_is_refused_is_not_called_a_request(tmp_path, body, kind):
    packed = gzip.compress(body) if body[:2] == b"\x1f\x8b" else body  # unpacked once
    (tmp_path / f"in.{kind}").write_bytes(packed)

    done = score(tmp_path / f"in.{kind}", tmp_path / "out.csv")

    assert done.exit_code == 1
    assert not OF_REQUESTS.search(done.output), done.output


@pytest.mark.parametrize(
    "arguments", [["--top", "0"], ["--keep", "nothing"], ["--fields", "nme"], ["--fields", "zone"]]
)
def test_a_wrong_option_is_not_called_a_request(tmp_path, planets, arguments):
    (tmp_path / "in.csv").write_bytes(as_csv(planets[:5]))

    done = score(tmp_path / "in.csv", tmp_path / "out.csv", *arguments)

    assert done.exit_code == 1
    assert not OF_REQUESTS.search(done.output), done.output


def message_of(body: bytes) -> str:
    with pytest.raises(RequestError) as error:
        parse_planets(body, CSV)
    return error.value.message


@pytest.mark.parametrize("words", FOR_FILES)
def test_every_replacement_is_of_words_that_the_service_uses(words, monkeypatch):
    query = read_query([("fields", "explanation,score_interval,context")], TAKES)
    messages = [*map(message_of, TABLES.values()), *(each.message for each in query.problems)]
    before = [*map(word_for_files, messages)]

    monkeypatch.delitem(FOR_FILES, words)

    assert [*map(word_for_files, messages)] != before
