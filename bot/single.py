"""One process serves a store: a second one that would send its messages again is refused."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

_LOCK = 727_478_312
_TRIES = 10
"""Half a second apart: PostgreSQL may take a moment to see that the process before has died."""


class Taken(Exception):
    """Another process serves this store."""


@contextmanager
def sole_server(url: str) -> Iterator[None]:
    """Hold the store while it is served; it is let go when the process ends, however it ends. Raises `Taken`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        with _locked_database(parsed):
            yield
    elif parsed.database:
        with _locked_file(Path(f"{parsed.database}.lock")):
            yield
    else:
        yield


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken(f"another process serves {path.stem}") from None
        yield


@contextmanager
def _locked_database(url: URL) -> Iterator[None]:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        ask = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=_LOCK)
        for _ in range(_TRIES):
            if connection.execute(ask).scalar_one():
                break
            time.sleep(0.5)
        else:
            raise Taken(f"another process serves the database {url.database}")
        yield
