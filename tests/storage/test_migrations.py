"""The schema is the models', by one history; what is there is backed up; what is newer is refused."""

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from storage import schema as schemas
from storage.database import Store
from storage.migrate import upgrade
from storage.row import table_of
from storage.schema import SchemaProblem, current, head, require_head
from storage.tables import TABLES
from storage.wire import APP_ROLE, owner_engine
from tests.conftest import NOW
from tests.storage.rows import add_rows

POSTGRES_SCHEMA = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
    "FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'",
)
SQLITE_SCHEMA = (
    "SELECT name, wr, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    'SELECT t.name, c.name, c.type, c."notnull", c.pk FROM pragma_table_list t, pragma_table_info(t.name) c '
    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    'SELECT t.name, f."table", group_concat(f."from"), group_concat(f."to"), f.on_update, f.on_delete '
    "FROM pragma_table_list t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' GROUP BY t.name, f.id",
    'SELECT t.name, i."unique", i.origin, i.partial, group_concat(x.name) FROM pragma_table_list t, '
    "pragma_index_list(t.name) i, pragma_index_info(i.name) x WHERE t.type = 'table' GROUP BY t.name, i.name",
    "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL",
)


def schema(connection: Connection) -> Sequence[tuple[Any, ...]]:
    """Everything a database says of its tables, Alembic's own and the defaults of columns added later apart."""
    queries = SQLITE_SCHEMA if connection.dialect.name == "sqlite" else POSTGRES_SCHEMA
    rows = [tuple(row) for query in queries for row in connection.execute(text(query))]
    return sorted(
        (tuple(str(word) for word in row) for row in rows if not any("alembic" in str(word) for word in row)),
    )


def test_the_migrations_make_what_the_models_say(database_url: str) -> None:
    with owner_engine(database_url).connect() as connection, connection.begin() as undone:
        migrated = schema(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)
        made = schema(connection)
        undone.rollback()
    assert len(migrated) > len(TABLES)
    assert migrated == made


def test_every_key_begins_with_the_tenant() -> None:
    for model in TABLES:
        table = table_of(model)
        for constraint in table.constraints:
            columns = [column.key for column in getattr(constraint, "columns", ())]
            assert not columns or columns[0] == "tenant_id" or columns == ["town"], constraint


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_role_of_turns_owns_nothing_and_every_table_is_secured(database_url: str) -> None:
    with owner_engine(database_url).connect() as connection:
        secured = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        assert {name for (name,) in connection.execute(text(secured))} == {table_of(model).name for model in TABLES}
        role = "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname = :name"
        assert set(connection.execute(text(role), {"name": APP_ROLE}).one()) == {False}
        owned = "SELECT count(*) FROM pg_class WHERE relowner = CAST(:name AS regrole)"
        assert connection.execute(text(owned), {"name": APP_ROLE}).scalar_one() == 0


def test_a_store_runs_as_that_role(store: Store) -> None:
    def role(db: Any) -> str:
        db.cursor.execute("SELECT current_user", ())
        return str(db.cursor.fetchone()[0])

    if store.url.startswith("postgresql"):
        assert store.run("vilanova", role) == APP_ROLE


def test_the_numbers_of_the_migrations_are_their_revisions() -> None:
    config = Config()
    config.set_main_option("script_location", str(schemas.MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [head()]
    assert {revision.revision for revision in script.walk_revisions()} == schemas.known()


def test_a_database_that_is_current_is_left_alone(database_url: str) -> None:
    assert current(database_url) == head()
    require_head(database_url)
    assert upgrade(database_url, NOW) is None


def test_a_newer_schema_is_refused(database_url: str) -> None:
    with owner_engine(database_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaProblem, match="a newer version made it"):
        require_head(database_url)
    with pytest.raises(SchemaProblem, match="a newer version made it"):
        upgrade(database_url, NOW)


def test_no_schema_is_told_from_this_ones(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.sqlite3"
    with pytest.raises(SchemaProblem, match="run `migrate`"):
        require_head(url)
    assert current(url) == ""
    assert list(tmp_path.iterdir()) == []


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    with op.batch_alter_table("tenants") as tenants:
        tenants.add_column(sa.Column("motto", sa.String(20), nullable=False, server_default="none"))
"""


def test_rows_outlive_an_upgrade_and_a_file_is_backed_up_first(
    store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.run("vilanova", add_rows)
    store.close()
    shutil.copytree(schemas.MIGRATIONS, tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "0007_next.py").write_text(NEXT)
    monkeypatch.setattr(schemas, "MIGRATIONS", tmp_path / "migrations")
    with pytest.raises(SchemaProblem, match="the database is at 0006, this version needs 0007"):
        require_head(database_url)
    backup = upgrade(database_url, NOW)
    require_head(database_url)
    with owner_engine(database_url).connect() as connection:
        assert set(connection.execute(text("SELECT motto FROM tenants")).scalars()) == {"none"}
        assert connection.execute(text("SELECT count(*) FROM proposals")).scalar_one() == 1
    if database_url.startswith("postgresql"):
        assert backup is None
        return
    assert backup is not None
    assert backup.name == "store.sqlite3.before-0007-20261125T103000Z"
    assert current(f"sqlite:///{backup}") == "0006"
    with owner_engine(f"sqlite:///{backup}").connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM proposals")).scalar_one() == 1
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_an_upgrade_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with sqlite3.connect(path) as driver:
        driver.execute("CREATE TABLE sessions (in_the_way INT)")
    driver.close()
    with pytest.raises(Exception, match="already exists"):
        upgrade(f"sqlite:///{path}", NOW)
    with sqlite3.connect(path) as driver:
        assert driver.execute("SELECT name FROM sqlite_master").fetchall() == [("sessions",)]
    driver.close()
