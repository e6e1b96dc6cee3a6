"""No test leaves this machine: whoever tries is stopped, whatever library they call."""

import ipaddress
import sys

_NAMES = ("localhost", "")


def stay_here() -> None:
    """From now on, in this process; there is no way back."""
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name not in _NAMES and not _is_loopback(name):
        raise PermissionError(f"a test went out to {name}")


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
