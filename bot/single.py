"""One process owns an SQLite store: a second one that would send its messages again is refused."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


class Taken(Exception):
    """Another process serves this store."""


@contextmanager
def sole_server(url: str) -> Iterator[None]:
    """Hold the store while it is served; the system lets go when the process ends, however it ends. Raises `Taken`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        yield
        return
    with Path(f"{parsed.database}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken(f"another process serves {parsed.database}") from None
        yield
