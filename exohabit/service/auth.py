"""Authentication: which requests are admitted, by API key and host name.

An operation that `is_open` needs no key and is not rate-limited.

Warning: a client can write anything into `X-Forwarded-For`, so only the entries of trusted proxies
are used, and none by default. A proxy may pass on a client's `X-Forwarded-Prefix` and
`X-Forwarded-Proto`, which messages and addresses show. So the first is ignored unless it is a plain
path, and the second unless it is http or https.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from flask import Flask, Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, SecurityError, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wsgi import get_host

from exohabit.inputs.problems import repr_short
from exohabit.service.api_keys import KeyRing
from exohabit.service.app_state import app_state
from exohabit.service.request_state import Hooks, RequestState, Wsgi, current_state

KEY_HEADER = "X-API-Key"
_HOW_TO_SEND = (
    f"This service needs an API key: send yours in the header {KEY_HEADER}, or in the header "
    "Authorization as Bearer and the key. The operator of the service gives out keys."
)
_PROBES = ("/health", "/ready")
_WITH_PORT = re.compile(r"\[(.*)\](?::\d+)?|([\d.]+):\d+")
_SCHEMES = frozenset({"http", "https"})
_PLAIN_PATH = re.compile(r"(?!.{200})(?:/[A-Za-z0-9._~%-]+)+/?")
_MAX_ADDRESS_LENGTH = 100
_MAX_KEY_LENGTH = 200


def client_of(state: RequestState) -> str:
    """Return the client whose requests are counted together: a key, or otherwise an address."""
    if state.key_name:
        return f"key:{state.key_name}"
    # A proxy may forward any text. It is cut here, so that the cache below stays small.
    address = state.environ.get("REMOTE_ADDR", "")[:_MAX_ADDRESS_LENGTH]
    return f"address:{network_of(address)}"


@lru_cache(maxsize=4096)
def network_of(text: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 address; without a port or a zone."""
    found = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address(found[1] or found[2] if found else text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def is_open(state: RequestState) -> bool:
    """Whether a request needs no key and is not rate-limited."""
    return state.method == "OPTIONS" or (state.operation is not None and state.operation.is_open)


def init_app(app: Flask) -> None:
    """Admit only the clients that the settings allow.

    Raises:
        KeysError: the keys cannot be read.
    """
    state = app_state(app)
    settings = state.settings
    app.before_request(lambda: _check_host(current_state()))  # `exohabit.fast` checks it itself
    if settings.trusted_hosts:
        _trust_hosts(state.hooks, settings.trusted_hosts)
    if settings.proxies:
        hops = settings.proxies
        # Each proxy appends to the first two. The path in front of the service is one value, which
        # the proxy that adds the path sets, and proxies behind it pass on.
        checked = _plain_only(app.wsgi_app)
        fixed = ProxyFix(checked, x_for=hops, x_proto=hops, x_prefix=1)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    if settings.keys_file and state.bundle:  # commands run before the file exists
        state.hooks.register_before(partial(_check_key, KeyRing(settings.keys_file)))
        app.after_request(_keep_private)


def _plain_only(app: Wsgi) -> Wsgi:
    """Ignore a proxy's path if it is unusual, and its scheme if it is not http or https.

    For example, the path `//example.org` would make links lead to another host, and so would the
    scheme `https://example.org/`.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        prefix = environ.get("SCRIPT_NAME")
        if prefix and not _PLAIN_PATH.fullmatch(prefix):
            environ["SCRIPT_NAME"] = ""
        scheme = environ["wsgi.url_scheme"].lower()
        own_scheme = environ["werkzeug.proxy_fix.orig"]["wsgi.url_scheme"]
        environ["wsgi.url_scheme"] = scheme if scheme in _SCHEMES else own_scheme
        return app(environ, start_response)

    return answer


def _check_host(state: RequestState) -> None:
    """Refuse a request with two Host headers, or with none in HTTP/1.1 (RFC 9112, section 3.2).

    granian joins several with a comma, and adds an empty one where there is none.
    """
    host = state.environ.get("HTTP_HOST")
    if not host and state.environ["SERVER_PROTOCOL"] == "HTTP/1.1":
        raise BadRequest("The request has no readable Host header; HTTP/1.1 needs one.")
    if host and "," in host:
        raise BadRequest("The Host header has a comma, or there are two; send one host name.")


def _trust_hosts(hooks: Hooks, hosts: tuple[str, ...]) -> None:
    """Refuse requests with other host names, except for probes, which use any address.

    Flask's own setting allows no exceptions.
    """

    @lru_cache(maxsize=256)
    def is_trusted(host: str) -> bool:
        return host_is_trusted(host.lower(), hosts)

    def check(state: RequestState) -> None:
        host = get_host(state.environ)
        if not is_trusted(host) and state.path not in _PROBES:
            raise SecurityError(f"The host name {repr_short(host)} is not one of this service.")

    hooks.register_before(check)


def _check_key(ring: KeyRing, state: RequestState) -> None:
    """Refuse a request without a valid key, before its body is read."""
    if is_open(state):
        return
    given = given_key(state)
    if not given:
        raise _unauthorized(_HOW_TO_SEND)
    if len(given) > _MAX_KEY_LENGTH:
        raise _unauthorized(f"This key is too long: it has over {_MAX_KEY_LENGTH} characters.")
    key = ring.find(given)
    if key is None:
        raise _unauthorized("This key is unknown.")
    if key.is_expired(datetime.now(UTC)):
        raise _unauthorized("This key has expired.")
    state.key_name = key.name


def _keep_private(response: Response) -> Response:
    """Prevent caches from sending an answer that needed a key to other clients."""
    if current_state().key_name and request.method in ("GET", "HEAD"):
        response.cache_control.private = True
        response.vary.update((KEY_HEADER, "Authorization"))
    return response


def given_key(state: RequestState) -> str:
    """Return the API key that a request sends; empty if it sends none."""
    # Not `state.header`: it treats a header that is too long as absent.
    scheme, _, token = state.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    bearer: str = token.strip() if scheme.lower() == "bearer" else ""
    return state.environ.get("HTTP_X_API_KEY", "").strip() or bearer


def _unauthorized(reason: str) -> Unauthorized:
    return Unauthorized(reason, www_authenticate=WWWAuthenticate("bearer", {"realm": "ExoHabit"}))
