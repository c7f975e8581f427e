"""A fake Redis that counts as the service's script does, and can send wrong replies."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import BinaryIO

from bench.servers import HOST

Lie = Callable[[socket.socket, bytes], None]
"""Sends another reply to a command; it gets the right one."""
TOO_LATE = 0.15
"""Seconds; the service waits for 0.09."""


class FakeRedis:
    """Listens on its own port; `lie`, if set, answers every EVAL."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self.url = f"redis://{HOST}:{self._listener.getsockname()[1]}/0"
        self.counts: Counter[str] = Counter()
        self.lie: Lie | None = None
        self.lies_at_connecting = False
        """Whether it also lies to the first commands, AUTH and SELECT."""
        self._is_closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def counted(self, part: str) -> int:
        """Return the sum of the counts of all keys that contain a text."""
        return sum(number for key, number in self.counts.items() if part in key)

    def close(self) -> None:
        self._is_closed = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # also ends a thread that is in accept()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with (
            suppress(OSError, ValueError, IndexError),
            connection,
            connection.makefile("rb") as file,
        ):
            if self.lie in (close, reset):
                self.lie(connection, b"")
            while (command := _read_command(file)) and not self._is_closed:
                right = self._run(command)
                lies = self.lie and (command[0] == b"EVAL" or self.lies_at_connecting)
                (self.lie if lies else socket.socket.sendall)(connection, right)

    def _run(self, command: list[bytes]) -> bytes:
        if command[0] != b"EVAL":
            return b"+OK\r\n"
        number = int(command[2])
        token, amount, *seconds = map(int, command[3 + number :])
        numbers = [token]
        for key, each in zip(command[3 : 3 + number], seconds, strict=True):
            self.counts[key.decode()] += amount
            numbers += [self.counts[key.decode()], each * 1000]
        return integers(*numbers)


def integers(*numbers: object) -> bytes:
    """Return an array as Redis sends it."""
    return b"*%d\r\n" % len(numbers) + b"".join(f":{each}\r\n".encode() for each in numbers)


def _read_command(file: BinaryIO) -> list[bytes]:
    """Return the next command; nothing at the end."""
    if not (line := file.readline()):
        return []
    return [file.read(int(file.readline()[1:]) + 2)[:-2] for _ in range(int(line[1:]))]


@contextmanager
def fake_redis() -> Iterator[FakeRedis]:
    """Run a fake Redis until the end of the test."""
    fake = FakeRedis()
    try:
        yield fake
    finally:
        fake.lie = None
        fake.close()


# Lies that are more than a few bytes.


def send(content: bytes, connection: socket.socket, _right: bytes) -> None:
    connection.sendall(content)


def change(how: Callable[[bytes], bytes], connection: socket.socket, right: bytes) -> None:
    connection.sendall(how(right))


def close(connection: socket.socket, _right: bytes) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def reset(connection: socket.socket, _right: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.detach()  # `shutdown` would send FIN before RST
    raise OSError


def close_after(number: int, connection: socket.socket, right: bytes) -> None:
    connection.sendall(right[:number])
    connection.shutdown(socket.SHUT_RDWR)


def stop_after(number: int, connection: socket.socket, right: bytes) -> None:
    connection.sendall(right[:number])


def be_late(connection: socket.socket, right: bytes) -> None:
    time.sleep(TOO_LATE)
    connection.sendall(right)


def dribble(pause: float, connection: socket.socket, right: bytes) -> None:
    """Send the right reply, with a long number first, byte by byte."""
    for byte in b"*3\r\n:" + b"0" * 10_000 + right[right.index(b":") + 1 :]:
        connection.sendall(bytes([byte]))
        time.sleep(pause)


def endless(head: bytes, repeated: bytes, connection: socket.socket, _right: bytes) -> None:
    """Send the same for ever, until the other side closes."""
    connection.sendall(head)
    while True:
        connection.sendall(repeated * 1000)


def changed(number: int, value: str) -> Lie:
    """Return a lie that changes one number of the right reply."""

    def how(right: bytes) -> bytes:
        lines = right.split(b"\r\n")
        lines[1 + number] = value.encode()
        return b"\r\n".join(lines)

    return partial(change, how)


def twice(right: bytes) -> bytes:
    return right + right


def earlier(right: bytes) -> bytes:
    """Return the reply to the command before."""
    lines = right.split(b"\r\n")
    lines[1] = b":%d" % (int(lines[1][1:]) - 1)
    return b"\r\n".join(lines)


MESSAGES = {
    "a status": b"+OK\r\n",
    "a status that is a number": b"+1\r\n",
    "PONG": b"+PONG\r\n",
    "a subscription": b"*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n",
    "ERR": b"-ERR unknown command\r\n",
    "an error without a text": b"-\r\n",
    "NOSCRIPT": b"-NOSCRIPT No matching script\r\n",
    "LOADING": b"-LOADING Redis is loading the dataset in memory\r\n",
    "READONLY": b"-READONLY You can't write against a read only replica.\r\n",
    "OOM": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "MISCONF": b"-MISCONF Redis is configured to save RDB snapshots\r\n",
    "WRONGTYPE": b"-WRONGTYPE Operation against a key\r\n",
    "NOAUTH": b"-NOAUTH Authentication required.\r\n",
    "MOVED": b"-MOVED 3999 127.0.0.1:1\r\n",
    "ASK": b"-ASK 3999 127.0.0.1:1\r\n",
    "CLUSTERDOWN": b"-CLUSTERDOWN The cluster is down\r\n",
    "BUSY": b"-BUSY Redis is busy running a script\r\n",
    "an error with a line of 3 KB": b"-ERR " + b"%s" * 1500 + b"\r\n",
    "one integer": b":1\r\n",
    "an integer without digits": b":\r\n",
    "an integer of 4,000 digits": b":" + b"9" * 4000 + b"\r\n",
    "an integer that is a float": b":1.5\r\n",
    "null": b"$-1\r\n",
    "null for an array": b"*-1\r\n",
    "an empty text": b"$0\r\n\r\n",
    "a text": b"$5\r\n1 2 3\r\n",
    "a text that is not UTF-8": b"$2\r\n\xff\xfe\r\n",
    "a text of negative length": b"$-5\r\n",
    "a text whose length is not a number": b"$x\r\n",
    "an empty array": b"*0\r\n",
    "an array of negative length": b"*-7\r\n",
    "an array whose length is not a number": b"*x\r\n",
    "an array of errors": b"*3\r\n:0\r\n-ERR a\r\n-ERR b\r\n",
    "an array of nulls": b"*3\r\n$-1\r\n$-1\r\n$-1\r\n",
    "an array of texts": b"*3\r\n$1\r\n0\r\n$1\r\n1\r\n$1\r\n9\r\n",
    "an array of arrays": b"*3\r\n*1\r\n:1\r\n*1\r\n:1\r\n*1\r\n:1\r\n",
    "RESP3: null": b"_\r\n",
    "RESP3: true": b"#t\r\n",
    "RESP3: a double": b",1.5\r\n",
    "RESP3: a big number": b"(1\r\n",
    "RESP3: a map": b"%1\r\n:1\r\n:1\r\n",
    "RESP3: a set": b"~3\r\n:1\r\n:1\r\n:1\r\n",
    "RESP3: a push": b">2\r\n+invalidate\r\n*0\r\n",
    "RESP3: a verbatim text": b"=5\r\ntxt:1\r\n",
    "RESP3: an array of booleans": b"*3\r\n#t\r\n#t\r\n#t\r\n",
    "an empty line": b"\r\n",
    "zeros": bytes(100),
    "noise": bytes(range(255, -1, -1)) + b"\r\n",
    "HTTP": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "TLS": b"\x15\x03\x03\x00\x02\x02\x46",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
}
LIES: dict[str, Lie] = {
    **{name: partial(send, content) for name, content in MESSAGES.items()},
    "too few numbers": partial(
        change, lambda right: b"*2" + right[2:-2].rpartition(b"\r\n")[0] + b"\r\n"
    ),
    "too many numbers": partial(change, lambda right: b"*4" + right[2:] + b":1\r\n"),
    "far too many numbers": partial(change, lambda _: integers(*range(1000))),
    "nested once more": partial(change, lambda right: b"*1\r\n" + right),
    "the reply to an earlier command": partial(change, earlier),
    "a token that is a text": changed(0, "+1"),
    "a negative count": changed(1, ":-1"),
    "a count of 2^53": changed(1, f":{2**53}"),
    "a count of 2^64": changed(1, f":{2**64}"),
    "a count of 400 digits": changed(1, ":" + "9" * 400),
    "a count that is a float": changed(1, "+1.0"),
    "a count that is true": changed(1, "#t"),
    "a negative time": changed(2, ":-1"),
    "a time that is too long": changed(2, f":{10**12}"),
    "no answer": partial(send, b""),
    "closes": close,
    "resets": reset,
    "closes in the middle": partial(close_after, 7),
    "closes before the last byte": partial(close_after, -1),
    "stops in the middle": partial(stop_after, 7),
    "stops before the last byte": partial(stop_after, -1),
    "the right reply too late": be_late,
    "a byte every 80 ms": partial(dribble, 0.08),
    "a byte every 2 ms": partial(dribble, 0.002),
    "an endless text": partial(endless, b"$1000000000\r\n", b"x"),
    "an endless array": partial(endless, b"*1000000000\r\n", b":1\r\n"),
    "endless nesting": partial(endless, b"", b"*1\r\n"),
    "an endless line": partial(endless, b"+", b"x"),
    "endless line ends": partial(endless, b"", b"\r\n"),
    "endless pushes": partial(endless, b"", b">1\r\n+a\r\n"),
}
"""Wrong replies, by name."""
HALF_RIGHT: dict[str, Lie] = {
    "every reply twice": partial(change, twice),
    "a surplus status": partial(change, lambda right: right + b"+OK\r\n"),
    "a surplus error": partial(change, lambda right: right + b"-ERR\r\n"),
    "a surplus half reply": partial(change, lambda right: right + right[:7]),
}
"""The right reply, followed by something that could be mistaken for the next reply."""
