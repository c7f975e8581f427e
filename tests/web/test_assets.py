"""The files that pages load."""

from __future__ import annotations

import gzip

import pytest

from exohabit.web.assets import STATIC

NAMES = sorted(path.name for path in STATIC.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_served_compressed_and_can_be_revalidated(stub_client, name):
    plain = stub_client.get(f"/static/{name}")
    answer = stub_client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
    again = stub_client.get(f"/static/{name}", headers={"If-None-Match": plain.headers["ETag"]})

    assert plain.data == (STATIC / name).read_bytes()
    assert gzip.decompress(answer.data) == plain.data
    assert answer.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert plain.content_type.split(";")[0] in ("text/css", "text/javascript", "image/svg+xml")


@pytest.mark.parametrize("name", ["none.js", "..%2fassets.py", "../assets.py", ".", "base.html"])
def test_no_other_file_is_served(stub_client, name):
    assert stub_client.get(f"/static/{name}").status_code == 404


def test_the_styles_of_all_pages_take_at_most_8_kb():
    styles = b"".join(path.read_bytes() for path in sorted(STATIC.glob("*.css")))

    assert len(gzip.compress(styles)) <= 8_000
