"""Access: who may call, by which name.

What is marked `open_to_all` asks for no key and counts for no limit.

The trap: what a client says of its own address is worth nothing, so `X-Forwarded-For` is read only
as far back as there are trusted proxies, and by default not at all.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, SecurityError, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wsgi import get_host

from exohabit.inputs.problems import shown
from exohabit.service.api_keys import KeyRing
from exohabit.service.request_state import Exchange, exchange, steps
from exohabit.service.settings import Settings

KEY_HEADER = "X-API-Key"
_HOW_TO_SHOW = (
    f"This service asks for a key: send yours in the header {KEY_HEADER}, or as Authorization: "
    "Bearer and the key. Who runs the service gives keys out."
)
_PROBES = ("/health", "/ready")
_WITH_PORT = re.compile(r"\[(.*)\](?::\d+)?|([\d.]+):\d+")
_LONGEST_ADDRESS = 100

View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View) -> View:
    """Let anybody ask a route, without a key and as often as they like."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view


def is_open(view: Any) -> bool:
    """Whether a route is open to all; what is no route is not."""
    return hasattr(view, "is_open_to_all")


def client_of(exchange: Exchange) -> str:
    """Return whose requests are counted together: those of a key, or else of an address."""
    if exchange.key_name:
        return f"key:{exchange.key_name}"
    # A proxy may forward any text. It is cut here, so that the cache keeps no long ones.
    address = exchange.environ.get("REMOTE_ADDR", "")[:_LONGEST_ADDRESS]
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


def init_app(app: Flask) -> None:
    """Let in who may call; raises KeysError if the keys cannot be read."""
    settings: Settings = app.config["EXOHABIT"]
    app.before_request(lambda: _check_host(exchange()))  # the lane refuses several
    if settings.trusted_hosts:
        _trust_hosts(app, settings.trusted_hosts)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    if settings.keys_file and app.extensions["exohabit"]:  # a command makes the file first
        _ask_for_keys(app, KeyRing(settings.keys_file))


def _check_host(exchange: Exchange) -> None:
    """Refuse a request with two Host headers, or with none in HTTP/1.1 (RFC 9112, section 3.2).

    granian joins several with a comma, and adds an empty one where there is none.
    """
    host = exchange.environ.get("HTTP_HOST")
    if not host and exchange.environ["SERVER_PROTOCOL"] == "HTTP/1.1":
        raise BadRequest("The request has no readable Host header; HTTP/1.1 needs one.")
    if host and "," in host:
        raise BadRequest("The Host header has a comma, or there are two; send one host name.")


def _trust_hosts(app: Flask, hosts: tuple[str, ...]) -> None:
    """Refuse to be called by other names, but for probes: they call by whatever address they see.

    Flask's own setting knows no exception.
    """

    @lru_cache(maxsize=256)
    def is_trusted(host: str) -> bool:
        return host_is_trusted(host.lower(), hosts)

    def check(exchange: Exchange) -> None:
        host = get_host(exchange.environ)
        if not is_trusted(host) and exchange.path not in _PROBES:
            raise SecurityError(f"The service is not called {shown(host)}.")

    steps(app).check(check)


def _ask_for_keys(app: Flask, ring: KeyRing) -> None:
    def check(exchange: Exchange) -> None:
        """Refuse who has no key, before a byte of the body is read; a preflight cannot have one."""
        if exchange.method == "OPTIONS" or is_open(exchange.view):
            return
        presented = _presented(exchange)
        if not presented:
            raise _refused(_HOW_TO_SHOW)
        key = ring.find(presented)
        if key is None:
            raise _refused("This key is not known here.")
        if key.is_expired(datetime.now(UTC)):
            raise _refused("This key has expired.")
        exchange.key_name = key.name

    steps(app).check(check)
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    """Keep a cache from giving to others what it got with a key."""
    if exchange().key_name and request.method in ("GET", "HEAD"):
        response.cache_control.private = True
        response.vary.update((KEY_HEADER, "Authorization"))
    return response


def _presented(exchange: Exchange) -> str:
    scheme, _, token = exchange.header("AUTHORIZATION").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return exchange.header("X_API_KEY").strip() or bearer


def _refused(why: str) -> Unauthorized:
    return Unauthorized(why, www_authenticate=WWWAuthenticate("bearer", {"realm": "ExoHabit"}))
