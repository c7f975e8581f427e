"""Example requests: errors show a request that works, for curl and PowerShell."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from werkzeug.wsgi import get_current_url

from exohabit.inputs.readers import CSV, JSON
from exohabit.inputs.schemas import EXAMPLE
from exohabit.service.auth import KEY_HEADER
from exohabit.service.request_state import RequestState


def example_request(state: RequestState) -> str:
    """Return an example of a request that works at this path."""
    url = get_current_url(state.environ, strip_querystring=True)
    has_key = state.key_name is not None
    curl = f"curl {url}" + f" -H '{KEY_HEADER}: YOUR_KEY'" * has_key
    if state.path not in ("/predict", "/rank"):
        return f"Example: {curl}"
    if state.path == "/predict" and state.method == "GET":
        return f"Example: {url}?{urlencode(EXAMPLE)}"
    body = json.dumps(EXAMPLE if state.path == "/predict" else {"planets": [EXAMPLE]})
    return (
        f"Example: {curl} -H 'Content-Type: {JSON}' -d '{body}' — or in "
        f"PowerShell: Invoke-RestMethod {url} -Method Post "
        + f"-Headers @{{ '{KEY_HEADER}' = 'YOUR_KEY' }} "
        * has_key
        + f"-ContentType '{JSON}; charset=utf-8' -Body '{body}' — or with a table: "
        f"{curl} -H 'Content-Type: {CSV}' --data-binary @planets.csv"
    )
