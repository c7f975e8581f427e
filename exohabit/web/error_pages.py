"""Error pages: errors for people, with links to go on. Programs get the same errors as JSON."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Flask, Response, render_template
from msgspec import UNSET

from exohabit.inputs.problems import Problem
from exohabit.service.app_state import app_state
from exohabit.service.errors import ErrorAnswer
from exohabit.service.http_response import HTML, with_charset
from exohabit.service.request_state import current_state
from exohabit.web.pages import POLICY, frame_values
from exohabit.web.words import plain

_TITLES = {
    "ambiguous_name": "Which planet do you mean?",
    "unknown_planet": "No known planet has this name",
    "invalid_input": "This address cannot be answered as it is",
    "not_enough_data": "Too little is known to score this planet",
    "unauthorized": "This service needs an API key",
    "not_found": "There is no such page",
    "method_not_allowed": "This address is for programs",
    "rate_limited": "Too many requests",
    "internal_error": "The service made a mistake",
    "not_ready": "The service is not ready",
    "busy": "The service is busy",
    "timeout": "That took too long",
    "stale_cursor": "This list has changed",
}
_EXAMPLE = "Example: "
_FOR_PROGRAMS = re.compile(r" GET \S*/ lists all endpoints\.")
_PLANETS_ARE_SENT = "Programs send planets or tables here. A browser has pages for that."
_PART = re.compile(r"(?:(in PowerShell|with a table): )?(.*)", re.DOTALL)
_WORTH_REPEATING = (429, 500, 503)


def init_app(app: Flask) -> None:
    """Answer errors with pages where a client prefers HTML."""
    app_state(app).fill_error_page = _fill


def _fill(response: Response, answer: ErrorAnswer) -> None:
    """Turn an error into a page."""
    status = response.status_code
    problems = [] if answer.problems is UNSET else answer.problems
    response.data = render_template(
        "error.html",
        **frame_values(),
        title=_TITLES.get(answer.code, HTTPStatus(status).phrase),
        status=status,
        request_id=answer.request_id,
        messages=_messages(answer, problems),
        examples=_examples(answer),
        choices=[(name, urlencode({"planet": name})) for p in problems for name in p.choices or ()],
        retry_after=response.headers.get("Retry-After"),
        can_repeat=status in _WORTH_REPEATING and current_state().method == "GET",
    )
    response.content_type = with_charset(HTML)
    response.headers["Content-Security-Policy"] = POLICY


def _messages(answer: ErrorAnswer, problems: list[Problem]) -> list[str]:
    message = answer.message.partition(_EXAMPLE)[0].replace(", as Retry-After says", "").strip()
    message = _FOR_PROGRAMS.sub("", message)
    if answer.code == "method_not_allowed":
        message = _PLANETS_ARE_SENT
    texts = [each.message for each in problems] or [message]
    return list(dict.fromkeys(plain(text) for text in texts))


def _examples(answer: ErrorAnswer) -> list[tuple[str, str]]:
    """Return the commands at the end of a message, each with its purpose."""
    _, _, commands = answer.message.partition(_EXAMPLE)
    parts = [_PART.fullmatch(part) for part in commands.split(" — or ") if part]
    return [(part[1] or "", part[2]) for part in parts if part]
