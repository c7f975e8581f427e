"""Half-sent headers: clients that open connections and never finish a header."""

from __future__ import annotations

import errno
import resource
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.servers import HOST

HEAD = b"POST /predict HTTP/1.1\r\nHost: here\r\nX-Slow: "


@dataclass
class Attack:
    """What an attack has done so far."""

    wanted: int
    open: int = 0
    opened: int = 0
    closed: int = 0
    """By the other side."""
    is_over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def half_sent_headers(port: int, number: int, header: bytes = HEAD) -> Iterator[Attack]:
    """Keep so many connections open that have sent half a header, and replace those that end."""
    _raise_file_limit(number)
    attack = Attack(number)
    thread = threading.Thread(target=_keep_open, args=(port, header, attack), daemon=True)
    thread.start()
    try:
        yield attack
    finally:
        attack.is_over.set()
        thread.join(30)


def _raise_file_limit(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = number + 1000
    assert hard == resource.RLIM_INFINITY or hard >= needed, f"needs {needed} open files"
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _keep_open(port: int, header: bytes, attack: Attack) -> None:
    selector = selectors.EpollSelector()
    try:
        while not attack.is_over.is_set():
            for _ in range(min(200, attack.wanted - attack.open)):
                _open(selector, port, header, attack)
            for key, events in selector.select(0.01):
                _handle(selector, key, events, attack)
    finally:
        for key in list(selector.get_map().values()):
            key.fileobj.close()
        selector.close()


def _open(selector: selectors.BaseSelector, port: int, header: bytes, attack: Attack) -> None:
    connection = socket.socket()
    connection.setblocking(False)
    started = connection.connect_ex((HOST, port))
    if started not in (0, errno.EINPROGRESS):
        connection.close()
        return
    selector.register(connection, selectors.EVENT_WRITE, header)
    attack.open += 1
    attack.opened += 1


def _handle(
    selector: selectors.BaseSelector, key: selectors.SelectorKey, events: int, attack: Attack
) -> None:
    connection = key.fileobj
    try:
        if events & selectors.EVENT_WRITE:
            connection.sendall(key.data)
            selector.modify(connection, selectors.EVENT_READ)
            return
        connection.recv(1000)  # an answer or an end: a half-sent request gets no second try
    except OSError:
        pass
    selector.unregister(connection)
    connection.close()
    attack.open -= 1
    attack.closed += 1
