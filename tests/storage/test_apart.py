"""A tenant never reads or changes another's row: every table, every query, every statement of the hot path."""

import inspect as python
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from psycopg.errors import Error as PostgresError
from sqlalchemy import delete, insert, inspect, select, update
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel, col
from sqlmodel import select as orm_select

import storage
from storage.audit import Entry, Seal
from storage.broadcasts import Recipient, RecipientState
from storage.callers import add_caller, find_caller
from storage.database import Db, Store, Unbound
from storage.follows import Follow
from storage.judgements import Claimed
from storage.keys import Keys
from storage.outbox import Purpose
from storage.proposals import Proposal
from storage.row import Row, table_of
from storage.statements import claim, enqueue, save_session
from storage.tables import TABLES
from storage.tenants import Tenant
from tests.conftest import NOW, add_tenants
from tests.storage.rows import HASH, OTHER, PARTICIPANT, PROPOSAL, SEALED, add_rows

OURS, THEIRS = "sant-pau", "vilanova"
TABLES_OF_ROWS = [model for model in TABLES if model is not Tenant]
APPEND_ONLY = (Entry, Seal)
NOT_QUERIES = {"storage.callers", "storage.statements", "storage.bound", "storage.rows"}
ONLY_ADD = {"add_participant", "record", "add_response"}
"""They write rows of the tenant whose turn it is, and look at none."""


def everything(store: Store) -> dict[str, list[Any]]:
    """All rows of theirs, as the database has them."""

    def read(db: Db) -> dict[str, list[Any]]:
        rows = {}
        for model in TABLES:
            table = table_of(model).name
            db.cursor.execute(f"SELECT * FROM {table} WHERE tenant_id = '{THEIRS}'", ())
            rows[table] = db.cursor.fetchall()
        return rows

    return store.run(THEIRS, read)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, keys: Keys
) -> Iterator[tuple[Store, dict[str, list[Any]]]]:
    """A store with rows of theirs only, and all of these."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            url = f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('filled') / 'store.sqlite3')}"
        else:
            url = stack.enter_context(request.getfixturevalue("postgres_pool").database())
        store = Store(url, keys)
        stack.callback(store.close)
        store.run_no_tenant(add_tenants)
        store.run(THEIRS, add_rows)
        rows = everything(store)
        assert all(rows.values())
        yield store, rows


@pytest.fixture
def full(filled: tuple[Store, dict[str, list[Any]]]) -> Iterator[Store]:
    """That store, for a test that leaves it as it was."""
    store, before = filled
    yield store
    assert everything(store) == before


@pytest.fixture
def their_rows(store: Store) -> Iterator[None]:
    """Rows of theirs only, in a store of the test's own; unchanged at the end."""
    store.run(THEIRS, add_rows)
    before = everything(store)
    yield
    assert everything(store) == before


def test_every_table_is_listed() -> None:
    assert {table_of(model).name for model in TABLES} == set(SQLModel.metadata.tables)


@pytest.mark.parametrize("model", TABLES_OF_ROWS)
def test_no_row_of_theirs_is_read_or_changed(full: Store, model: type[SQLModel]) -> None:
    table = table_of(model)

    def their_key(db: Db) -> tuple[Any, ...]:
        row, *_ = db.all(orm_select(model))
        return tuple(inspect(model).primary_key_from_instance(row))

    key = full.run(THEIRS, their_key)
    is_it = [column == value for column, value in zip(table.primary_key, key, strict=True)]
    ours = table.c.tenant_id == OURS
    a_column = next((column for column in table.columns if not column.primary_key), list(table.columns)[-1])

    def refuses(statement: Any) -> bool:
        with pytest.raises(Unbound):
            full.run(OURS, lambda db: db.execute(statement))
        return True

    def touches(statement: Any) -> int:
        try:
            return full.run(OURS, lambda db: db.execute(statement))
        except ProgrammingError:
            return -(model not in APPEND_ONLY)

    assert full.run(OURS, lambda db: db.find(model, *key[1:])) is None
    assert full.run(OURS, lambda db: db.all(orm_select(model))) == []
    assert full.run(OURS, lambda db: db.count(orm_select(model))) == 0
    assert full.run(OURS, lambda db: db.all(orm_select(model).where(*is_it))) == []
    assert refuses(select(table))
    assert refuses(select(table).where(*is_it))
    assert touches(update(model).values({a_column.key: None})) == 0
    assert touches(delete(model).where(*is_it)) == 0
    assert touches(delete(table).where(ours)) == 0
    assert refuses(update(table).where(*is_it).values({a_column.key: None}))
    assert refuses(update(table).where(ours).values(tenant_id=THEIRS))
    assert refuses(delete(table).where(*is_it))
    assert refuses(insert(table).values({column.key: None for column in table.columns} | {"tenant_id": THEIRS}))


@pytest.mark.parametrize("model", TABLES_OF_ROWS)
def test_a_row_of_theirs_is_not_added_or_taken_over(full: Store, model: type[Row]) -> None:
    def theirs() -> Any:
        row, *_ = full.run(THEIRS, lambda db: db.all(orm_select(model)))
        return row

    def take_over(db: Db, row: Any) -> None:
        row.tenant_id = OURS
        db.add(row)

    with pytest.raises(Unbound):
        full.run(OURS, lambda db: db.add(model(tenant_id=THEIRS)))
    works: tuple[Callable[..., None], ...] = (take_over, Db.remove)
    for work in works:
        row = theirs()
        with pytest.raises(Unbound):
            full.run(OURS, partial(work, row=row))


def queries() -> list[Callable[..., Any]]:
    """Every function of the rooms of nouns that takes a `db`."""
    modules = [import_module(f"storage.{found.name}") for found in iter_modules(storage.__path__) if not found.ispkg]
    return [
        function
        for module in modules
        if module.__name__ not in NOT_QUERIES
        for _, function in python.getmembers(module, python.isfunction)
        if function.__module__ == module.__name__ and "db" in python.signature(function).parameters
        if function.__name__ not in ONLY_ADD
    ]


THEIR_VALUES = {
    "hash": HASH,
    "hashes": [HASH],
    "sealed": SEALED,
    "one": PARTICIPANT,
    "other": PARTICIPANT,
    "gone_id": PARTICIPANT,
    "kept_id": PARTICIPANT,
    "gone": f"participant:{PARTICIPANT}",
    "kept": f"participant:{OTHER}",
    "once": Follow,
    "recipient": Recipient(
        occurrence_id=OTHER, participant_id=PARTICIPANT, language="ca", lane="telegram:vilanova", changed_at=NOW
    ),
    "state": RecipientState.DOUBLE,
    "since": NOW - timedelta(days=1),
    "participant_ids": [PARTICIPANT],
    "reference": "X-1",
    "references": ["X-1"],
    "proposal_id": PROPOSAL,
    "proposal_ids": [PROPOSAL],
    "code": "code",
    "topic": "works",
    "broadcast": "works",
    "words": "0 10 * * *",
    "local_at": "2026-11-25T10:00",
    "occurrence_id": OTHER,
    "process": "places",
    "author_id": PARTICIPANT,
    "participant_id": PARTICIPANT,
    "survey": "spring",
    "file_hash": "a" * 64,
    "batch_id": OTHER,
    "subject": "proposal:X-1",
    "subjects": ["proposal:X-1"],
    "stem": "banc",
    "parent_id": OTHER,
    "parent_ids": [OTHER],
    "ids": [OTHER],
    "before": 2**62,
    "keys": Keys(b"z" * 32),
    "limit": 10,
    "until": 2**63 - 1,
    "further": 1,
    "model": Proposal,
    "item": "proposal:X-1",
    "items": ["proposal:X-1"],
    "states": ["reported"],
    "action": "support",
    "now": NOW,
    "due_at": NOW,
    "ticket_id": OTHER,
    "attended_before": NOW + timedelta(days=1),
    "attachment_ids": [OTHER],
    "after": 0,
    "channel": "telegram",
    "lane": "sms:vilanova",
    "told_at": NOW,
    "kind": "proposal_answered",
    "noted_as": "proposal_published",
    "claimed": Claimed.ANSWERED,
    "final": ("accepted",),
    "but_by": OTHER,
    "first": NOW.date(),
    "last": NOW.date(),
}


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.__name__)
def test_no_query_finds_or_changes_a_row_of_theirs(full: Store, query: Callable[..., Any]) -> None:
    signature = python.signature(query)
    work = partial(query, **{name: THEIR_VALUES[name] for name in signature.parameters if name != "db"})
    assert not full.run(OURS, lambda db: bool(work(db)))
    if signature.return_annotation is not None:
        assert full.run(THEIRS, lambda db: bool(work(db)))


def test_the_hot_path_finds_and_changes_no_row_of_theirs(store: Store, their_rows: object) -> None:
    def as_ours(db: Db) -> None:
        assert claim(db, "telegram", "1", NOW)
        assert find_caller(db, "telegram", HASH) is None
        save_session(db, PARTICIPANT, "stolen", NOW)
        assert add_caller(db, "telegram", HASH, SEALED, "telegram:sant-pau", NOW).participant_id != PARTICIPANT
        message_id, _ = enqueue(db, PARTICIPANT, "x", "telegram", SEALED, Purpose.REPLY, "{}", NOW, owner="us")
        assert message_id != OTHER

    store.run(OURS, as_ours)


def test_a_tenant_sees_itself_alone_among_the_tenants(store: Store) -> None:
    assert store.run(OURS, lambda db: db.find(Tenant)) is not None
    assert store.run(OURS, lambda db: [row.tenant_id for row in db.all(orm_select(Tenant))]) == [OURS]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_row_level_security_stands_behind(store: Store, their_rows: object) -> None:
    def count_raw(db: Db, table: str) -> int:
        db.cursor.execute(f"SELECT count(*) FROM {table}", ())
        return int(db.cursor.fetchone()[0])

    def write_raw(db: Db) -> None:
        db.cursor.execute("INSERT INTO claims VALUES ('vilanova', 'telegram', 'forged', now())", ())

    def steal_raw(db: Db) -> None:
        db.cursor.execute("UPDATE claims SET tenant_id = 'sant-pau'", ())
        assert db.cursor.rowcount == 0

    def unset_raw(db: Db, table: str) -> int:
        db.cursor.execute("RESET app.tenant", ())
        return count_raw(db, table)

    for model in TABLES_OF_ROWS:
        name = table_of(model).name
        assert store.run(OURS, partial(count_raw, table=name)) == 0, name
        assert store.run(THEIRS, partial(count_raw, table=name)) >= 1, name
        assert store.run(THEIRS, partial(unset_raw, table=name)) == 0, name
    with pytest.raises(PostgresError, match="row-level security"):
        store.run(OURS, write_raw)
    store.run(OURS, steal_raw)


def run_raw(db: Db, words: str) -> None:
    db.cursor.execute(words, ())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_audit_log_is_never_changed(store: Store, their_rows: object) -> None:
    for words in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(PostgresError, match="permission denied"):
            store.run(THEIRS, partial(run_raw, words=words))


def test_a_turn_that_moves_leaves_the_first_tenant_behind(store: Store, their_rows: object) -> None:
    def move(db: Db) -> tuple[int, int]:
        db.add(Proposal(**_proposal("Y-1")))
        ours = db.count(orm_select(Proposal))
        db.move("province")
        return ours, db.count(orm_select(Proposal))

    assert store.run(OURS, move) == (1, 0)
    assert store.run(OURS, lambda db: db.count(orm_select(Proposal).where(col(Proposal.reference) == "Y-1"))) == 1


def _proposal(reference: str) -> dict[str, Any]:
    words = dict.fromkeys(("process", "phase", "author_name", "language", "title", "body"), "x")
    return {"reference": reference, "code": reference, "published_at": NOW, **words}
