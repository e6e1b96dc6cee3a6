"""What every message needs, in and out, as functions over the statements of `storage.hot`.

Those that take a `db` across tenants (`claim_due`, `end_messages`, `add_spendings`, `lanes_with_due`, `void_leases`,
`reconcile`, `hasten_replies`) are for the outbox.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from storage import hot, leaving
from storage.bound import Db
from storage.guard import EVERYONE
from storage.outbox import Message, Purpose, State
from storage.prepared import known_moment
from storage.row import new_id
from storage.rows import append
from storage.spending import Spending


class Due(NamedTuple):
    """A message that is leased to us and to be sent now."""

    id: int
    tenant_id: str
    participant_id: int
    channel: str
    sealed: bytes
    purpose: Purpose
    content: str
    attempts: int
    parts_sent: int
    segments: int
    cost: int
    tried_at: datetime | None
    is_farewell: bool
    is_uncertain: bool
    """The last attempt may have sent a part."""
    is_welcome: bool
    """False: the person has stopped or left since it was queued, so it must not be sent. A reply always is."""
    heard_at: datetime | None
    """When the person wrote last on this channel."""
    is_proved: bool
    """It is known that the person reads what is sent to this address."""


class Outcome(NamedTuple):
    """What became of a message that was leased to us: it has ended, or waits again (`QUEUED`) until `due_at`."""

    tenant_id: str
    id: int
    state: State
    due_at: datetime
    attempts: int
    parts_sent: int
    external_id: str
    reason: str
    ended_at: datetime | None
    is_farewell: bool = False
    segments: int = 0
    cost: int = 0
    is_uncertain: bool = False
    tried_at: datetime | None = None


def claim(db: Db, channel: str, external_id: str, now: datetime) -> bool:
    """Whether this message of a provider is new; from now on it is not. The tenant owns the account it came to."""
    cursor = hot.CLAIM[db.dialect].execute(
        db, {"tenant_id": db.tenant_id, "channel": channel, "external_id": external_id, "received_at": now}
    )
    return cursor.rowcount == 1


def save_session(db: Db, participant_id: int, state: str, now: datetime) -> None:
    """Keep where the participant stands in the conversation."""
    hot.SAVE_SESSION.execute(db, {"tenant": db.tenant_id, "caller": participant_id, "new_state": state, "now": now})


def enqueue(
    db: Db,
    participant_id: int,
    lane: str,
    channel: str,
    sealed: bytes,
    purpose: Purpose,
    content: str,
    due_at: datetime,
    *,
    owner: str = "",
    leased_until: datetime | None = None,
    is_farewell: bool = False,
) -> tuple[int, bool]:
    """Put a message in the outbox; returns its id, and whether it was born leased to `owner`, to be sent at once.

    It is not where something for the same person on the same lane is unsent and not the owner's: that goes first.
    """
    row: dict[str, Any] = {
        "tenant": db.tenant_id,
        "tenant_id": db.tenant_id,
        "id": new_id(),
        "participant_id": participant_id,
        "lane": lane,
        "channel": channel,
        "sealed": sealed,
        "purpose": purpose,
        "content": content,
        "state": State.SENDING,
        "due_at": due_at,
        "owner": owner,
        "leased_by": owner,
        "leased_until": leased_until,
        "is_farewell": is_farewell,
    }
    if db.dialect == "postgresql":
        return int(row["id"]), bool(hot.ENQUEUE.execute(db, row).fetchone()[0])
    must_wait = not owner or hot.MUST_WAIT.execute(db, row).fetchone()
    if must_wait:
        row |= {"state": State.QUEUED, "leased_by": "", "leased_until": None}
    hot.ADD_MESSAGE.execute(db, row)
    return int(row["id"]), not must_wait


def enqueue_broadcast(
    db: Db, occurrence_id: int, participant_id: int, lane: str, channel: str, sealed: bytes, content: str, now: datetime
) -> int:
    """Put one recipient's message in the outbox, queued; returns its id."""
    message = Message(
        participant_id=participant_id,
        lane=lane,
        channel=channel,
        sealed=sealed,
        purpose=Purpose.BROADCAST,
        content=content,
        due_at=now,
        occurrence_id=occurrence_id,
        tenant_id=db.tenant_id,
    )
    append(db, Message, vars(message))
    return message.id


def claim_due(db: Db, lane: str, owner: str, now: datetime, leased_until: datetime, limit: int) -> Sequence[Due]:
    """Lease what is due on a lane, oldest first; nothing overtakes an earlier unsent message to the same person."""
    _across_tenants(db)
    rows = leaving.FIND_DUE.execute(db, {"lane": lane, "now": now, "most": limit}).fetchall()
    leases = [{"tenant": row[1], "this": row[0], "owner": owner, "until": leased_until} for row in rows]
    if leases:
        leaving.LEASE.execute_many(db, leases)
    return [_due(*row) for row in rows]


def _due(*row: Any) -> Due:
    purpose, (tried_at, heard_at) = Purpose(row[5]), map(known_moment, (row[11], row[15]))
    return Due._make((*row[:5], purpose, *row[6:11], tried_at, *map(bool, row[12:15]), heard_at, bool(row[16])))


def end_messages(db: Db, owner: str, outcomes: Iterable[Outcome]) -> None:
    """Write what became of messages leased to `owner`; one whose lease was lost meanwhile is left as it is.

    A farewell that has ended is deleted: the person is gone.
    """
    _across_tenants(db)
    ended, forgotten = [], []
    for outcome in outcomes:
        this = {"tenant": outcome.tenant_id, "this": outcome.id, "owner": owner}
        if outcome.is_farewell and outcome.state in (State.SENT, State.FAILED):
            forgotten.append(this)
        else:
            ended.append(this | {f"new_{name}": value for name, value in zip(outcome._fields, outcome, strict=True)})
    if ended:
        leaving.END_MESSAGE.execute_many(db, ended)
    if forgotten:
        leaving.FORGET_MESSAGE.execute_many(db, forgotten)


def add_spendings(db: Db, spendings: Iterable[Mapping[str, Any]]) -> None:
    """Add what has been paid for: rows of any tenant, without their ids."""
    _across_tenants(db)
    for spending in spendings:
        append(db, Spending, {**spending, "id": new_id()})


def lanes_with_due(db: Db, now: datetime) -> Sequence[str]:
    """The lanes that have something queued and due."""
    _across_tenants(db)
    return [lane for (lane,) in leaving.LANES_WITH_DUE.execute(db, {"now": now}).fetchall()]


def void_leases(db: Db, owner: str, now: datetime, before: datetime) -> tuple[int, int]:
    """Give up others' leases that end before `before`: (replies queued again, other messages now uncertain).

    At the start of the one process of an embedded store every lease of another is void: pass a time far ahead.
    """
    _across_tenants(db)
    values = {"owner": owner, "until": before, "ended_at": now}
    return leaving.VOID_REPLIES.execute(db, values).rowcount, leaving.VOID_OTHERS.execute(db, values).rowcount


def reconcile(db: Db, now: datetime, before: datetime) -> int:
    """Queue what ended as uncertain before then, once, for its provider to be asked what became of it."""
    _across_tenants(db)
    return leaving.RECONCILE.execute(db, {"now": now, "before": before}).rowcount


def hasten_replies(db: Db, now: datetime) -> int:
    """Make due now every reply that waits for a later time, which a clock that was set back has moved far away."""
    _across_tenants(db)
    return leaving.HASTEN_REPLIES.execute(db, {"now": now}).rowcount


def _across_tenants(db: Db) -> None:
    if db.tenant_id != EVERYONE:
        raise ValueError("this works across tenants: run it with no_tenant()")
