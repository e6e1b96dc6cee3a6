"""Bring a database to this version's schema, after a backup; refuse one that is newer."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, make_url, text

from storage.wire import owner_engine

Value = TypeVar("Value")

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 727_478_311


class SchemaProblem(Exception):
    """The database is not at this version's schema; the message says what to do."""


def head() -> str:
    """The revision this version of the code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(url: str) -> str:
    """The revision a database is at; empty before the first migration."""
    if _is_absent(url):
        return ""
    return _connected(url, lambda connection: MigrationContext.configure(connection).get_current_revision() or "")


def require_head(url: str) -> None:
    """Raise `SchemaProblem` unless the database is at `head`."""
    found = current(url)
    if found != head():
        _refuse_newer(found)
        raise SchemaProblem(f"the database is at {found or 'no schema'}, this version needs {head()}: run `migrate`")


def upgrade(url: str, now: datetime) -> Path | None:
    """Migrate to `head`; returns the backup that was made first, of an SQLite file that had anything to lose."""
    found = current(url)
    _refuse_newer(found)
    if found == head():
        return None
    backup = _back_up(url, found, now) if found else None
    _connected(url, _upgrade)
    return backup


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refuse_newer(found: str) -> None:
    if not found:
        return
    try:
        ScriptDirectory.from_config(_config()).get_revision(found)
    except CommandError:
        raise SchemaProblem(
            f"the database is at {found}, which this version does not know: a newer version made it, run that one"
        ) from None


def _back_up(url: str, found: str, now: datetime) -> Path | None:
    path = _sqlite_path(url)
    if path is None:
        return None
    backup = path.with_name(f"{path.name}.before-{head()}-{now:%Y%m%dT%H%M%SZ}")
    engine = owner_engine(url)
    with engine.connect() as connection:
        driver = connection.connection.cursor()
        driver.execute("VACUUM INTO ?", (str(backup),))
        driver.close()
    backup.chmod(path.stat().st_mode & 0o777)
    return backup


def _sqlite_path(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _is_absent(url: str) -> bool:
    path = _sqlite_path(url)
    return path is not None and not path.exists()


def _connected(url: str, work: Callable[[Connection], Value]) -> Value:
    engine = owner_engine(url)
    with engine.begin() as connection:
        return work(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
