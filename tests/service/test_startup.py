"""Start-up: the address is checked before the first worker starts."""

from __future__ import annotations

import socket

import pytest

from exohabit.service.admission import Slots
from exohabit.service.settings import Settings
from exohabit.service.startup import find_address, slots_warning


def test_a_free_address_is_returned_as_a_number():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert find_address(Settings(host="localhost", port=port)) in ("127.0.0.1", "::1")


@pytest.mark.parametrize("variable", ["EXOHABIT_PORT", "PORT"])
def test_a_port_in_use_ends_the_process_and_says_what_to_set(variable, monkeypatch):
    for name in ("EXOHABIT_PORT", "PORT"):
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if variable == "EXOHABIT_PORT":  # otherwise none is set
            monkeypatch.setenv(variable, str(port))

        with pytest.raises(SystemExit) as ended:
            find_address(Settings(host="127.0.0.1", port=port))

    why = f"Port {port} of 127.0.0.1 is in use: set {variable} to another one."
    assert str(ended.value) == f"ExoHabit does not start. {why}"


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 64])
def test_an_address_that_cannot_be_used_ends_the_process_with_one_line(host):
    with pytest.raises(SystemExit) as ended:
        find_address(Settings(host=host, port=5000))

    assert str(ended.value).startswith(f"ExoHabit does not start. It cannot listen on {host}")
    assert str(ended.value).count("\n") == 0


@pytest.mark.parametrize(
    ("threads", "large", "accepted"), [(2, 5, 1), (1, 2, 1), (4, 4, 3), (2, 1, 1), (1, 1, 1)]
)
def test_a_number_of_large_requests_that_no_worker_accepts_is_warned_of(threads, large, accepted):
    said = slots_warning(Settings(threads=threads, large_requests=large))

    assert Slots(threads, large).max_large == accepted
    assert bool(said) == (large > accepted)
    assert not said or f"accepts {accepted} at a time" in said
