"""The request behind a page, as commands: each is run and must give the page's score."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from exohabit.web.request_texts import Call, request_texts

AWKWARD = {"pl_rade": 1.5, "pl_bmasse": None, "pl_eqt": 1e-05, "st_spectype": 'K5p\' "x" $HOME'}
POST = Call("http://localhost:1/predict?explain=true", AWKWARD)
GET = Call("http://localhost:1/planets/Teegarden%27s%20Star%20b?explain=true", None)


def text_of(call: Call, language: str, *, needs_key: bool = False) -> str:
    return dict(request_texts(call, needs_key=needs_key))[language]


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_a_shell_passes_the_planet_to_curl_unchanged():
    command = text_of(POST, "curl").replace("curl ", "printf '%s\\n' ", 1)

    url, *_, body = run("sh", "-c", command).splitlines()

    assert url == POST.address
    assert json.loads(body) == AWKWARD


def test_python_sends_the_planet_unchanged(monkeypatch):
    program = text_of(POST, "Python").replace("with urlopen(request) as response:", "if 1:")
    program = program.partition("if 1:")[0] + "print(request.full_url, request.data.decode())"

    url, _, body = run(sys.executable, "-c", program).partition(" ")

    assert url == POST.address
    assert json.loads(body) == AWKWARD


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_javascript_sends_the_planet_unchanged():
    fake = "globalThis.fetch = async (url, init) => ({ json: async () => console.log(init.body) });"
    program = f"{fake}\n{text_of(POST, 'JavaScript')}".replace("answer.score, answer.label", "")

    body = run("node", "--input-type=module", "-e", program)

    assert json.loads(body) == AWKWARD


def test_powershell_quotes_doubled():
    text = text_of(POST, "PowerShell")

    assert "st_spectype = 'K5p'' \"x\" $HOME'" in text
    assert "pl_bmasse = $null" in text
    assert "-ContentType 'application/json; charset=utf-8'" in text


@pytest.mark.parametrize("language", ["curl", "PowerShell", "Python", "JavaScript"])
def test_a_key_is_left_to_be_filled_in(language):
    for call in (GET, POST):
        assert "X-API-Key" in text_of(call, language, needs_key=True)
        assert "YOUR-KEY" in text_of(call, language, needs_key=True)
        assert "X-API-Key" not in text_of(call, language)


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        {"planet": "Teegarden's Star b"},
        {"planet": "Earth", "pl_rade": "2", "pl_bmasse": ""},
        {"pl_rade": "1.1", "pl_eqt": "288", "st_spectype": "M5.5 V"},
    ],
)
def test_each_command_of_a_page_has_its_score(server, query):
    page = server.get(f"/?{urlencode(query)}", Accept="text/html").body.decode()
    (score,) = re.findall(r'data-score="([^"]+)"', page)
    texts = dict(re.findall(r'<pre[^>]*data-language="(\w+)"[^>]*>(.*?)</pre>', page, re.DOTALL))
    texts = {language: html.unescape(text) for language, text in texts.items()}

    assert f'"score":{score}' in run("sh", "-c", texts["curl"].replace("curl", "curl -sS", 1))
    assert run(sys.executable, "-c", texts["Python"]).startswith(f"{score} ")
    if shutil.which("node"):
        said = run("node", "--input-type=module", "-e", texts["JavaScript"])
        assert said.startswith(f"{score} ")
