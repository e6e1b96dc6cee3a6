"""The store's one connection, and what SQLite and PostgreSQL call differently."""

import logging
import re
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from storage.guard import guard_compiler, watch
from storage.prepared import Cursor, Prepared

APP_ROLE = "participabot_app"
"""On PostgreSQL: the role that turns run as. It owns nothing, so row-level security binds it."""

_TENANT = re.compile(r"[a-z][a-z0-9-]{0,38}|\*")
_SQLITE_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000")
_RUN_AGAIN = {"40P01", "40001", "23505", "55P03"}
_WAIT_TOGETHER = "SET LOCAL lock_timeout = '200ms'"
"""Two groups may each wait for what the other has locked: PostgreSQL looks for that after a second, and neither does
anything meanwhile. So a group does not wait for long; its turns, run again one by one, lock less and wait."""

# Its debug lines quote whole rows.
logging.getLogger("sqlalchemy.engine.Engine").addFilter(lambda record: record.levelno > logging.DEBUG)


class Wire:
    """A connection that turns share: a group is a transaction, a turn is a savepoint in it.

    What it asks of the database to go from one turn to the next is one round trip on PostgreSQL.
    """

    def __init__(self, engine: Engine) -> None:
        self.connection = engine.connect()
        self.dialect = engine.dialect.name
        driver: Any = self.connection.connection.driver_connection
        self._driver, self.cursor = driver, cast(Cursor, driver.cursor())
        self._info = self.connection.info
        self._group: RootTransaction | None = None
        self._before: list[str] = []

    def begin(self, *, is_shared: bool = False) -> None:
        """Begin a group, of several turns or of one."""
        self._before = [_WAIT_TOGETHER] if is_shared and self.dialect == "postgresql" else []
        self._group = self.connection.begin()

    def commit(self) -> None:
        """Make the group durable."""
        group, self._group = self._group, None
        if group:
            group.commit()

    def enter(self, tenant_id: str) -> None:
        """Begin a turn of a tenant."""
        self._run(*self._before, "SAVEPOINT turn", *self._name(tenant_id))
        self._before = []

    def move(self, tenant_id: str) -> None:
        """Go on as another tenant in the same turn."""
        self._run(*self._name(tenant_id))

    def leave(self) -> None:
        """End a turn well."""
        self._before = ["RELEASE SAVEPOINT turn"]

    def undo(self) -> None:
        """End a turn as if it had never been."""
        self._run(*self._before, "ROLLBACK TO SAVEPOINT turn")
        self._before = ["RELEASE SAVEPOINT turn"]

    @property
    def is_open(self) -> bool:
        """Whether the group's transaction is still there: some failures end it on their own."""
        return bool(self._driver.in_transaction if self.dialect == "sqlite" else not self._driver.closed)

    @property
    def is_lost(self) -> bool:
        """Whether the server has gone."""
        return self.dialect == "postgresql" and bool(self._driver.closed)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def drop(self) -> None:
        """Close the connection whatever state it is in; an open group is forgotten."""
        self.connection.invalidate()
        self.connection.close()

    def _name(self, tenant_id: str) -> list[str]:
        if tenant_id != self._info.get("tenant") and not _TENANT.fullmatch(tenant_id):
            raise ValueError(f"not a tenant's id: {tenant_id!r}")
        self._info["tenant"] = tenant_id
        return [f"SET LOCAL app.tenant = '{tenant_id}'"] if self.dialect == "postgresql" else []

    def _run(self, *commands: str) -> None:
        if self.dialect == "postgresql" and commands:
            self._driver.execute("; ".join(commands), prepare=False)
        else:
            for command in commands:
                self.cursor.execute(command, ())


def runs_again(error: BaseException) -> bool:
    """Whether PostgreSQL gave up a turn for the sake of another: run again, it may succeed."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) in _RUN_AGAIN


def engine_for(url: str) -> Engine:
    """An engine with one connection at a time, guarded, and ready for turns."""
    engine = owner_engine(url)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _set_role)
    watch(engine)
    _share_savepoints(engine.dialect)
    return engine


def owner_engine(url: str) -> Engine:
    """An engine without guard or role, for migrations."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        options: dict[str, object] = {"isolation_level": None, "check_same_thread": False}
        engine = create_engine(parsed, poolclass=NullPool, connect_args=options, hide_parameters=True)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_immediate)
    else:
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = {"autocommit": True, "options": "-c timezone=UTC"}
        engine = create_engine(parsed, poolclass=NullPool, connect_args=options, hide_parameters=True)
        event.listen(engine, "begin", _begin)
    return engine


def prepare(engine: Engine, statements: Iterable[Prepared]) -> None:
    """Compile statements in the words that the driver's cursor reads."""
    dialect: Any = type(engine.dialect)
    positional = dialect(paramstyle="qmark" if engine.dialect.name == "sqlite" else "format")
    guard_compiler(positional)
    for statement in statements:
        statement.prepare(positional)


def _share_savepoints(dialect: Any) -> None:
    """The savepoint that the ORM's session asks for is the turn's own: it is there already, and stays."""

    def back_to_turn(connection: Connection, _name: str) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute("ROLLBACK TO SAVEPOINT turn").close()

    dialect.do_savepoint = dialect.do_release_savepoint = lambda _connection, _name: None
    dialect.do_rollback_to_savepoint = back_to_turn


def _set_pragmas(driver: Any, _record: object) -> None:
    for pragma in _SQLITE_PRAGMAS:
        driver.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE").close()


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN", prepare=False).close()


def _set_role(driver: Any, _record: object) -> None:
    driver.execute(f"SET ROLE {APP_ROLE}").close()
