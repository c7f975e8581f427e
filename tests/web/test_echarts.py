"""The files of the plotting library."""

from __future__ import annotations

import re

import pytest

from exohabit.web import echarts
from tests.conftest import ROOT

needs_library = pytest.mark.skipif(
    not echarts._FILES, reason="needs pip install --no-deps -r requirements-plots.txt"
)


@needs_library
def test_the_library_and_what_it_imports_are_served(stub_client):
    first = stub_client.get("/static/echarts/index.js")
    names = re.findall(r'"\./([^"]+)"', first.text)

    assert first.content_type == "text/javascript; charset=utf-8"
    assert names
    for name in names:
        answer = stub_client.get(f"/static/echarts/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert len(answer.data) < 400_000


@needs_library
@pytest.mark.parametrize("name", ["index.js.map", "..%2findex.js", "echart.py", "none.js"])
def test_no_other_file_of_the_package_is_served(stub_client, name):
    assert stub_client.get(f"/static/echarts/{name}").status_code == 404


@needs_library
def test_the_map_names_the_library_in_its_head_so_that_it_comes_at_once(stub_client):
    page = stub_client.get("/map").text
    entry = stub_client.get("/static/echarts/index.js").text
    named = re.findall(r'<link rel="modulepreload" href="static/echarts/([^"]+)">', page)

    assert named == ["index.js", *re.findall(r'"\./([^"]+)"', entry)]


def test_without_the_package_there_is_no_file(monkeypatch):
    monkeypatch.setattr(echarts, "_PACKAGE", "no_such_package")

    assert echarts._find_files() == {}
    monkeypatch.setattr(echarts, "_FILES", {})
    assert echarts._find_entry() == ()


def test_every_environment_gets_the_library_without_what_it_needs_itself():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lock = (ROOT / "requirements-serve.lock").read_text(encoding="utf-8")
    (pin,) = re.findall(r"^nicegui==.+", (ROOT / "requirements-plots.txt").read_text(), re.M)

    assert f"{pin} \\" in lock.splitlines()
    assert "--no-deps --no-compile -r requirements-plots.txt" in makefile
    for name in ("requirements.txt", "requirements-serve.txt", "requirements-dev.txt"):
        assert "nicegui" not in (ROOT / name).read_text(encoding="utf-8")
