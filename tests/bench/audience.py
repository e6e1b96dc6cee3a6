"""An audience of half a million frozen, stretch by stretch, beside one raw INSERT … SELECT of the same rows."""

import asyncio
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import delete, insert
from sqlmodel import col

from bot.freezing import begin, freeze
from storage.broadcasts import Recipient
from storage.database import Db, Store
from storage.keys import Keys
from storage.migrate import upgrade
from storage.opt_ins import OptIn
from storage.participants import Address, Participant
from storage.row import new_id, table_of
from storage.tenants import Tenant
from tests.bench.postgres import a_server
from tests.bench.rows import Row, ratio
from tests.bot.townsfolk import TENANT, a_broadcast, the_town

_BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)
_BATCH = 5_000
_ROUNDS = 3
_LANES = ("telegram", "sms", "email")
_RAW = """
INSERT INTO recipients (tenant_id, occurrence_id, participant_id, language, lane, state, message_id, tried, reason,
                        changed_at, ended_at)
SELECT p.tenant_id, {run}, p.id, p.language, a.lane, 'waiting', NULL, '', '', '2026-11-01 08:00:00', NULL
FROM participants p JOIN addresses a ON a.tenant_id = p.tenant_id AND a.participant_id = p.id
WHERE p.tenant_id = '{tenant}'
"""


async def run(rounds: int, people: int) -> list[Row]:
    """On both databases."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "audience.sqlite3"
        raw = partial(_raw_sqlite, path)
        rows = await asyncio.to_thread(_measure, f"sqlite:///{path}", "SQLite", 0.5, raw, rounds, people)
    with a_server() as database:
        url = database()
        raw = partial(_raw_postgres, url)
        return rows + await asyncio.to_thread(_measure, url, "PostgreSQL", 0.8, raw, rounds, people)


def _measure(url: str, name: str, target: float, raw: Callable[[str], float], rounds: int, people: int) -> list[Row]:
    upgrade(url, _BEGAN)
    store = Store(url, Keys(bytes(32)))
    store.run(TENANT, lambda db: db.add(Tenant(tenant_id=TENANT)))
    for start in range(0, people, _BATCH):
        store.run(TENANT, partial(_add, people=range(start, min(people, start + _BATCH))))
    ours, theirs, longest, grown = [], [], [], []
    for number in range(min(rounds, _ROUNDS)):
        theirs_id = store.run(TENANT, partial(_begin, minute=2 * number))
        theirs.append(people / raw(_RAW.format(run=theirs_id, tenant=TENANT)))
        store.run(TENANT, _empty)
        run_id, before = store.run(TENANT, partial(_begin, minute=2 * number + 1)), _peak()
        taken = [*_stretches(store, run_id)]
        ours.append(people / sum(taken))
        longest.append(max(taken) * 1000)
        grown.append(_peak() - before)
        store.run(TENANT, _empty)
    store.close()
    title = f"{people:,} recipients frozen on {name}"
    return [
        ratio(f"{title} / one raw INSERT … SELECT", "rows/s", ours, theirs, at_least=target),
        Row(f"{title}: longest turn", median(longest), "ms", at_most=50, rounds=tuple(longest)),
        Row(f"{title}: growth of memory", max(grown), "MB", at_most=32, rounds=tuple(grown)),
    ]


def _stretches(store: Store, run_id: int) -> Any:
    town, is_more = the_town(a_broadcast()), True
    while is_more:
        begun = time.perf_counter()
        is_more = store.run(TENANT, lambda db: freeze(db, town, run_id, _BEGAN))
        yield time.perf_counter() - begun


def _begin(db: Db, minute: int) -> int:
    run = begin(db, a_broadcast(), f"2026-11-01T10:{minute:02}", _BEGAN)
    assert run is not None
    return run.id


def _empty(db: Db) -> None:
    db.execute(delete(Recipient).where(col(Recipient.occurrence_id) > 0))


def _add(db: Db, people: range) -> None:
    ids = [new_id() for _ in people]
    heard = _BEGAN - timedelta(days=3)
    rows: dict[Any, list[dict[str, object]]] = {Participant: [], Address: [], OptIn: []}
    for number, id in zip(people, ids, strict=True):
        channel = _LANES[number % 3]
        rows[Participant].append({"tenant_id": TENANT, "id": id, "language": "ca", "created_at": heard})
        rows[Address].append(
            {
                "tenant_id": TENANT,
                "id": id,
                "participant_id": id,
                "channel": channel,
                "hash": id.to_bytes(32, "big"),
                "sealed": bytes(44),
                "lane": f"{channel}:{TENANT}",
                "heard_at": heard,
                "proved_at": heard,
            }
        )
        said = {"topic": "works", "channel": channel, "is_in": True, "said_at": heard}
        rows[OptIn].append({"tenant_id": TENANT, "participant_id": id, **said})
    for model, some in rows.items():
        db.execute(insert(table_of(model)), some)


def _raw_sqlite(path: Path, statement: str) -> float:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = FULL")
    begun = time.perf_counter()
    connection.execute(statement)
    connection.commit()
    taken = time.perf_counter() - begun
    connection.close()
    return taken


def _raw_postgres(url: str, statement: str) -> float:
    with psycopg.connect(url) as connection:
        begun = time.perf_counter()
        connection.execute(statement.encode())
        connection.commit()
        return time.perf_counter() - begun


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
