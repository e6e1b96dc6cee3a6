"""A run begins, once for each date and time, and its audience is frozen: a row for each person, stretch by stretch."""

from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, case, func, insert, literal, null, select, update
from sqlmodel import col
from sqlmodel import select as rows_of

from bot.audience import Reading
from flows.participation.broadcast import Broadcast
from flows.participation.tenant import Town
from storage.broadcasts import Occurrence, Recipient, RecipientState, occurrence_at
from storage.database import Db
from storage.row import LAST_ID, new_id, table_of

STRETCH = 2000
"""People in one turn: a reply never waits for thousands of them."""
_LEFT_OUT = (
    RecipientState.OPTED_OUT,
    RecipientState.NO_CHANNEL,
    RecipientState.CAPPED,
    RecipientState.UNRENDERED,
    RecipientState.CANCELLED,
    RecipientState.EXPIRED,
    RecipientState.MOOT,
    RecipientState.DOUBLE,
)
"""Whoever ends so has not had the message."""

_recipients = table_of(Recipient)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Broadcast).decode


def begin(
    db: Db,
    broadcast: Broadcast,
    local_at: str,
    now: datetime,
    *,
    by: str = "system",
    id: int | None = None,
    is_missed: bool = False,
) -> Occurrence | None:
    """The run at this date and time of the town, if nobody has begun it. `id` is that of its file, if one was kept."""
    if occurrence_at(db, broadcast.slug, local_at) is not None:
        return None
    content = _encode(replace(broadcast, data=b"")).decode()
    run = Occurrence(
        broadcast=broadcast.slug,
        local_at=local_at,
        topic=broadcast.topic,
        content=content,
        begun_at=now,
        begun_by=by,
        expires_at=now + broadcast.expires_after,
        is_missed=is_missed,
        frozen_at=now if is_missed else None,
        id=new_id() if id is None else id,
    )
    db.add(run)
    return run


def broadcast_of(run: Occurrence) -> Broadcast:
    """As its file was when it began."""
    return _decode(run.content)


def freeze(db: Db, town: Town, run_id: int, now: datetime) -> bool:
    """One more stretch of the audience; returns whether there may be more."""
    run = db.first(rows_of(Occurrence).where(col(Occurrence.id) == run_id).with_for_update())
    if run is None or run.frozen_at is not None or run.cancelled_at is not None:
        return False
    broadcast = broadcast_of(run)
    reading = Reading(db, town, broadcast, now)
    people = db.all(reading.stretch(run.reached, STRETCH))
    if people:
        _add(db, reading, run, people[-1], now)
        _leave_out(db, town, run, people[-1], now)
        run.reached = people[-1]
    if len(people) < STRETCH:
        run.frozen_at, run.reached = now, LAST_ID
        return False
    return True


def _add(db: Db, reading: Reading, run: Occurrence, until: int, now: datetime) -> None:
    """Everybody of the audience in the stretch; whom no channel reaches, or who has said no, has ended already."""
    asked = reading.frozen(run.reached, until)
    is_reached, said_yes = asked.c.lane != "", reading.has_opted_in(asked.c.participant_id)
    states = _recipients.c.state.type
    waiting, no_channel, opted_out = (
        literal(each, states) for each in (RecipientState.WAITING, RecipientState.NO_CHANNEL, RecipientState.OPTED_OUT)
    )
    columns = {
        "tenant_id": bindparam("tenant_of_rows", db.tenant_id, type_=_recipients.c.tenant_id.type),
        "occurrence_id": literal(run.id),
        "participant_id": asked.c.participant_id,
        "language": asked.c.language,
        "lane": asked.c.lane,
        "state": case((is_reached, waiting), (said_yes, no_channel), else_=opted_out),
        "message_id": null(),
        "tried": literal(""),
        "reason": literal(""),
        "changed_at": literal(now, _recipients.c.changed_at.type),
        "ended_at": case((is_reached, null()), else_=literal(now, _recipients.c.ended_at.type)),
    }
    people = select(*(value.label(name) for name, value in columns.items()))
    db.execute(insert(_recipients).from_select(list(columns), people, include_defaults=False))


def _leave_out(db: Db, town: Town, run: Occurrence, until: int, now: datetime) -> None:
    """Of the stretch, those who have had enough of the topic."""
    topic = town.topic(run.topic)
    if topic is None or topic.most is None:
        return
    since = now - topic.within
    lately = (col(Occurrence.topic) == run.topic, col(Occurrence.begun_at) > since, col(Occurrence.id) != run.id)
    runs = db.all(rows_of(Occurrence.id).where(*lately))
    if len(runs) >= topic.most:
        earlier = _recipients.alias("earlier")
        heard = select(func.count()).where(
            earlier.c.tenant_id == db.tenant_id,
            earlier.c.occurrence_id.in_(runs),
            earlier.c.participant_id == _recipients.c.participant_id,
            earlier.c.state.not_in(_LEFT_OUT),
        )
        added = (
            _recipients.c.tenant_id == db.tenant_id,
            _recipients.c.occurrence_id == run.id,
            _recipients.c.participant_id > run.reached,
            _recipients.c.participant_id <= until,
            _recipients.c.state == RecipientState.WAITING,
        )
        has_enough = heard.correlate(_recipients).scalar_subquery() >= topic.most
        values = {"state": RecipientState.CAPPED, "changed_at": now, "ended_at": now}
        db.execute(update(_recipients).where(*added, has_enough).values(values))
