"""The version of a database's schema, and the one this code needs; `storage.migrate` leads from one to the other.

A server only looks: it does without the migrations' library and its memory.
"""

from pathlib import Path

from sqlalchemy import inspect, make_url, text

from storage.wire import owner_engine

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaProblem(Exception):
    """The database is not at this version's schema; the message says what to do."""


def head() -> str:
    """The revision this version of the code needs: the last of the migrations, which are numbered."""
    return max(known())


def known() -> frozenset[str]:
    """Every revision this version knows; a migration's file begins with its own."""
    return frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def current(url: str) -> str:
    """The revision a database is at; empty before the first migration."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return ""
    with owner_engine(url).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def require_head(url: str) -> None:
    """Raise `SchemaProblem` unless the database is at `head`."""
    found = current(url)
    if found != head():
        refuse_newer(found)
        raise SchemaProblem(f"the database is at {found or 'no schema'}, this version needs {head()}: run `migrate`")


def refuse_newer(found: str) -> None:
    """Raise `SchemaProblem` where a later version of the code made the database."""
    if found and found not in known():
        raise SchemaProblem(
            f"the database is at {found}, which this version does not know: a newer version made it, run that one"
        )


def sqlite_path(url: str) -> Path | None:
    """The file of an embedded store."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
