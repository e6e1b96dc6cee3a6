"""PostgreSQL databases for tests: one that was emptied is as good as a fresh one, and there ten times as soon."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count

import psycopg
from sqlalchemy import make_url

from storage.migrate import upgrade
from storage.row import table_of
from storage.tables import TABLES

_EMPTY = "SET session_replication_role = replica;" + ";".join(f"DELETE FROM {table_of(model).name}" for model in TABLES)
_SCHEMA = """
SELECT (SELECT version_num FROM alembic_version),
  (SELECT count(*) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
   WHERE relnamespace = current_schema()::regnamespace AND attnum > 0 AND NOT attisdropped)
"""
_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Pool:
    """One worker's databases on one server. One whose schema a test has changed is thrown away."""

    def __init__(self, server: str, name: str, now: datetime) -> None:
        self._server, self._name = server, name
        self._numbers = count(1)
        self._free: list[str] = []
        self._all: list[str] = []
        self._command(f"CREATE DATABASE {name}")
        upgrade(self.url(name), now)
        with psycopg.connect(self._plain(name)) as connection:
            self._schema = connection.execute(_SCHEMA).fetchone()

    def url(self, name: str) -> str:
        """Of a database by its name."""
        url = make_url(self._server).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    @contextmanager
    def database(self) -> Iterator[str]:
        """A migrated, empty database for the length of a block; its URL."""
        name = self._free.pop() if self._free else self._made()
        yield self.url(name)
        if self._is_emptied(name):
            self._free.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Leave none behind."""
        for name in [*self._all, self._name]:
            self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _made(self) -> str:
        name = f"{self._name}_{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {self._name}")
        self._all.append(name)
        return name

    def _drop(self, name: str) -> None:
        self._command(f"DROP DATABASE {name} WITH (FORCE)")
        self._all.remove(name)

    def _is_emptied(self, name: str) -> bool:
        with psycopg.connect(self._plain(name), autocommit=True) as connection:
            connection.execute(_OTHERS)
            is_as_made = connection.execute(_SCHEMA).fetchone() == self._schema
            if is_as_made:
                connection.execute(_EMPTY.encode())
        return is_as_made

    def _plain(self, name: str) -> str:
        return make_url(self._server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def _command(self, command: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(command.encode())
