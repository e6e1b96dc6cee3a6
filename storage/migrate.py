"""Bring a database to this version's schema, after a backup; refuse one that is newer."""

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage import schema
from storage.schema import current, head, refuse_newer, sqlite_path
from storage.wire import owner_engine

_LOCK = 727_478_311


def upgrade(url: str, now: datetime) -> Path | None:
    """Migrate to `head`; returns the backup that was made first, of an SQLite file that had anything to lose."""
    found = current(url)
    refuse_newer(found)
    if found == head():
        return None
    backup = _back_up(url, found, now) if found else None
    with owner_engine(url).begin() as connection:
        _upgrade(connection)
    return backup


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _back_up(url: str, found: str, now: datetime) -> Path | None:
    path = sqlite_path(url)
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
