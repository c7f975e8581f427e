"""A TAP service on this machine that answers as the archive does, or fails in many ways."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from exohabit.catalog.rows import ALL_COLUMNS

PAGE = b"<!DOCTYPE html>\n<html><title>Access denied</title></html>\n"
XML = b'<?xml version="1.0"?>\n<VOTABLE><INFO value="ERROR">ORA-00904</INFO></VOTABLE>\n'
Answer = Callable[["Handler", bytes], None]
"""Sends an answer to a request for a table."""


class TapServer(ThreadingHTTPServer):
    """Serves one table; `answers` are used up one by one, and the last one stays."""

    daemon_threads = True

    def __init__(self, table: bytes, answers: list[Answer], *, count: bytes | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.table = table
        self.answers = answers
        self.count = b"count(*)\n%d\n" % (table.count(b"\n") - 1) if count is None else count
        self.queries: list[str] = []
        self.asked = threading.Event()
        """Set when the table was asked for."""
        self.is_over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/TAP/sync"

    def handle_error(self, *_) -> None:
        """Say nothing: clients close connections."""


class Handler(BaseHTTPRequestHandler):
    """Answers a request; with `count(*)` in its query always well."""

    protocol_version = "HTTP/1.1"
    server: TapServer

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query).get("query", [""])[0]
        self.server.queries.append(query)
        if "count(*)" in query:
            send(self, self.server.count)
            return
        self.server.asked.set()
        answers = self.server.answers
        answer = answers[0] if len(answers) == 1 else answers.pop(0)
        answer(self, self.server.table)

    def log_message(self, *_) -> None:
        """Keep the log empty."""


@contextmanager
def serve(table: bytes, *answers: Answer, count: bytes | None = None) -> Iterator[TapServer]:
    """Run a server until the context ends."""
    with TapServer(table, [*answers] or [send], count=count) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()


def send(handler: Handler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"content_length": str(len(body)), **headers}.items():
        if value:
            handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def fail(status: int, **headers: str) -> Answer:
    return lambda handler, _: send(handler, PAGE, status, **headers)


def change(edit: Callable[[bytes], bytes], **headers: str) -> Answer:
    """Send the table, changed."""
    return lambda handler, table: send(handler, edit(table), **headers)


def compressed_transfer(handler: Handler, table: bytes) -> None:
    """Send the table compressed, if the client accepts that."""
    if handler.headers["Accept-Encoding"] == "gzip":
        send(handler, gzip.compress(table), content_encoding="gzip")
    else:
        send(handler, PAGE, 406)


damaged_transfer = change(lambda table: b"\x1f\x8b" + table, content_encoding="gzip")


def lose_column(name: str) -> Answer:
    """Send the table under a header with another name for a column."""
    assert name in ALL_COLUMNS
    return change(lambda table: table.replace(name.encode(), b"other", 1))


def stall(handler: Handler, table: bytes) -> None:
    """Send half of the table, and then nothing."""
    send(handler, table[: len(table) // 2], content_length=str(len(table)))
    handler.server.is_over.wait()


def never_answer(handler: Handler, _: bytes) -> None:
    handler.server.is_over.wait()


def reset(handler: Handler, table: bytes) -> None:
    """Send half of the table, and reset the connection."""
    send(handler, table[: len(table) // 2], content_length=str(len(table)))
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_WR)


def close(handler: Handler, table: bytes) -> None:
    """Send half of the table, and close the connection."""
    send(handler, table[: len(table) // 2], content_length=str(len(table)))
    handler.close_connection = True


def drip(handler: Handler, table: bytes) -> None:
    """Send the table byte by byte."""
    send(handler, b"", content_length=str(len(table)))
    _drip(handler, table)


def drip_headers(handler: Handler, _: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _drip(handler, b"X-Much: much\r\n" * 99)


def _drip(handler: Handler, content: bytes) -> None:
    for position in range(len(content)):
        if handler.server.is_over.wait(0.02):
            return
        handler.wfile.write(content[position : position + 1])


def never_end(handler: Handler, table: bytes) -> None:
    """Send rows until the client closes the connection."""
    send(handler, table, content_length="")
    with suppress(OSError):
        while not handler.server.is_over.is_set():
            handler.wfile.write(table * 100)
    handler.close_connection = True


def never_end_compressed(handler: Handler, table: bytes) -> None:
    """Send a small body that is large when it is decompressed."""
    send(handler, gzip.compress(table + bytes(2**27)), content_encoding="gzip")


def redirect(location: str, status: int = 302) -> Answer:
    return fail(status, location=location)


def redirect_to_itself(handler: Handler, _: bytes) -> None:
    send(handler, PAGE, 302, location=handler.path)
