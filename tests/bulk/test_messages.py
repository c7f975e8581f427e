"""Messages: errors about a file fit a file, and repeat options as they were typed."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.bulk.made_up import as_csv
from tests.bulk.running import score
from tests.inputs.test_file_kinds import KINDS

OF_REQUESTS = re.compile(r"\b(body|query|requests?|send)\b", re.IGNORECASE)
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


@pytest.mark.parametrize("body", [b"", HEADER, b'{"planets": []}'])
def test_advice_about_a_table_fits_where_it_is_shown(tmp_path, client, body):
    (tmp_path / "in.csv").write_bytes(body)

    of_file = score(tmp_path / "in.csv", tmp_path / "out.csv").output
    of_request = client.post("/rank", data=body or b"x", content_type="text/csv").json["message"]

    assert "curl" not in of_file
    assert "declare" not in of_file
    assert "--from" not in of_request
    assert "--from ndjson" in of_file or not body.startswith(b"{")


@pytest.mark.parametrize(
    "arguments", [["--top", "0"], ["--keep", "nothing"], ["--fields", "nme"], ["--fields", "zone"]]
)
def test_a_wrong_option_is_not_called_a_request(tmp_path, planets, arguments):
    (tmp_path / "in.csv").write_bytes(as_csv(planets[:5]))

    done = score(tmp_path / "in.csv", tmp_path / "out.csv", *arguments)

    assert done.exit_code == 1
    assert not OF_REQUESTS.search(done.output), done.output


@pytest.mark.parametrize(
    ("option", "text"),
    [("--keep", "The body mass"), ("--keep", "in the request: x"), ("--top", "; send commas")],
)
def test_a_wrong_option_is_repeated_as_it_was_typed(tmp_path, planets, option, text):
    (tmp_path / "in.csv").write_bytes(as_csv(planets[:5]))

    done = score(tmp_path / "in.csv", tmp_path / "out.csv", option, text)

    assert done.exit_code == 1
    assert f'"{text}"' in done.output


def test_a_first_row_that_is_too_long_is_named(tmp_path):
    (tmp_path / "in.csv").write_bytes(HEADER + b"1" * 2**21 + b"\n")

    done = score(tmp_path / "in.csv", tmp_path / "out.csv")

    assert done.exit_code == 1
    assert "the first row below the header is longer than 1,048,576 bytes" in done.output
