"""Reference: bare psycopg, async, sixteen pooled connections, one transaction a message with a savepoint in it.

The statements are those of `raw_sqlite`, prepared by the driver, plus the row locks that PostgreSQL needs.
"""

import asyncio
import hashlib
import hmac
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from psycopg import AsyncConnection, AsyncCursor

from tests.bench import raw_sqlite as raw
from tests.bench.raw_sqlite import LANE, OWNER, TENANT, Turn
from tests.bench.survey import State, advance

POOL = 16
CLAIM, ADD_PARTICIPANT, ADD_ADDRESS, ADD_SESSION, SAVE, ENQUEUE, RESPOND, LOG, SENT = (
    statement.replace("?", "%s").encode()
    for statement in (
        *(raw.CLAIM, raw.ADD_PARTICIPANT, raw.ADD_ADDRESS, raw.ADD_SESSION),
        *(raw.SAVE, raw.ENQUEUE, raw.RESPOND, raw.LOG, raw.SENT),
    )
)
FIND = f"{raw.FIND} for update of p, s".replace("?", "%s").encode()


class RawPostgres:
    """The store: as many transactions at once as there are connections, each one message, durable."""

    def __init__(self, key: bytes = b"bench") -> None:
        self._key = key
        self._ids = itertools.count(int(datetime.now(UTC).timestamp() * 1000) << 20)
        self._free: list[AsyncConnection] = []
        self._turnstile = asyncio.Semaphore(POOL)

    async def open(self, uri: str) -> None:
        """Fill the pool."""
        for _ in range(POOL):
            self._free.append(await AsyncConnection.connect(uri, autocommit=True, prepare_threshold=1))

    async def close(self) -> None:
        """Empty the pool."""
        while self._free:
            await self._free.pop().close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with self._turnstile:
            connection = self._free.pop()
            try:
                yield connection
            finally:
                self._free.append(connection)

    async def turn(self, update_id: str, chat: str, text: str) -> Turn | None:
        """One inbound message, durable on return; None if it had been claimed before."""
        async with self._connection() as db, db.transaction(), db.transaction(), db.cursor() as cursor:
            return await self._turn(cursor, update_id, chat, text)

    async def sent(self, outcomes: list[tuple[str, int]]) -> None:
        """Mark (provider's id, outbox id) as sent: one transaction, its statements in one pipeline."""
        now = datetime.now(UTC)
        async with self._connection() as db, db.transaction(), db.cursor() as cursor:
            await cursor.executemany(SENT, [(external_id, now, TENANT, message) for external_id, message in outcomes])

    async def _turn(self, db: AsyncCursor[Any], update_id: str, chat: str, text: str) -> Turn | None:
        now = datetime.now(UTC)
        if (await db.execute(CLAIM, (TENANT, update_id, now))).rowcount == 0:
            return None
        address = hmac.digest(self._key, chat.encode(), hashlib.sha256)
        row = await (await db.execute(FIND, (TENANT, address))).fetchone() or await self._add(db, chat, address, now)
        participant, _, sealed, _, stored = row
        state = msgspec.json.decode(stored, type=State) if stored else State()
        reply = advance(state, text)
        await db.execute(SAVE, (msgspec.json.encode(state).decode(), now, TENANT, participant))
        if reply.submitted:
            answers = msgspec.json.encode(state.answers).decode()
            await db.execute(RESPOND, (TENANT, next(self._ids), state.survey, participant, update_id, answers, now))
            actor, subject = f"participant:{participant}", f"survey:{state.survey}"
            await db.execute(LOG, (TENANT, next(self._ids), actor, subject, now))
        message = next(self._ids)
        content = msgspec.json.encode(reply).decode()
        await db.execute(ENQUEUE, (TENANT, message, participant, LANE, sealed, content, now, OWNER, now))
        return Turn(message, reply)

    async def _add(self, db: AsyncCursor[Any], chat: str, address: bytes, now: datetime) -> tuple[Any, ...]:
        participant, sealed = next(self._ids), b"sealed:" + chat.encode()
        await db.execute(ADD_PARTICIPANT, (TENANT, participant, now))
        await db.execute(ADD_ADDRESS, (TENANT, next(self._ids), participant, address, sealed, LANE))
        await db.execute(ADD_SESSION, (TENANT, participant, now))
        return participant, "en", sealed, None, ""
