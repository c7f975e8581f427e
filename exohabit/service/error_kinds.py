"""Error kinds: every status and code that an error may have, and when it occurs."""

from __future__ import annotations

from typing import NamedTuple

from exohabit.inputs.limits import MAX_HEADER


class ErrorKind(NamedTuple):
    """A kind of error: the HTTP status, the code for programs, and when it occurs."""

    status: int
    code: str
    when: str


ERROR_KINDS = (
    ErrorKind(
        300,
        "ambiguous_name",
        "several known planets may be meant, for example those of a star; `choices` of the problem "
        "lists them",
    ),
    ErrorKind(
        400,
        "invalid_input",
        "a key or column is missing, a value has the wrong type or is out of range, a spectral "
        "type cannot be read, a list is empty, a line of NDJSON is not JSON, a query parameter is "
        "unknown",
    ),
    ErrorKind(400, "invalid_json", "the body is not JSON in UTF-8"),
    ErrorKind(
        400, "invalid_csv", "the body is not a CSV table in UTF-8 with a header and at least a row"
    ),
    ErrorKind(
        400,
        "not_enough_data",
        "a single planet has neither radius nor mass, or nothing that gives its irradiation",
    ),
    ErrorKind(
        400,
        "header_too_long",
        f"a header that the service parses, such as Accept, has over {MAX_HEADER:,} characters",
    ),
    ErrorKind(
        400,
        "bad_request",
        "the body ended before its declared size, does not match its Content-Encoding, or has over "
        "1,000 gzip members; the host name is not one of this service; or an HTTP/1.1 request has "
        "no Host header, or two",
    ),
    ErrorKind(
        401,
        "unauthorized",
        "the service needs an API key, and the request has none, or one that is too long, unknown "
        "or expired",
    ),
    ErrorKind(
        404,
        "unknown_planet",
        "no known planet has this name; `choices` of the problem lists similar ones",
    ),
    ErrorKind(404, "not_found", "there is nothing at this address"),
    ErrorKind(
        405,
        "method_not_allowed",
        "for example GET instead of POST; the header `Allow` and the message show what works",
    ),
    ErrorKind(
        406,
        "not_acceptable",
        "the header Accept allows none of the formats of an answer; the message lists them",
    ),
    ErrorKind(
        410,
        "stale_cursor",
        "the cursor is of a catalogue that was replaced, or of another model; start again",
    ),
    ErrorKind(
        411,
        "length_required",
        "a table (CSV or NDJSON) was sent in chunks; send a Content-Length",
    ),
    ErrorKind(413, "too_many_planets", "more planets than one request may carry"),
    ErrorKind(
        413, "body_too_large", "more bytes than one request may carry, or compressed too much"
    ),
    ErrorKind(
        415,
        "unsupported_media_type",
        "the declared format or compression of the body is not supported; the message shows a "
        "command that works",
    ),
    ErrorKind(
        429,
        "rate_limited",
        "too many requests; try again after `Retry-After` seconds",
    ),
    ErrorKind(500, "internal_error", "an error of the service; quote the `request_id`"),
    ErrorKind(
        503,
        "not_ready",
        "the service is stopping, its model does not score as it should, its disk is full, or it "
        "has no catalogue of known planets",
    ),
    ErrorKind(
        503,
        "timeout",
        "a large request exceeded its time limit; send fewer planets at a time",
    ),
    ErrorKind(
        503,
        "busy",
        "too many large requests at once, or no space for one; try again after `Retry-After` "
        "seconds",
    ),
)
"""All kinds. The last one of a status is used for errors that Flask or Werkzeug raises."""
