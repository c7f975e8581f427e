"""Log writer: the format of lines, and lines that cannot be written."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import sys
import threading
from datetime import UTC, datetime

import pytest

from app import create_app
from exohabit.service import log_writer
from exohabit.service.log_writer import JSONFormatter, LineWriter, TextFormatter
from tests.running import python
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")

FIELDS = {"request_id": "a1", "method": "GET", "route": "/docs/<name>", "status": 200, "ms": 1.5}
SOON = 20
"""Seconds in which lines must arrive, even on a busy machine."""


def record(message: str = "request", level: int = logging.INFO, **more) -> logging.LogRecord:
    made = logging.LogRecord("exohabit.service.access_log", level, __file__, 1, message, (), None)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def error_record() -> logging.LogRecord:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        return record("request a1 failed", logging.ERROR, exc_info=sys.exc_info())


def test_a_request_is_one_line_of_json_with_its_fields():
    text = JSONFormatter().format(record(event=FIELDS))

    line = json.loads(text)
    assert "\n" not in text
    assert list(line) == ["time", "level", "message", *FIELDS]
    assert line.items() >= {"level": "info", "message": "request", **FIELDS}.items()
    assert abs(datetime.fromisoformat(line["time"]) - datetime.now(UTC)).total_seconds() < SOON


def test_a_message_without_fields_is_a_line_of_json_too():
    line = json.loads(JSONFormatter().format(record('"quoted"\nünicode', logging.WARNING)))

    assert list(line) == ["time", "level", "message"]
    assert (line["level"], line["message"]) == ("warning", '"quoted"\nünicode')


def test_an_exception_is_part_of_its_line_of_json():
    text = JSONFormatter().format(error_record())

    assert "\n" not in text
    line = json.loads(text)
    assert (line["level"], line["message"]) == ("error", "request a1 failed")
    assert line["exception"].startswith("Traceback (most recent call last):")
    assert line["exception"].endswith("ValueError: two\nlines")


def test_as_text_a_line_begins_with_the_main_fields():
    text = TextFormatter().format(record(event={**FIELDS, "planets": 3, "key": "team"}))

    pattern = r"\d\d:\d\d:\d\d 200 GET /docs/<name> 1\.5 ms request_id=a1 planets=3 key=team"
    assert re.fullmatch(pattern, text)


def test_as_text_an_exception_follows_the_message():
    text = TextFormatter().format(error_record())

    assert re.match(r"\d\d:\d\d:\d\d ERROR request a1 failed\nTraceback ", text)
    assert text.endswith("ValueError: two\nlines")


def test_as_text_the_fields_of_another_message_follow_it():
    failed = {"request_id": "a1", "method": "POST", "route": "/rank"}

    text = TextFormatter().format(record("it failed", logging.ERROR, event=failed))

    pattern = r"\d\d:\d\d:\d\d ERROR it failed request_id=a1 method=POST route=/rank"
    assert re.fullmatch(pattern, text)


@pytest.mark.parametrize(
    ("form", "is_terminal", "formatter"),
    [
        ("json", True, JSONFormatter),
        ("text", False, TextFormatter),
        ("auto", True, TextFormatter),
        ("auto", False, JSONFormatter),
    ],
)
def test_the_format_follows_the_settings_or_the_terminal(
    stub, monkeypatch, form, is_terminal, formatter
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)

    create_app(new_settings(log=form), stub)

    (writer,) = (each for each in logging.getLogger("exohabit.service").handlers)
    assert isinstance(writer.formatter, formatter)


def test_off_writes_no_requests_and_a_second_app_does_not_write_twice(stub):
    log = logging.getLogger("exohabit.service")

    create_app(new_settings(log="json"), stub)
    create_app(new_settings(log="json"), stub)
    assert (len(log.handlers), log.getEffectiveLevel()) == (1, logging.INFO)

    create_app(new_settings(log="off"), stub)
    assert (log.handlers, log.getEffectiveLevel()) == ([], logging.WARNING)


class Writing:
    """A writer to a descriptor that counts its lost lines."""

    def __init__(self, descriptor: int) -> None:
        self.lost = 0
        self.writer = LineWriter(descriptor, self._lose)
        self.log = logging.Logger("test", logging.INFO)
        self.log.addHandler(self.writer)

    def _lose(self, lines: int) -> None:
        self.lost += lines

    def end(self) -> None:
        """Write all lines, and wait for the thread to end."""
        self.writer.close()
        if self.writer._thread:
            self.writer._thread.join(SOON)
            assert not self.writer._thread.is_alive()


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    with open(reading, "rb") as reader, open(writing, "wb", buffering=0) as writer:  # noqa: PTH123
        yield reader, writer


def test_lines_arrive_whole_and_in_order_from_many_threads(pipe):
    reader, descriptor = pipe
    writing = Writing(descriptor.fileno())

    def write(thread: int) -> None:
        for number in range(200):
            writing.log.info("%d %d %s", thread, number, "x" * 50)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    lines = [reader.readline() for _ in range(800)]
    writing.end()

    arrived = [tuple(map(int, line.split()[:2])) for line in lines]
    assert all(line.endswith(b" " + b"x" * 50 + b"\n") for line in lines)
    for thread in range(4):
        assert [number for sender, number in arrived if sender == thread] == list(range(200))
    assert writing.lost == 0


def test_text_that_is_not_utf_8_is_escaped(pipe):
    reader, descriptor = pipe
    writing = Writing(descriptor.fileno())

    writing.log.info("a\ud800ä")

    assert reader.readline() == "a\\ud800ä\n".encode()
    writing.end()


def test_a_line_that_cannot_be_formatted_does_not_affect_others(pipe, capsys):
    reader, descriptor = pipe
    writing = Writing(descriptor.fileno())

    for argument in (1, "not a number", 2):
        writing.log.info("%d", argument)
    writing.end()
    descriptor.close()

    assert reader.read() == b"1\n2\n"
    assert "not a number" in capsys.readouterr().err


def test_flush_waits_until_all_lines_are_written(tmp_path):
    with (tmp_path / "log").open("wb") as file:
        writing = Writing(file.fileno())
        for number in range(500):
            writing.log.info("%d", number)

        writing.writer.flush()

        assert (tmp_path / "log").read_text().split() == [str(number) for number in range(500)]
        writing.end()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_on_a_full_disk_lines_are_lost_and_counted():
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123
        writing = Writing(full.fileno())
        for _ in range(100):
            writing.log.info("line")
        writing.end()

    assert writing.lost == 100


def test_when_a_disk_has_space_again_lines_are_written_again(tmp_path, monkeypatch):
    is_full = threading.Event()
    is_full.set()
    write = os.write

    def write_if_there_is_space(descriptor: int, content: bytes) -> int:
        if is_full.is_set():
            raise OSError(28, "No space left on device")
        return write(descriptor, content)

    monkeypatch.setattr(log_writer.os, "write", write_if_there_is_space)
    with (tmp_path / "log").open("wb") as file:
        writing = Writing(file.fileno())
        writing.log.info("lost")
        writing.writer.flush()
        is_full.clear()
        writing.log.info("kept")
        writing.end()

    assert (tmp_path / "log").read_text() == "kept\n"
    assert writing.lost == 1


def test_to_a_closed_descriptor_lines_are_lost_and_counted(tmp_path):
    with (tmp_path / "log").open("wb") as file:
        closed = fcntl.fcntl(file.fileno(), fcntl.F_DUPFD, 900)  # a number that is not reused
    os.close(closed)
    writing = Writing(closed)

    for _ in range(100):
        writing.log.info("line")
    writing.end()

    assert writing.lost == 100


def test_partial_writes_lose_and_repeat_nothing(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(log_writer.os, "write", lambda to, content: write(to, content[:7]))
    with (tmp_path / "log").open("wb") as file:
        writing = Writing(file.fileno())
        for number in range(50):
            writing.log.info("line %d", number)
        writing.end()

    assert (tmp_path / "log").read_text() == "".join(f"line {number}\n" for number in range(50))


def test_a_pipe_that_nobody_reads_blocks_nothing_and_lost_lines_are_counted(pipe, monkeypatch):
    reader, descriptor = pipe
    monkeypatch.setattr(log_writer, "_MAX_WAITING", 500)
    writing = Writing(descriptor.fileno())
    sent = 5000

    def send() -> None:
        for number in range(sent):
            writing.log.info("%d %s", number, "x" * 1000)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    sender.join(SOON)
    assert not sender.is_alive()
    assert writing.lost > 0

    arrived: list[int] = []
    listener = threading.Thread(target=lambda: arrived.extend(numbers_in(reader)))
    listener.start()
    writing.end()
    descriptor.close()
    listener.join(SOON)

    assert arrived == sorted(arrived)
    assert len(arrived) + writing.lost == sent


def numbers_in(reader) -> list[int]:
    return [int(line.split()[0]) for line in reader]


def test_a_service_whose_log_nobody_reads_answers_and_counts_lost_lines(stub, pipe, monkeypatch):
    reader, descriptor = pipe
    monkeypatch.setattr(log_writer, "_STDOUT", descriptor.fileno())
    monkeypatch.setattr(log_writer, "_MAX_WAITING", 10)
    client = create_app(new_settings(log="json"), stub).test_client()
    fcntl.fcntl(descriptor.fileno(), fcntl.F_SETPIPE_SZ, 4096)

    statuses = {client.get("/model").status_code for _ in range(200)}
    metrics = client.get("/metrics").text
    listener = threading.Thread(target=reader.readlines)
    listener.start()
    (writer,) = logging.getLogger("exohabit.service").handlers
    create_app(new_settings(log="off"), stub)
    writer._thread.join(SOON)
    descriptor.close()
    listener.join(SOON)

    assert statuses == {200}
    lost = re.search(r"^exohabit_log_lines_lost_total (\d+)\.0$", metrics, re.M)
    assert 100 < int(lost[1]) < 200


WRITE_AND_END = """
import logging
from exohabit.service.log_writer import LineWriter, JSONFormatter
writer = LineWriter(1, print)
writer.setFormatter(JSONFormatter())
log = logging.getLogger("exohabit.service")
log.addHandler(writer)
for number in range(300):
    log.warning("%d", number)
"""


def test_the_last_lines_are_written_before_the_process_ends():
    done = python("-c", WRITE_AND_END)

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["message"] for line in lines] == [str(number) for number in range(300)]
