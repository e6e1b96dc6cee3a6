"""Promise 10: what matters is in a log that is chained by hash, and any edit of it is found."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot import audit_chain, sealer
from bot.audit_chain import verify
from bot.sealer import Sealer
from storage.audit import Entry, Seal
from storage.database import Db, Store
from storage.keys import Keys
from storage.row import first_id_at, ids_of
from storage.wire import owner_engine
from tests.conftest import NOW

TOWN = "vilanova"
FIRST = first_id_at(NOW)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is the same on both kinds is tried on one."""


def note(store: Store, *seconds: float, tenant_id: str = TOWN) -> None:
    """Entries made so many seconds after the first."""

    def add(db: Db) -> None:
        for each in seconds:
            at = NOW + timedelta(seconds=each)
            entry = Entry(actor="system", action="tested", subject=f"number:{each:g}", detail={"è": [each]}, at=at)
            entry.id = FIRST + ids_of(each)
            db.add(entry)

    store.run(tenant_id, add)


def sweep(store: Store) -> None:
    asyncio.run(Sealer(store, lambda: NOW).sweep())


@pytest.fixture
def sealed(store: Store) -> Store:
    """A log of six, sealed."""
    note(store, *range(6))
    sweep(store)
    return store


def change(url: str, statement: str) -> None:
    """As somebody who has the whole database in their hands."""
    with owner_engine(url).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT set_config('app.tenant', '*', true)")
        else:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql(statement)


def row(number: int) -> str:
    return f"id = {FIRST + ids_of(number)}"


def found(store: Store, **options: Any) -> tuple[bool, int, int]:
    """Whether all is well, the first wrong place, and which entry."""
    verdict = verify(store, TOWN, **options)
    entry = (verdict.entry_id - FIRST) // ids_of(1) if verdict.entry_id else -1
    return not verdict.wrong, verdict.place, entry


def test_a_log_that_nobody_touched_is_whole(sealed: Store) -> None:
    verdict = verify(sealed, TOWN)
    assert (verdict.wrong, verdict.sealed, verdict.unsealed, len(verdict.head)) == ("", 6, 0, 64)
    note(sealed, 7, 8)
    later = verify(sealed, TOWN, verdict.head)
    assert (later.wrong, later.sealed, later.unsealed) == ("", 6, 2)
    assert later.unsealed_since == NOW + timedelta(seconds=7)
    sweep(sealed)
    assert (verify(sealed, TOWN, verdict.head).sealed, verify(sealed, TOWN).unsealed) == (8, 0)


EDITS = (
    (f"UPDATE audit SET actor = 'staff:me' WHERE {row(3)}", 4, 3),
    (f"UPDATE audit SET action = 'x' WHERE {row(0)}", 1, 0),
    (f"UPDATE audit SET subject = 'x' WHERE {row(5)}", 6, 5),
    (f"""UPDATE audit SET detail = '{{"è": [4]}}' WHERE {row(3)}""", 4, 3),
    (f"UPDATE audit SET at = '2026-11-25 10:30:03.000001' WHERE {row(3)}", 4, 3),
    (f"UPDATE audit SET id = id + 1 WHERE {row(3)}", 4, 3),
    (f"UPDATE audit SET tenant_id = 'sant-pau' WHERE {row(3)}", 4, 3),
    (f"DELETE FROM audit WHERE {row(2)}", 3, 2),
    ("DELETE FROM seals WHERE place = 3", 3, 3),
    ("DELETE FROM seals WHERE place = 1", 1, 1),
    ("UPDATE seals SET hash = 'f' WHERE place = 2", 2, 1),
    ("UPDATE seals SET sealed_at = '2026-11-25 10:00:00' WHERE place = 2", 2, 1),
)


def test_any_edit_is_found_where_it_is(sealed: Store, database_url: str) -> None:
    for table in ("audit", "seals"):
        change(database_url, f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
    for statement, place, entry in EDITS:
        change(database_url, statement)
        assert found(sealed) == (False, place, entry), statement
        for table in ("audit", "seals"):
            change(database_url, f"DELETE FROM {table}")
            change(database_url, f"INSERT INTO {table} SELECT * FROM kept_{table}")
    assert found(sealed) == (True, 0, -1)


@on_sqlite
def test_entries_that_change_places_are_found(sealed: Store, database_url: str) -> None:
    change(database_url, "UPDATE seals SET entry_id = -1 WHERE place = 3")
    change(database_url, f"UPDATE seals SET entry_id = {FIRST + ids_of(2)} WHERE place = 4")
    change(database_url, f"UPDATE seals SET entry_id = {FIRST + ids_of(3)} WHERE place = 3")
    assert found(sealed) == (False, 3, 3)


@on_sqlite
def test_an_entry_put_in_between_is_found(sealed: Store) -> None:
    note(sealed, 8000)
    sweep(sealed)
    assert found(sealed) == (True, 0, -1)
    note(sealed, 2.5)
    sweep(sealed)
    assert found(sealed) == (False, 0, 2)


@on_sqlite
def test_a_log_that_was_cut_is_found_with_its_head(sealed: Store, database_url: str) -> None:
    head = verify(sealed, TOWN).head
    change(database_url, "DELETE FROM seals WHERE place > 4")
    change(database_url, f"DELETE FROM audit WHERE id > {FIRST + ids_of(3)}")
    assert found(sealed) == (True, 0, -1)
    assert found(sealed, noted=head) == (False, 5, -1)


@on_sqlite
def test_a_chain_made_anew_is_found_with_its_head(sealed: Store, database_url: str) -> None:
    head = verify(sealed, TOWN).head
    change(database_url, f"UPDATE audit SET actor = 'staff:me' WHERE {row(3)}")
    change(database_url, "DELETE FROM seals")
    asyncio.run(Sealer(sealed, lambda: NOW).look_back())
    assert found(sealed) == (True, 0, -1)
    assert found(sealed, noted=head) == (False, 7, -1)


def test_an_older_id_that_comes_late_is_sealed_after_those_found_before(store: Store) -> None:
    note(store, 10)
    sweep(store)
    note(store, 5, 11)
    sweep(store)
    assert places(store) == [10, 5, 11]
    assert found(store) == (True, 0, -1)


@on_sqlite
def test_what_a_clock_set_back_wrote_is_sealed_by_the_look_at_the_whole_log(store: Store) -> None:
    note(store, 20_000)
    sweep(store)
    note(store, 1)
    sweep(store)
    assert places(store) == [20_000]
    asyncio.run(Sealer(store, lambda: NOW).look_back())
    assert places(store) == [20_000, 1]
    assert found(store) == (True, 0, -1)


def places(store: Store) -> list[float]:
    def read(db: Db) -> list[int]:
        return [seal.entry_id for seal in db.all(select(Seal).order_by(col(Seal.place)))]

    return [(each - FIRST) // ids_of(1) for each in store.run(TOWN, read)]


@on_sqlite
def test_each_town_has_a_chain_of_its_own(store: Store) -> None:
    note(store, 1, 2, tenant_id="sant-pau")
    note(store, 3, 4)
    sweep(store)
    ours, theirs = verify(store, "sant-pau"), verify(store, TOWN)
    assert (ours.sealed, theirs.sealed, ours.head == theirs.head) == (2, 2, False)


@on_sqlite
def test_long_logs_are_sealed_and_read_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "_AT_ONCE", 20)
    monkeypatch.setattr(audit_chain, "_AT_ONCE", 20)
    note(store, *(each / 10 for each in range(53)))
    sweep(store)
    seen: list[int] = []
    assert verify(store, TOWN, progress=seen.append).sealed == 53
    assert seen == [20, 40, 53]


def test_two_sealers_at_once_do_not_fork_the_chain(store: Store, database_url: str, keys: Keys) -> None:
    note(store, *(each / 10 for each in range(300)))
    other = Store(database_url, keys)

    async def both() -> None:
        await asyncio.gather(*(Sealer(each, lambda: NOW).sweep() for each in (store, other)))

    try:
        asyncio.run(both())
    finally:
        other.close()
    verdict = verify(store, TOWN)
    assert (verdict.wrong, verdict.sealed, verdict.unsealed) == ("", 300, 0)
