"""Turns in groups: alone in failure, together in durability, in order."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, update
from sqlmodel import col, select

from storage.callers import add_caller, find_caller
from storage.database import Db, Store
from storage.follows import Follow
from storage.guard import EVERYONE
from storage.keys import Keys
from storage.participants import Participant
from storage.row import table_of
from storage.statements import claim, save_session
from storage.wire import owner_engine
from tests.conftest import NOW, TENANTS
from tests.storage.grouped import Work, in_one_group

REFUSALS = (sqlite3.IntegrityError, psycopg.IntegrityError)


def add_participant(db: Db) -> int:
    participant = Participant(created_at=NOW)
    db.add(participant)
    return participant.id


def count_participants(db: Db) -> int:
    return db.count(select(Participant))


def end_connections(url: str) -> None:
    """What a restart of the server does to those who are connected."""
    with owner_engine(url).connect() as other:
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def fail_after_writing(db: Db) -> None:
    claim(db, "telegram", "failed", NOW)
    add_participant(db)
    db.flush()
    raise ZeroDivisionError


async def test_a_turn_returns_its_value_and_is_kept(store: Store) -> None:
    participant_id = await store.turn("vilanova", "k", add_participant)
    assert await store.turn("vilanova", "k", lambda db: db.one(Participant, participant_id).created_at) == NOW


async def test_a_turn_that_fails_is_undone_alone(store: Store) -> None:
    before, failed, after = await in_one_group(
        store,
        ("vilanova", "a", add_participant),
        ("vilanova", "b", fail_after_writing),
        ("vilanova", "c", add_participant),
    )
    assert isinstance(failed, ZeroDivisionError)
    assert await store.turn("vilanova", "", lambda db: {row.id for row in db.all(select(Participant))}) == {
        before,
        after,
    }
    assert await store.turn("vilanova", "", lambda db: claim(db, "telegram", "failed", NOW))


async def test_a_turn_that_fails_on_the_hot_path_is_undone_alone(store: Store) -> None:
    def fail_after_claiming(db: Db) -> None:
        claim(db, "telegram", "failed", NOW)
        raise ZeroDivisionError

    def claim_another(db: Db) -> bool:
        return claim(db, "telegram", "another", NOW)

    await in_one_group(store, ("vilanova", "a", fail_after_claiming), ("vilanova", "b", claim_another))
    assert await store.turn("vilanova", "", lambda db: claim(db, "telegram", "failed", NOW))
    assert not await store.turn("vilanova", "", claim_another)


async def test_a_turn_that_the_database_refuses_is_undone_alone(store: Store) -> None:
    def follow_nobody(db: Db) -> None:
        claim(db, "telegram", "refused", NOW)
        db.add(Follow(participant_id=1, subject="process:places", followed_at=NOW))

    kept, refused, also_kept = await in_one_group(
        store, ("vilanova", "a", add_participant), ("vilanova", "b", follow_nobody), ("vilanova", "c", add_participant)
    )
    assert isinstance(refused, REFUSALS)
    assert isinstance(kept, int)
    assert isinstance(also_kept, int)
    assert await store.turn("vilanova", "", lambda db: claim(db, "telegram", "refused", NOW))


async def test_a_turn_that_goes_on_after_a_refusal_is_undone_whole(store: Store) -> None:
    def swallow(db: Db) -> None:
        claim(db, "telegram", "swallowed", NOW)
        with pytest.raises(REFUSALS):
            db.add(Follow(participant_id=1, subject="process:places", followed_at=NOW))
        claim(db, "telegram", "after", NOW)

    (swallowed,) = await in_one_group(store, ("vilanova", "a", swallow))
    assert isinstance(swallowed, Exception)
    assert await store.turn("vilanova", "", lambda db: claim(db, "telegram", "after", NOW))


async def test_a_commit_that_fails_fails_every_turn_of_its_group(store: Store, database_url: str) -> None:
    def break_the_commit(db: Db) -> None:
        if db.dialect == "sqlite":
            db.cursor.execute("PRAGMA defer_foreign_keys = ON", ())
            claim(db, "telegram", "1", NOW)
            db.cursor.execute("UPDATE claims SET tenant_id = 'nowhere'", ())
        else:
            end_connections(database_url)

    results = await in_one_group(
        store, *(("vilanova", key, add_participant) for key in "abc"), ("vilanova", "z", break_the_commit)
    )
    assert all(isinstance(result, Exception) for result in results), results
    assert await store.turn("vilanova", "", count_participants) == 0


async def test_a_lost_connection_is_made_anew(store: Store, database_url: str) -> None:
    if database_url.startswith("postgresql"):
        end_connections(database_url)
    assert await store.turn("vilanova", "", count_participants) == 0


async def test_a_coroutine_is_refused(store: Store) -> None:
    async def work(db: Db) -> None:
        add_participant(db)

    with pytest.raises(TypeError, match="coroutine"):
        _ = await store.turn("vilanova", "", work)


async def test_turns_of_one_participant_keep_their_order(store: Store) -> None:
    done: list[tuple[str, int]] = []
    turns = [("vilanova", f"p{number % 7}", number) for number in range(60)]
    await in_one_group(
        store, *((town, key, lambda _, at=(key, number): done.append(at)) for town, key, number in turns)
    )
    for key in {key for key, _ in done}:
        numbers = [number for done_key, number in done if done_key == key]
        assert numbers == sorted(numbers)
    assert len(done) == 60


async def test_a_group_goes_in_order_of_tenant_and_participant_and_across_tenants_last(store: Store) -> None:
    done: list[tuple[str, str]] = []
    turns = [(tenant, key) for key in "cab" for tenant in (EVERYONE, *reversed(TENANTS))]
    await in_one_group(store, *((*turn, lambda _, turn=turn: done.append(turn)) for turn in turns))
    assert done == sorted(turns, key=lambda turn: (turn[0] == EVERYONE, *turn))


async def test_a_hundred_concurrent_changes_of_one_session_by_two_stores_are_a_hundred(
    store: Store, database_url: str, keys: Keys
) -> None:
    hash = keys.address_hash("vilanova", "telegram", "1")
    await store.turn("vilanova", "1", lambda db: add_caller(db, "telegram", hash, b"sealed", "telegram:vilanova", NOW))

    def count_one_more(db: Db) -> None:
        caller = find_caller(db, "telegram", hash)
        assert caller
        save_session(db, caller.participant_id, str(int(caller.state or "0") + 1), NOW)

    other = Store(database_url, keys)
    await asyncio.gather(*(each.turn("vilanova", "1", count_one_more) for _ in range(50) for each in (store, other)))
    other.close()
    caller = await store.turn("vilanova", "1", lambda db: find_caller(db, "telegram", hash))
    assert caller
    assert caller.state == "100"


async def overlapping(
    store: Store, database_url: str, keys: Keys, slow: Callable[[Db, threading.Event], None], quick: Work
) -> None:
    """Run a turn in one store, and as it begins another of the same person in a second store."""
    has_begun = threading.Event()
    other = Store(database_url, keys)
    first = asyncio.ensure_future(store.turn("vilanova", "1", lambda db: slow(db, has_begun)))
    await asyncio.to_thread(has_begun.wait, 10)
    await asyncio.gather(first, other.turn("vilanova", "1", quick))
    other.close()


async def test_what_a_turn_has_read_is_not_changed_until_it_is_durable(
    store: Store, database_url: str, keys: Keys
) -> None:
    hash = keys.address_hash("vilanova", "telegram", "1")
    store.run("vilanova", lambda db: add_caller(db, "telegram", hash, b"sealed", "telegram:vilanova", NOW))

    def count_one_more(db: Db, has_begun: threading.Event | None = None) -> None:
        caller = find_caller(db, "telegram", hash)
        assert caller
        if has_begun:
            has_begun.set()
            time.sleep(0.2)
        save_session(db, caller.participant_id, str(int(caller.state or "0") + 1), NOW)

    await overlapping(store, database_url, keys, count_one_more, count_one_more)
    caller = store.run("vilanova", lambda db: find_caller(db, "telegram", hash))
    assert caller
    assert caller.state == "2"


async def test_a_new_address_is_locked_before_it_has_a_row(store: Store, database_url: str, keys: Keys) -> None:
    hash = keys.address_hash("vilanova", "telegram", "1")
    found: list[bool] = []

    def meet(db: Db, has_begun: threading.Event | None = None) -> None:
        caller = find_caller(db, "telegram", hash)
        found.append(caller is not None)
        if has_begun:
            has_begun.set()
            time.sleep(0.2)
        if caller is None:
            add_caller(db, "telegram", hash, b"sealed", "telegram:vilanova", NOW)

    await overlapping(store, database_url, keys, meet, meet)
    assert found == [False, True]


async def test_two_stores_that_meet_a_new_address_at_once_make_one_participant(
    store: Store, database_url: str, keys: Keys
) -> None:
    hash = keys.address_hash("vilanova", "telegram", "1")

    def meet(db: Db) -> int:
        caller = find_caller(db, "telegram", hash)
        return (caller or add_caller(db, "telegram", hash, b"sealed", "telegram:vilanova", NOW)).participant_id

    other = Store(database_url, keys)
    met = await asyncio.gather(*(each.turn("vilanova", "1", meet) for _ in range(20) for each in (store, other)))
    other.close()
    assert len(set(met)) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_turns_that_deadlock_are_run_again_and_succeed(store: Store, database_url: str, keys: Keys) -> None:
    first, second = await in_one_group(store, ("vilanova", "a", add_participant), ("vilanova", "b", add_participant))
    other = Store(database_url, keys)

    def older(db: Db, participant_id: int) -> None:
        db.execute(
            update(table_of(Participant))
            .where(col(Participant.tenant_id) == db.tenant_id, col(Participant.id) == participant_id)
            .values(attested_age=col(Participant.attested_age) + 1)
        )

    def both(one: int, two: int) -> tuple[tuple[str, str, Work], ...]:
        return (("vilanova", "a", lambda db: older(db, one)), ("vilanova", "b", lambda db: older(db, two)))

    results = await asyncio.gather(
        *(
            in_one_group(each, *turns)
            for _ in range(10)
            for each, turns in ((store, both(first, second)), (other, both(second, first)))
        )
    )
    other.close()
    assert [error for group in results for error in group if error] == []
    ages = await store.turn("vilanova", "", lambda db: [row.attested_age for row in db.all(select(Participant))])
    assert ages == [20, 20]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_groups_that_wait_for_each_other_do_not_do_so_for_long(
    store: Store, database_url: str, keys: Keys
) -> None:
    one, two = await in_one_group(store, ("vilanova", "a", add_participant), ("vilanova", "b", add_participant))
    with owner_engine(database_url).begin() as connection:
        database = make_url(database_url).database
        connection.exec_driver_sql(f"ALTER DATABASE {database} SET deadlock_timeout = '60s'")
    stores, have_both = [Store(database_url, keys), Store(database_url, keys)], threading.Barrier(2)

    def lock(db: Db, participant_id: int, *, is_first: bool) -> None:
        db.all(select(Participant).where(Participant.id == participant_id).with_for_update())
        if is_first and not have_both.broken:
            with suppress(threading.BrokenBarrierError):
                have_both.wait(2)
            have_both.abort()

    def turns(first: int, second: int) -> tuple[tuple[str, str, Work], ...]:
        first_lock, second_lock = partial(lock, is_first=True), partial(lock, is_first=False)
        return (
            ("vilanova", "a", partial(first_lock, participant_id=first)),
            ("vilanova", "b", partial(second_lock, participant_id=second)),
        )

    async with asyncio.timeout(30):
        results = await asyncio.gather(
            in_one_group(stores[0], *turns(one, two)), in_one_group(stores[1], *turns(two, one))
        )
    for each in stores:
        each.close()
    assert [each for group in results for each in group] == [None] * 4


async def test_closing_does_what_waits_and_refuses_more(database_url: str, keys: Keys) -> None:
    store = Store(database_url, keys)
    waiting = [asyncio.ensure_future(store.turn("vilanova", "", lambda db: db.tenant_id)) for _ in range(3)]
    await asyncio.sleep(0)
    store.close()
    assert await asyncio.gather(*waiting) == ["vilanova"] * 3
    with pytest.raises(RuntimeError, match="closed"):
        await store.turn("vilanova", "", lambda db: db.tenant_id)


def test_a_turn_whose_loop_is_gone_is_still_kept(store: Store) -> None:
    async def hand_over_and_leave() -> None:
        task = asyncio.ensure_future(store.turn("vilanova", "", add_participant))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(hand_over_and_leave())
    assert store.run("vilanova", count_participants) == 1


def test_a_tenant_id_that_is_none_is_refused(store: Store) -> None:
    for tenant_id in ("", "Vilanova", "x'; DROP TABLE outbox; --", "../x", "a" * 41):
        with pytest.raises(ValueError, match="not a tenant's id"):
            store.run(tenant_id, lambda db: db.tenant_id)


def test_sqlite_is_durable_and_keeps_foreign_keys(tmp_path: Path, keys: Keys) -> None:
    store = Store(f"sqlite:///{tmp_path}/new.sqlite3", keys)

    def pragma(name: str) -> object:
        def work(db: Db) -> object:
            db.cursor.execute(f"PRAGMA {name}", ())
            return db.cursor.fetchone()[0]

        return store.run("vilanova", work)

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    store.close()
