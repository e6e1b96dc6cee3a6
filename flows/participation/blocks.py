"""Somebody may read and no longer write, because of what they published; and may again. They are told why."""

from collections.abc import Mapping
from datetime import datetime

from flows.participation.moderation import Ground, NotDone, State, Verdict, judge
from flows.participation.tenant import Town
from flows.participation.words import words_in
from storage.audit import record
from storage.database import Db
from storage.happenings import Happening
from storage.moderation import Moderation, item_of
from storage.participants import Participant

REASON_MOST = 300


def block(
    db: Db, town: Town, name: str, ground: Ground, reason: Mapping[str, str], *, now: datetime, actor: str
) -> Participant:
    """The author of an item writes nothing more, on any channel, until they are let again."""
    person = _author(db, name)
    if person.blocked_at is not None:
        raise NotDone(f"The author of {name} has been blocked since {person.blocked_at:%Y-%m-%d}.")
    if any(len(words) > REASON_MOST for words in reason.values()):
        raise NotDone(f"What a person is told has at most {REASON_MOST} characters.")
    person.blocked_at = now
    person.blocked_reason = words_in(reason, person.language, town.language) or ground
    _judge(db, person, Verdict.BLOCKED, ground, reason, now, actor, name)
    return person


def unblock(db: Db, name: str, *, now: datetime, actor: str) -> Participant:
    """The author of an item writes again."""
    person = _author(db, name)
    if person.blocked_at is None:
        raise NotDone(f"The author of {name} is not blocked.")
    person.blocked_at, person.blocked_reason = None, ""
    _judge(db, person, Verdict.UNBLOCKED, None, {}, now, actor, name)
    return person


def _author(db: Db, name: str) -> Participant:
    item = item_of(db, name)
    if item is None:
        raise NotDone(f"There is no {name}.")
    person = db.find(Participant, item.author_id) if item.author_id is not None else None
    if person is None:
        raise NotDone(f"The author of {name} has left.")
    return person


def _judge(
    db: Db,
    person: Participant,
    verdict: Verdict,
    ground: Ground | None,
    reason: Mapping[str, str],
    now: datetime,
    actor: str,
    name: str,
) -> None:
    subject = f"participant:{person.id}"
    state = State.BLOCKED if verdict is Verdict.BLOCKED else State.KEPT
    row = db.find(Moderation, subject)
    if row is None:
        row = Moderation(item=subject, state=state, opened_at=now)
        db.add(row)
    judge(db, row, state, ground, reason, now=now, actor=actor)
    record(db, actor, f"participant_{verdict}", subject, now, {"item": name, "ground": ground or ""})
    db.add(Happening(kind=f"participant_{verdict}", subject=subject, happened_at=now))
