"""Request texts: the request with the same answer, in curl, PowerShell, Python and JavaScript."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from exohabit.science.columns import BY_NAME
from exohabit.service.auth import KEY_HEADER
from exohabit.web.planet_query import PlanetQuery

YOUR_KEY = "YOUR-KEY"
_JSON = "application/json"


class Call(NamedTuple):
    """A request: its address, and the planet that it sends if it is a POST."""

    address: str
    planet: Mapping[str, Any] | None


class RequestText(NamedTuple):
    """A request in a language."""

    language: str
    text: str


def call_of(planet_query: PlanetQuery, base: str) -> Call:
    """Return the request that has the same answer as the page, to a service at `base`."""
    extras = {"explain": "true", "context": "true"}
    if planet_query.known is None:
        understood = (planet_query.answer or {}).get("input", {})
        planet = {
            name: value
            for name, value in understood.items()
            if value is not None or (name in BY_NAME and BY_NAME[name].required)
        }
        return Call(f"{base}predict?{urlencode(extras)}", planet)
    address = f"{base}planets/{quote(planet_query.known.name, safe='')}"
    if planet_query.texts:
        address += "/predict"
    query = {**planet_query.texts, **extras, "uncertainty": "true"}
    return Call(f"{address}?{urlencode(query, quote_via=quote)}", None)


def request_texts(call: Call, *, needs_key: bool) -> list[RequestText]:
    """Return a request in each language; the user fills in the API key."""
    return [
        RequestText(language, write(call, {KEY_HEADER: YOUR_KEY} if needs_key else {}))
        for language, write in (
            ("curl", _curl),
            ("PowerShell", _powershell),
            ("Python", _python),
            ("JavaScript", _javascript),
        )
    ]


def _curl(call: Call, headers: dict[str, str]) -> str:
    parts = [f"curl {_sh(call.address)}"]
    if call.planet is not None:
        headers = {"Content-Type": _JSON, **headers}
    parts += [f"-H {_sh(f'{name}: {value}')}" for name, value in headers.items()]
    if call.planet is not None:
        parts.append(f"-d {_sh(_json(call.planet))}")
    return " ".join(parts)


def _powershell(call: Call, headers: dict[str, str]) -> str:
    command = f"Invoke-RestMethod {_ps(call.address)}"
    if headers:
        command += f" -Headers {_ps_table(headers)}"
    if call.planet is None:
        return command
    content_type = "-ContentType 'application/json; charset=utf-8'"
    body = "-Body ($planet | ConvertTo-Json)"
    return f"$planet = {_ps_table(call.planet)}\n{command} -Method Post {content_type} {body}"


def _python(call: Call, headers: dict[str, str]) -> str:
    lines = ["import json", "from urllib.request import Request, urlopen", ""]
    if call.planet is None:
        lines.append(f"request = Request({call.address!r}, headers={headers!r})")
    else:
        headers = {"Content-Type": _JSON, **headers}
        lines += [
            f"planet = {dict(call.planet)!r}",
            "body = json.dumps(planet).encode()",
            f"request = Request({call.address!r}, body, {headers!r})",
        ]
    lines += [
        "with urlopen(request) as response:",
        "    answer = json.load(response)",
        'print(answer["score"], answer["label"])',
    ]
    return "\n".join(lines)


def _javascript(call: Call, headers: dict[str, str]) -> str:
    if call.planet is None:
        options = f", {_json({'headers': headers})}" if headers else ""
        lines = [f"const response = await fetch({json.dumps(call.address)}{options});"]
    else:
        headers = {"Content-Type": _JSON, **headers}
        lines = [
            f"const planet = {_json(call.planet)};",
            f"const response = await fetch({json.dumps(call.address)}, {{",
            '  method: "POST",',
            f"  headers: {_json(headers)},",
            "  body: JSON.stringify(planet),",
            "});",
        ]
    lines += ["const answer = await response.json();", "console.log(answer.score, answer.label);"]
    return "\n".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sh(text: str) -> str:
    """Quote a text for a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _ps(text: str) -> str:
    """Quote a text for PowerShell."""
    return "'" + text.replace("'", "''") + "'"


def _ps_table(values: Mapping[str, Any]) -> str:
    pairs = [f"{_ps(n) if '-' in n else n} = {_ps_value(v)}" for n, v in values.items()]
    return f"@{{ {'; '.join(pairs)} }}"


def _ps_value(value: Any) -> str:
    if value is None:
        return "$null"
    return _ps(value) if isinstance(value, str) else json.dumps(value)
