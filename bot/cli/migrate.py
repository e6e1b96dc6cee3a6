"""`participabot migrate`: bring the store up to this version, after a backup."""

from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.folder import current_settings, out, problem
from storage.migrate import upgrade
from storage.schema import SchemaProblem, current, head


def migrate() -> None:
    """Bring the store up to this version; an SQLite file is copied first, and the copy is named.

    Doing it again changes nothing. Back up PostgreSQL yourself before.
    """
    url = current_settings().database_url.get_secret_value()
    try:
        before = current(url)
        backup = upgrade(url, datetime.now(UTC))
    except SchemaProblem as wrong:
        problem(f"Not migrated: {wrong}")
    except SQLAlchemyError as failure:
        problem(f"The store cannot be opened: {type(failure).__name__}. Look at PARTICIPABOT_DATABASE_URL.")
    if backup is not None:
        out.print(f"Backup: {backup}")
    if before == head():
        out.print(f"The store is at version {before} already.")
    else:
        out.print(f"The store is now at version {head()}; it was at {before or 'none'}.")
