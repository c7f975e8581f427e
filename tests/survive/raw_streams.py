"""Raw streams: well-formed, broken and hostile HTTP as bytes, and how each must be answered."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.bad_requests import EARTH
from tests.survive.streams import Stream

BODY = json.dumps(EARTH).encode()
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
POST = b"POST /predict HTTP/1.1\r\nHost: here\r\n"
GOOD = POST + LENGTH + b"\r\n" + BODY
HEALTH = b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n"
TABLE = (",".join(EARTH) + "\n" + ",".join(map(str, EARTH.values())) + "\n").encode()
CSV = b"POST /rank HTTP/1.1\r\nHost: here\r\nContent-Type: text/csv\r\n"
NDJSON = CSV.replace(b"text/csv", b"application/x-ndjson")

Row = tuple[str, Stream, str]
"""A name, the bytes to send, and the expected `streams.Received`; `|` separates alternatives."""


def chunks(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + end


def planet(head: bytes, body: bytes = BODY) -> bytes:
    """Return a request to /predict with more headers and the body that follows them."""
    return POST + head + b"\r\n" + body


def get(target: bytes, version: bytes = b"HTTP/1.1", headers: bytes = b"Host: here\r\n") -> bytes:
    return b"GET %b %b\r\n%b\r\n" % (target, version, headers)


def good() -> Iterator[Row]:
    """Valid requests, which are answered."""
    yield "one request", Stream(GOOD), "200"
    yield "ten in a row", Stream(GOOD * 10, answers=10), ", ".join(["200"] * 10)
    yield "a hundred in a row", Stream(HEALTH * 100, answers=100), ", ".join(["200"] * 100)
    mixed = GOOD + get(b"/nothing") + HEALTH + GOOD
    yield "right and wrong in a row", Stream(mixed, answers=4), "200, 404 not_found, 200, 200"
    refused = planet(b"Content-Length: 2\r\n", b"{}")
    yield "a refused body in a row", Stream(refused + GOOD, answers=2), "400 invalid_input, 200"
    unread = b"POST /nothing HTTP/1.1\r\nHost: here\r\n" + LENGTH + b"\r\n" + BODY
    yield "an unread body in a row", Stream(unread + GOOD, answers=2), "404 not_found, 200"
    late = CSV + CHUNKED + b"\r\n" + chunks(TABLE)
    yield "a table in chunks in a row", Stream(late + GOOD, answers=2), "411 length_required, 200"
    old = GOOD.replace(b"HTTP/1.1", b"HTTP/1.0")
    yield "HTTP/1.0", Stream(old), "200"
    yield "HTTP/1.0 without a host", Stream(old.replace(b"Host: here\r\n", b"")), "200"
    kept = old.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n")
    yield "HTTP/1.0 kept alive", Stream(kept + kept, answers=2), "200, 200"
    yield "Expect: 100-continue", Stream(planet(b"Expect: 100-continue\r\n" + LENGTH)), "200"
    odd = planet(b"Expect: more\r\n" + LENGTH)
    yield "an unknown Expect", Stream(odd), "200"
    yield "absolute form", Stream(get(b"http://here/health")), "200"
    yield "absolute form, a port", Stream(get(b"http://here:80/health")), "200"
    yield "absolute form, another host", Stream(get(b"http://there/health")), "200"
    yield "absolute form without a path", Stream(get(b"http://here")), "200"
    yield "absolute form, HTTPS", Stream(get(b"https://here/health")), "200"
    absolute = GOOD.replace(b" /predict ", b" http://here/predict ")
    yield "POST in absolute form", Stream(absolute), "200"
    yield "chunks", Stream(planet(CHUNKED, chunks(BODY[:10], BODY[10:]))), "200"
    single = chunks(*(BODY[i : i + 1] for i in range(len(BODY))))
    yield "chunks of one byte", Stream(planet(CHUNKED, single)), "200"
    extended = b'%x;name=value;q="a;b"\r\n%b\r\n0;last\r\n\r\n' % (len(BODY), BODY)
    yield "chunks with extensions", Stream(planet(CHUNKED, extended)), "200"
    trailed = chunks(BODY, end=b"0\r\nX-Sum: 1\r\nHost: there\r\n\r\n")
    yield "chunks with trailers", Stream(planet(CHUNKED, trailed) + HEALTH, answers=2), "200, 200"
    zeros = b"000%x\r\n%b\r\n00\r\n\r\n" % (len(BODY), BODY)
    yield "chunk sizes with leading zeros", Stream(planet(CHUNKED, zeros)), "200"
    capital = planet(CHUNKED, b"%X\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY))
    yield "chunk sizes in capitals", Stream(capital), "200"
    yield "CHUNKED in capitals", Stream(planet(CHUNKED.upper(), chunks(BODY))), "200"
    yield "header names in capitals", Stream(planet(LENGTH.upper())), "200"
    yield "no space behind the colon", Stream(planet(LENGTH.replace(b": ", b":"))), "200"
    yield "many spaces around a value", Stream(planet(LENGTH.replace(b": ", b": \t  "))), "200"
    yield "the same length twice", Stream(planet(LENGTH + LENGTH)), "200"
    yield "a length with leading zeros", Stream(planet(LENGTH.replace(b": ", b": 000"))), "200"
    yield "empty lines before a request", Stream(b"\r\n\r\n" + GOOD), "200"
    yield "a query with odd characters", Stream(get(b"/health?")), "200"
    yield "UTF-8 in a header", Stream(planet(LENGTH + "X-Star: é\r\n".encode())), "200"
    yield "ended after sending", Stream(HEALTH, ends=True), "200|closed"
    hundred = b"".join(b"X-%d: %d\r\n" % (i, i) for i in range(90))
    yield "90 headers", Stream(planet(LENGTH + hundred)), "200"


def lengths() -> Iterator[Row]:
    """Requests whose length is unclear."""
    for name, value in {
        "negative": b"-1",
        "with a plus sign": b"+%d" % len(BODY),
        "hexadecimal": b"0x%x" % len(BODY),
        "a fraction": b"5.0",
        "an exponent": b"1e2",
        "empty": b"",
        "two numbers": b"5 5",
        "full-width digits": "５".encode(),
        "huge": b"9" * 30,
        "2 to the 64": b"18446744073709551616",
    }.items():
        yield f"a length that is {name}", Stream(planet(b"Content-Length: %b\r\n" % value)), "400"
    listed = b"Content-Length: %d, %d\r\n" % (len(BODY), len(BODY))
    yield "a length as a list", Stream(planet(listed)), "400"
    two = LENGTH + b"Content-Length: 5\r\n"
    yield "two lengths", Stream(planet(two)), "400"
    yield (
        "two lengths, the other way round",
        Stream(planet(b"Content-Length: 5\r\n" + LENGTH)),
        "400",
    )
    over = planet(b"Content-Length: 33554433\r\n", b"")
    yield "a length over the limit", Stream(over), "413 body_too_large"
    most = planet(b"Content-Length: 9223372036854775807\r\n", b"")
    yield "a length of 2 to the 63, less one", Stream(most), "413 body_too_large"
    yield (
        "less than the length, then the end",
        Stream(GOOD[:-5], ends=True),
        "400 bad_request|closed",
    )
    yield "no length", Stream(POST + b"\r\n"), "400 invalid_json"
    shorter = planet(b"Content-Length: 5\r\n")
    yield "more than the length", Stream(shorter, answers=2), "400 invalid_json, 400"


def chunked() -> Iterator[Row]:
    """Chunked bodies whose framing is broken, and tables in chunks."""
    for name, body in {
        "no number": b"xyz\r\nab\r\n0\r\n\r\n",
        "negative": b"-5\r\nabcde\r\n0\r\n\r\n",
        "with a plus sign": b"+5\r\nabcde\r\n0\r\n\r\n",
        "with 0x": b"0x5\r\nabcde\r\n0\r\n\r\n",
        "huge": b"f" * 17 + b"\r\nab\r\n0\r\n\r\n",
        "2 to the 64, less one": b"f" * 16 + b"\r\nab\r\n0\r\n\r\n",
        "empty": b"\r\nab\r\n0\r\n\r\n",
        "less than the chunk": b"2\r\nabcde\r\n0\r\n\r\n",
    }.items():
        sent = Stream(planet(CHUNKED, body), ends=True)
        yield f"a chunk size that is {name}", sent, "400 invalid_json|400 bad_request|closed"
    long = planet(CHUNKED, b"0" * 100_000 + b"5\r\nabcde\r\n0\r\n\r\n")
    yield "a chunk size of 100 KB", Stream(long, ends=True), "400 invalid_json|closed"
    extension = planet(CHUNKED, b"%x;%b\r\n%b\r\n0\r\n\r\n" % (len(BODY), b"a" * 10**6, BODY))
    yield "a chunk extension of 1 MB", Stream(extension, ends=True), "400 invalid_json|closed"
    trailer = planet(CHUNKED, chunks(BODY, end=b"0\r\nX: " + b"a" * 10**6 + b"\r\n\r\n"))
    yield "a trailer of 1 MB", Stream(trailer, ends=True), "200|400|closed"
    cut = planet(CHUNKED, chunks(BODY[:50], end=b""))
    yield "JSON without the last chunk", Stream(cut, ends=True), "400 invalid_json|closed"
    for kind, head, body in (("CSV", CSV, TABLE), ("NDJSON", NDJSON, BODY + b"\n")):
        refused = "411 length_required"
        for name, sent in {
            "in chunks": chunks(body),
            "in chunks, the last one missing": chunks(body, end=b""),
            "in chunks, then a bad size": chunks(body, end=b"xyz\r\n"),
            "in chunks, and then silence": chunks(body, end=b"5\r\nab"),
        }.items():
            yield f"{kind} {name}", Stream(head + CHUNKED + b"\r\n" + sent), refused
        whole = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
        yield f"{kind} with a length", Stream(whole), "200"
    for coding, expected in {
        "gzip, chunked": "200",
        "chunked, chunked": "200",
        "chunked, identity": "400",
        "identity": "400",
        "x": "400",
    }.items():
        head = f"Transfer-Encoding: {coding}\r\n".encode()
        sent = Stream(planet(head, chunks(BODY)))
        yield f"Transfer-Encoding: {coding}", sent, expected


def lines() -> Iterator[Row]:
    """Broken request lines."""
    for target in (b"//predict", b"///metrics", b"predict", b"*", b"host:80", b"//host/health"):
        yield f"GET {target.decode()}", Stream(get(target)), "404 not_found"
    yield "OPTIONS *", Stream(get(b"*").replace(b"GET", b"OPTIONS")), "404 not_found"
    yield "CONNECT", Stream(get(b"host:80").replace(b"GET", b"CONNECT")), "404 not_found"
    post = GOOD.replace(b" /predict", b" //predict")
    yield "POST //predict", Stream(post), "404 not_found"
    yield "a path that goes up", Stream(get(b"/docs/../../etc/passwd")), "404 not_found"
    yield "a null byte in the path, encoded", Stream(get(b"/%00")), "404 not_found"
    yield "bytes that are not UTF-8 in the path", Stream(get(b"/\xff\xfe")), "400|404 not_found"
    yield "a lower-case method", Stream(get(b"/health").lower().replace(b"http/", b"HTTP/")), "200"
    yield (
        "an unknown method",
        Stream(get(b"/health").replace(b"GET", b"BREW")),
        "405 method_not_allowed",
    )
    yield (
        "a long method",
        Stream(get(b"/health").replace(b"GET", b"G" * 1000)),
        "400|405 method_not_allowed",
    )
    for name, sent in {
        "no target": b"GET HTTP/1.1\r\nHost: here\r\n\r\n",
        "two spaces": b"GET  /health  HTTP/1.1\r\nHost: here\r\n\r\n",
        "a tab": b"GET\t/health HTTP/1.1\r\nHost: here\r\n\r\n",
        "a space in the target": get(b"/he alth"),
        "a null byte in the target": get(b"/\0"),
        "a colon in the method": get(b"/health").replace(b"GET", b"GE:T"),
        "a query without a path": get(b"?x=1"),
        "a path without a slash": get(b"predict/x"),
        "a fraction as a version": get(b"/health", b"HTTP/1.1.1"),
        "HTTP/0.9": b"GET /health\r\n\r\n",
        "HTTP/2.0": get(b"/health", b"HTTP/2.0"),
        "HTTP/3.0": get(b"/health", b"HTTP/3.0"),
        "HTTP/1.9": get(b"/health", b"HTTP/1.9"),
        "http/1.1": get(b"/health", b"http/1.1"),
        "another protocol": get(b"/health", b"ICY/1.1"),
    }.items():
        yield name, Stream(sent, ends=True), "400"
    yield (
        "a request line of 100 KB",
        Stream(get(b"/health?" + b"x" * 100_000)),
        "400|414|431|closed",
    )
    yield "a path of 60 KB", Stream(get(b"/" + b"x" * 60_000)), "404 not_found|400|414|closed"


def headers() -> Iterator[Row]:
    """Broken headers."""
    yield "two hosts", Stream(planet(LENGTH + b"Host: there\r\n")), "400 bad_request"
    yield "the same host twice", Stream(planet(LENGTH + b"Host: here\r\n")), "400 bad_request"
    yield "two hosts in one", Stream(get(b"/health", headers=b"Host: a, b\r\n")), "400 bad_request"
    yield "no host", Stream(get(b"/health", headers=b"")), "400 bad_request"
    yield "an empty host", Stream(get(b"/health", headers=b"Host:\r\n")), "400 bad_request"
    yield "a blank host", Stream(get(b"/health", headers=b"Host:  \r\n")), "400 bad_request"
    yield "a host that is not one", Stream(get(b"/health", headers=b"Host: a b/c\r\n")), "200"
    for name, line in {
        "a space before the colon": b"X-A : 1\r\n",
        "a tab before the colon": b"X-A\t: 1\r\n",
        "a folded header": b"X-A: 1\r\n 2\r\n",
        "a first header that is folded": b" X-A: 1\r\n",
        "no colon": b"X-A\r\n",
        "no name": b": 1\r\n",
        "a null byte in a value": b"X-A: 1\0\r\n",
        "a null byte in a name": b"X\0A: 1\r\n",
        "a bare CR in a value": b"X-A: 1\r2\r\n",
        "a control character in a value": b"X-A: \x01\r\n",
        "a space in a name": b"X A: 1\r\n",
        "a name with a bracket": b"X(A): 1\r\n",
        "a name that is not ASCII": "X-é: 1\r\n".encode(),
        "a header of 1 MB": b"X-A: " + b"a" * 10**6 + b"\r\n",
        "10,000 headers": b"".join(b"X-%d: 1\r\n" % i for i in range(10_000)),
        "101 headers": b"".join(b"X-%d: 1\r\n" % i for i in range(101)),
    }.items():
        yield name, Stream(planet(line + LENGTH)), "400|431|closed"
    yield "a header of 100 KB", Stream(planet(b"X-A: " + b"a" * 10**5 + b"\r\n" + LENGTH)), "200"
    endless = POST + b"X-A: " + b"a" * 500_000
    yield "a header of 500 KB without an end", Stream(endless), "431|closed"
    yield (
        "an id with a line break",
        Stream(planet(LENGTH + b"X-Request-ID: a%0d%0aX: 1\r\n")),
        "200",
    )
    yield (
        "Upgrade to h2c",
        Stream(planet(LENGTH + b"Connection: Upgrade\r\nUpgrade: h2c\r\n")),
        "200",
    )


def ends() -> Iterator[Row]:
    """Requests that stop half-way, and what is not HTTP."""
    half = "closed|400|400 bad_request"
    for name, sent in {
        "nothing": b"",
        "half a method": b"PO",
        "half a request line": b"POST /pre",
        "half a header": POST + b"X-A: 1",
        "a header that lacks the empty line": POST + LENGTH,
        "half a body": GOOD[: -len(BODY) // 2],
        "no body": planet(LENGTH, b""),
    }.items():
        yield f"{name}, then the end", Stream(sent, ends=True), half
    yield (
        "TLS",
        Stream(bytes.fromhex("16030100c8010000c40303") + bytes(189), ends=True),
        "400|closed",
    )
    yield (
        "HTTP/2",
        Stream(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", ends=True),
        "400|closed",
    )
    yield "SSH", Stream(b"SSH-2.0-OpenSSH_9.2\r\n", ends=True), "400|closed"
    yield "Redis", Stream(b"*1\r\n$4\r\nPING\r\n", ends=True), "400|closed"
    yield "a PROXY line", Stream(b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + GOOD), "400|closed"
    yield "zeros", Stream(bytes(10_000), ends=True), "400|closed"
    noise = bytes(i * 7919 % 256 for i in range(10_000))
    yield "noise", Stream(noise, ends=True), "400|closed"
    yield "empty lines", Stream(b"\r\n" * 10_000, ends=True), "400|closed"
    yield "a lone CR", Stream(b"\r", ends=True), "400|closed"
    yield "JSON alone", Stream(BODY, ends=True), "400|closed"
    yield "garbage behind a request", Stream(GOOD + b"\0\1\2\r\n\r\n", answers=2), "200, 400"


def smuggled() -> Iterator[Row]:
    """Requests hidden in others, by a length on which two servers may disagree."""
    hidden = get(b"/nothing")
    inside = planet(b"Content-Length: %d\r\n" % len(hidden), hidden)
    yield "a request as a body", Stream(inside + HEALTH, answers=2), "400 invalid_json, 200"
    both = LENGTH + CHUNKED
    yield "both lengths", Stream(planet(both, chunks(BODY))), "200"
    yield "both lengths, the other way round", Stream(planet(CHUNKED + LENGTH, chunks(BODY))), "200"
    short = b"Content-Length: 4\r\n" + CHUNKED
    yield "a short length and chunks", Stream(planet(short, chunks(BODY)), answers=2), "200"
    ended = planet(b"Content-Length: 100\r\n" + CHUNKED, b"0\r\n\r\n" + hidden)
    yield "CL.TE", Stream(ended, answers=2), "400 invalid_json"
    for name, line in {
        "a space before the colon": b"Transfer-Encoding : chunked\r\n",
        "a folded coding": b"Transfer-Encoding:\r\n chunked\r\n",
        "a vertical tab": b"Transfer-Encoding: \x0bchunked\r\n",
        "a quoted coding": b'Transfer-Encoding: "chunked"\r\n',
    }.items():
        yield f"TE with {name}", Stream(planet(line, chunks(BODY)), answers=2), "400"
    underscored = planet(b"Transfer_Encoding: chunked\r\n", chunks(BODY))
    yield "TE with an underscore", Stream(underscored, answers=2), "400 invalid_json, 400"
    two = planet(b"Transfer-Encoding: identity\r\n" + CHUNKED, chunks(BODY))
    yield "two codings", Stream(two), "200"
    tab = planet(b"Transfer-Encoding:\tchunked\r\n", chunks(BODY))
    yield "a tab before the coding", Stream(tab), "200"
    bare = GOOD.replace(b"\r\n", b"\n")
    yield "bare LF", Stream(bare), "200"
    yield (
        "bare LF in chunks",
        Stream(planet(CHUNKED, chunks(BODY).replace(b"\r\n", b"\n")), ends=True),
        "400 invalid_json",
    )
    yield "bare CR", Stream(GOOD.replace(b"\r\n", b"\r"), ends=True), "400"
    yield (
        "GET with a body",
        Stream(HEALTH.replace(b"\r\n\r\n", b"\r\n" + LENGTH + b"\r\n") + BODY + GOOD, answers=2),
        "200, 200",
    )
    yield (
        "an empty header block",
        Stream(b"POST /predict HTTP/1.1\r\n\r\n" + hidden, answers=2),
        "400 bad_request, 404 not_found",
    )


LENIENT = {
    "Transfer-Encoding: gzip, chunked": "501 bad_request",
    "Transfer-Encoding: chunked, chunked": "501 bad_request",
    "both lengths": "400 bad_request",
    "both lengths, the other way round": "400 bad_request",
    "a short length and chunks": "400 bad_request",
    "CL.TE": "400 bad_request",
    "two codings": "400 bad_request",
    "a tab before the coding": "501 bad_request",
    "the same length twice": "400 bad_request",
    "a header of 100 KB": "400 bad_request",
    "bare LF": "200",
}
"""What granian accepts though it should not, or need not; and what the shipped nginx answers."""
STREAMS = [*good(), *lengths(), *chunked(), *lines(), *headers(), *ends(), *smuggled()]
