"""Start-up: the address is checked before the first worker starts."""

from __future__ import annotations

import socket

import pytest

from exohabit.service.settings import Settings
from exohabit.service.startup import find_address


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
