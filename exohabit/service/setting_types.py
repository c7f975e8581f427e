"""Setting types: read the text of a setting and return its value.

Each function raises ValueError with a text that says what is expected. `limits` and `redis` take 3
and 6 MB of memory, so they are imported only when their setting is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)
ANY_PORT = re.compile(r"(https?://(?:localhost|127\.0\.0\.1|\[::1\])):\*", re.IGNORECASE)
"""An origin of this machine with any port, for development; the group is what precedes the port."""
_HOST = re.compile(r"\.?[a-z0-9_-][a-z0-9._-]*|\[[0-9a-f:.]+\]", re.IGNORECASE)
# Only TLS options are allowed: others would override settings of ours, such as short timeouts.
_REDIS = re.compile(
    r"(redis(s)?://[^\s?/]|unix:///)[^\s?]*(?(2)(\?(&?ssl_\w+=[^\s&]*)+)?)", re.ASCII
)
_MAX_SECONDS = 2**31
"""Length of a rate's window, 68 years; Redis does not keep a key for much longer."""


def text(value: str) -> str:
    """Read a text that is not blank."""
    if not value.strip():
        raise ValueError("a text")
    return value


def path(value: str) -> Path:
    """Read a path."""
    return Path(text(value))


def sha256(value: str) -> str:
    """Read a SHA-256 in hexadecimal; return it in lower case."""
    if not re.fullmatch("[0-9a-fA-F]{64}", value):
        raise ValueError("a SHA-256: 64 hexadecimal digits")
    return value.lower()


def integer(low: int, high: int) -> Callable[[str], int]:
    """Return a function that reads an integer within bounds."""

    def read(value: str) -> int:
        is_short_number = value.isascii() and value.isdigit() and len(value) < 10
        if not (is_short_number and low <= int(value) <= high):
            raise ValueError(f"an integer from {low} to {high}")
        return int(value)

    return read


def one_of(*names: str) -> Callable[[str], str]:
    """Return a function that reads one of several words."""

    def read(value: str) -> str:
        if value not in names:
            raise ValueError("one of " + ", ".join(names))
        return value

    return read


def origins(value: str) -> tuple[str, ...]:
    """Read the origins of web pages, separated by commas, or `*`.

    The port of an origin of this machine may be `*`.
    """
    found = _split(value)
    if found != ("*",) and not (found and all(map(_is_origin, found))):
        raise ValueError(
            'origins such as "https://example.org, http://localhost:3000", "http://localhost:*" '
            'for any port of this machine, or "*"' + _slash_hint(found)
        )
    return found


def _slash_hint(found: tuple[str, ...]) -> str:
    wrong = next((each for each in found if not _is_origin(each)), "")
    return ", without the slash at the end" if _is_origin(wrong.rstrip("/")) else ""


def hosts(value: str) -> tuple[str, ...]:
    """Read host names, separated by commas."""
    found = _split(value.lower())
    if not (found and all(map(_HOST.fullmatch, found))):
        raise ValueError('host names without a port, such as "api.example.org, .example.org"')
    return found


def rate(value: str) -> str:
    """Check one or several rates, such as "20/second; 5000/day"."""
    from limits import parse_many  # noqa: PLC0415

    try:
        rates = parse_many(value)
    except ValueError:
        rates = []
    if not rates or not all(r.amount and 0 < r.get_expiry() < _MAX_SECONDS for r in rates):
        raise ValueError('a rate such as "600/minute", or several: "20/second; 5000/day"')
    return value


def redis_url(value: str) -> str:
    """Check the address of a Redis server."""
    from redis.connection import parse_url  # noqa: PLC0415

    try:
        parse_url(value)  # type: ignore[no-untyped-call]
        is_valid = bool(_REDIS.fullmatch(value))
    except ValueError:
        is_valid = False
    if not is_valid:
        raise ValueError('an address such as "redis://:password@redis:6379/0"')
    return value


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _is_origin(value: str) -> bool:
    """Whether a text is an origin as browsers send it: no path, and no default port."""
    if ANY_PORT.fullmatch(value):
        return True
    default_port = ":443" if value.lower().startswith("https") else ":80"
    return bool(_ORIGIN.fullmatch(value)) and not value.endswith(default_port)
