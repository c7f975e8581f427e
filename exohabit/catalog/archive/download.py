"""Download: returns the complete answer to one HTTP request before a deadline, or fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from http.client import responses
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3 import exceptions as errors
from urllib3.util import parse_url

from exohabit import __version__
from exohabit.catalog.archive.deadline import Deadline
from exohabit.catalog.rows import CatalogError
from exohabit.inputs.problems import repr_short

MAX_BYTES = 64 * 2**20
"""Bytes of an answer, uncompressed. The archive's planets take 4 million."""
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60.0
"""Seconds until the next bytes; the archive computes an answer before it sends the first."""
_CHUNK = 2**14
"""Bytes between two looks at the clock."""
_ATTEMPTS = 4
_FIRST_WAIT = 0.5
"""Seconds before the second attempt; doubled before each further one."""
_TRANSIENT_STATUSES = {429, 500, 502, 503, 504}
_MAX_REDIRECTS = 3
_HEADERS = {"User-Agent": f"exohabit/{__version__}", "Accept-Encoding": "gzip"}
_PERMANENT_ERRORS = (
    (errors.SSLError, "has no certificate that this machine trusts"),
    (errors.LocationValueError, "is not an address"),
    (errors.DecodeError, "sends damaged gzip"),
)
_TRANSIENT_ERRORS = (
    (errors.NewConnectionError, "cannot be reached"),
    (errors.TimeoutError, "does not answer"),
    (errors.HTTPError, "closed the connection too early"),
)
"""Errors and what they mean, the special before the general."""
Report = Callable[[bytes], None]
"""Called with every piece of an answer as it arrives."""


class TransientError(Exception):
    """An error that may be over after some seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def download(
    url: str, deadline: Deadline, report: Report = lambda _: None, max_bytes: int = MAX_BYTES
) -> bytes:
    """Return the body of the answer; try again after a transient error.

    A piece that was reported is reported again with a further attempt.

    Raises:
        CatalogError: no complete answer with the status 200 arrived before the deadline.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _attempt(url, deadline, report, max_bytes)
        except TransientError as error:
            wait = _FIRST_WAIT * 2 ** (attempt - 1) if error.wait is None else error.wait
            if attempt == _ATTEMPTS or wait >= deadline.left():
                raise CatalogError(str(error)) from error
            time.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


def _attempt(url: str, deadline: Deadline, report: Report, max_bytes: int) -> bytes:
    host = _host(url)
    try:
        with PoolManager() as pool, closing(_open(pool, url, deadline)) as response:
            _check_status(response, host)
            return _read(response, deadline, report, max_bytes)
    except tuple(kind for kind, _ in _PERMANENT_ERRORS) as error:
        raise CatalogError(f"{host} {_meaning(error, _PERMANENT_ERRORS)}") from error
    except errors.HTTPError as error:
        raise TransientError(f"{host} {_meaning(error, _TRANSIENT_ERRORS)}") from error


def _open(pool: PoolManager, url: str, deadline: Deadline) -> BaseHTTPResponse:
    """Send the request; follow redirects that stay on the host or lead to HTTPS."""
    for _ in range(_MAX_REDIRECTS + 1):
        left = deadline.left()
        response = pool.request(
            "GET",
            url,
            headers=_HEADERS,
            timeout=Timeout(connect=min(_CONNECT_SECONDS, left), read=min(_READ_SECONDS, left)),
            redirect=False,
            retries=False,
            preload_content=False,
        )
        location = response.get_redirect_location()
        if not location:
            return response
        response.close()
        url = _follow(url, location)
    raise CatalogError(f"{_host(url)} redirects more than {_MAX_REDIRECTS} times")


def _follow(url: str, location: str) -> str:
    """Return the address to which a redirect leads."""
    try:
        target = urljoin(url, location)
    except ValueError as error:
        raise CatalogError(f"{_host(url)} redirects to {repr_short(location)}") from error
    old, new = _origin(url), _origin(target)
    if new != old and new[0] != "https":
        raise CatalogError(f"{_host(url)} redirects to another host without HTTPS")
    return target


def _origin(url: str) -> tuple[str | None, str]:
    return parse_url(url).scheme, _host(url)


def _host(url: str) -> str:
    """Return the host and port of an HTTP address, without a password."""
    try:
        parsed = parse_url(url)
        if parsed.scheme in {"http", "https"} and parsed.netloc:
            return parsed.netloc
    except errors.LocationParseError:
        pass
    raise CatalogError(f"{repr_short(url)} is not an HTTP address")


def _check_status(response: BaseHTTPResponse, host: str) -> None:
    if response.status == 200:
        return
    error = f"{host} answers {response.status} {responses.get(response.status, '')}".strip()
    if response.status not in _TRANSIENT_STATUSES:
        raise CatalogError(error)
    try:
        wait = Retry().get_retry_after(response)
    except (errors.InvalidHeader, ValueError, OverflowError):
        wait = None
    raise TransientError(error if wait is None else f"{error}, Retry-After {wait:.0f} s", wait)


def _read(response: BaseHTTPResponse, deadline: Deadline, report: Report, max_bytes: int) -> bytes:
    """Read the body piece by piece: `read` would wait for as many bytes as it was asked for."""
    pieces, size = [], 0
    while piece := response.read1(_CHUNK):
        deadline.left()
        size += len(piece)
        if size > max_bytes:
            raise CatalogError(f"the answer is longer than {max_bytes:,} bytes")
        pieces.append(piece)
        report(piece)
    return b"".join(pieces)


def _meaning(
    error: errors.HTTPError, meanings: tuple[tuple[type[errors.HTTPError], str], ...]
) -> str:
    return next(text for kind, text in meanings if isinstance(error, kind))
