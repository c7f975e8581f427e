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


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid", "a" * 64])
def test_an_address_that_cannot_be_used_ends_the_process_with_one_line(host, capsys):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = Settings(host=host, port=server.getsockname()[1])

        with pytest.raises(SystemExit) as ended:
            find_address(settings)

    assert str(ended.value).startswith(f"ExoHabit does not start. It cannot listen on {host}")
    assert str(ended.value).count("\n") == 0
