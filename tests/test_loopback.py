"""What keeps the tests on this machine keeps them there."""

import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "participa.example.org"])
def test_nobody_leaves(host: str) -> None:
    with pytest.raises(PermissionError, match="went out"):
        socket.create_connection((host, 80), 0.1)


def test_who_stays_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), 1).close()
