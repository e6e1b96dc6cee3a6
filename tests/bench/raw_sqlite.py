"""Reference: what the bare sqlite3 driver can do. WAL, FULL, one writer thread, grouped commits, a savepoint a message.

It writes the rows that ours writes for one inbound, into tables made by our own migration.
"""

import asyncio
import hashlib
import hmac
import itertools
import queue
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.bench.survey import Reply, State, advance

TENANT, LANE, OWNER, GROUP = "bench", "telegram:bench", "raw", 64

CLAIM = """insert into claims (tenant_id, channel, external_id, received_at) values (?, 'telegram', ?, ?)
  on conflict do nothing"""
FIND = """select p.id, p.language, a.sealed, a.stopped_at, s.state
  from addresses a join participants p on p.tenant_id = a.tenant_id and p.id = a.participant_id
  join sessions s on s.tenant_id = a.tenant_id and s.participant_id = a.participant_id
  where a.tenant_id = ? and a.channel = 'telegram' and a.hash = ?"""
ADD_PARTICIPANT = """insert into participants
  (tenant_id, id, language, public_name, attested_age, accepted_terms, is_easy, blocked_reason, created_at)
  values (?, ?, 'en', '', 16, '1', false, '', ?)"""
ADD_ADDRESS = """insert into addresses (tenant_id, id, participant_id, channel, hash, sealed, lane, stopped_reason)
  values (?, ?, ?, 'telegram', ?, ?, ?, '')"""
ADD_SESSION = "insert into sessions (tenant_id, participant_id, state, updated_at) values (?, ?, '', ?)"
SAVE = "update sessions set state = ?, updated_at = ? where tenant_id = ? and participant_id = ?"
ENQUEUE = """insert into outbox (tenant_id, id, participant_id, lane, channel, sealed, purpose, content, state, due_at,
  leased_by, leased_until, attempts, parts_sent, external_id, reason, is_farewell,
  is_uncertain, segments, cost, delivery, delivery_code)
  values (?, ?, ?, ?, 'telegram', ?, 'reply', ?, 'sending', ?, ?, ?, 1, 0, '', '', false, false, 0, 0, 'unknown', '')"""
RESPOND = """insert into responses
  (tenant_id, id, survey, revision, participant_id, receipt, answers, channel, language, submitted_at)
  values (?, ?, ?, 'bench', ?, ?, ?, 'telegram', 'en', ?)"""
LOG = """insert into audit (tenant_id, id, actor, action, subject, detail, at)
  values (?, ?, ?, 'survey_answered', ?, '{"revision": "bench"}', ?)"""
SENT = "update outbox set state = 'sent', external_id = ?, parts_sent = 1, ended_at = ? where tenant_id = ? and id = ?"


class Turn(NamedTuple):
    """What one message led to: the reply to send, and the outbox row it stands in."""

    message_id: int
    reply: Reply


class RawSqlite:
    """The store. Work runs in one thread: whatever waits (at most 64) is one transaction, then all are released."""

    def __init__(self, path: Path, key: bytes = b"bench") -> None:
        self._path, self._key = path, key
        self._ids = itertools.count(int(datetime.now(UTC).timestamp() * 1000) << 20)
        self._waiting: queue.SimpleQueue[tuple[Callable[[], Turn | None], asyncio.Future[Turn | None]] | None]
        self._waiting = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    async def turn(self, update_id: str, chat: str, text: str) -> Turn | None:
        """One inbound message, durable on return; None if it had been claimed before."""
        return await self._submit(lambda: self._turn(update_id, chat, text))

    async def sent(self, outcomes: list[tuple[str, int]]) -> None:
        """Mark (provider's id, outbox id) as sent."""
        await self._submit(lambda: self._sent(outcomes))

    def close(self) -> None:
        """End the thread."""
        self._waiting.put(None)
        self._thread.join()

    async def _submit(self, work: Callable[[], Turn | None]) -> Turn | None:
        done: asyncio.Future[Turn | None] = self._loop.create_future()
        self._waiting.put((work, done))
        return await done

    def _work(self) -> None:
        self._db = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "busy_timeout = 5000"):
            self._db.execute(f"pragma {pragma}")
        while (first := self._waiting.get()) is not None:
            group = [first]
            while len(group) < GROUP and not self._waiting.empty():
                if (job := self._waiting.get()) is None:
                    self._waiting.put(None)
                    break
                group.append(job)
            self._db.execute("begin immediate")
            results = [(done, self._in_savepoint(work)) for work, done in group]
            self._db.execute("commit")
            self._loop.call_soon_threadsafe(_release, results)
        self._db.close()

    def _in_savepoint(self, work: Callable[[], Turn | None]) -> Turn | Exception | None:
        self._db.execute("savepoint one")
        try:
            return work()
        except (sqlite3.Error, ValueError) as error:
            self._db.execute("rollback to one")
            return error
        finally:
            self._db.execute("release one")

    def _turn(self, update_id: str, chat: str, text: str) -> Turn | None:
        now, run = datetime.now(UTC).isoformat(" "), self._db.execute
        if run(CLAIM, (TENANT, update_id, now)).rowcount == 0:
            return None
        address = hmac.digest(self._key, chat.encode(), hashlib.sha256)
        row = run(FIND, (TENANT, address)).fetchone() or self._add(chat, address, now)
        participant, _, sealed, _, stored = row
        state = msgspec.json.decode(stored, type=State) if stored else State()
        reply = advance(state, text)
        run(SAVE, (msgspec.json.encode(state).decode(), now, TENANT, participant))
        if reply.submitted:
            answers = msgspec.json.encode(state.answers).decode()
            run(RESPOND, (TENANT, next(self._ids), state.survey, participant, update_id, answers, now))
            run(LOG, (TENANT, next(self._ids), f"participant:{participant}", f"survey:{state.survey}", now))
        message = next(self._ids)
        content = msgspec.json.encode(reply).decode()
        run(ENQUEUE, (TENANT, message, participant, LANE, sealed, content, now, OWNER, now))
        return Turn(message, reply)

    def _add(self, chat: str, address: bytes, now: str) -> tuple[int, str, bytes, None, str]:
        participant, sealed = next(self._ids), b"sealed:" + chat.encode()
        self._db.execute(ADD_PARTICIPANT, (TENANT, participant, now))
        self._db.execute(ADD_ADDRESS, (TENANT, next(self._ids), participant, address, sealed, LANE))
        self._db.execute(ADD_SESSION, (TENANT, participant, now))
        return participant, "en", sealed, None, ""

    def _sent(self, outcomes: list[tuple[str, int]]) -> None:
        now = datetime.now(UTC).isoformat(" ")
        self._db.executemany(SENT, [(external_id, now, TENANT, message) for external_id, message in outcomes])


def _release(results: list[tuple[asyncio.Future[Turn | None], Turn | Exception | None]]) -> None:
    for done, result in results:
        if done.cancelled():
            continue
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)
