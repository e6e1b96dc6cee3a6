"""What a person asked to be reminded of, once its day comes."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text, update
from sqlmodel import Field, col, select

from storage.row import IdRow, by_value

if TYPE_CHECKING:
    from storage.database import Db


class Ending(StrEnum):
    """What became of a reminder."""

    WAITING = "waiting"
    TOLD = "told"
    GONE = "gone"
    """What it was about is no longer there, or no longer has a day."""
    UNWANTED = "unwanted"
    """The person has stopped, or wants no more news."""


class Reminder(IdRow, table=True):
    """One message that a person asked for: "supporting opens in this process"."""

    __tablename__ = "reminders"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "participant_id", "subject", "action"),
        Index(
            "reminders_untold",
            "tenant_id",
            "due_at",
            sqlite_where=text("told_at is null"),
            postgresql_where=text("told_at is null"),
        ),
    )

    participant_id: int = Field(sa_type=BigInteger)
    subject: str = Field(max_length=160)
    """As in `Follow.subject`."""
    action: str = Field(max_length=20)
    """What will be possible, as in `Action`."""
    due_at: datetime
    told_at: datetime | None = None
    """When it ended, in whichever way."""
    ending: Ending = Field(default=Ending.WAITING, sa_type=by_value(Ending))


def reminder_of(db: "Db", participant_id: int, subject: str, action: str) -> Reminder | None:
    """What a person asked about a subject, whether it was told or not."""
    return db.first(
        select(Reminder).where(
            col(Reminder.participant_id) == participant_id,
            col(Reminder.subject) == subject,
            col(Reminder.action) == action,
        )
    )


def reminders_by(db: "Db", participant_id: int) -> list[Reminder]:
    """What a person still waits for, the nearest first."""
    asked = db.all(select(Reminder).where(col(Reminder.participant_id) == participant_id))
    return sorted((each for each in asked if each.told_at is None), key=lambda reminder: reminder.due_at)


def due_reminders(db: "Db", now: datetime, limit: int) -> list[Reminder]:
    """What is due and was not told, the oldest first; nobody else takes them up meanwhile."""
    query = (
        select(Reminder)
        .where(col(Reminder.told_at).is_(None), col(Reminder.due_at) <= now)
        .order_by(col(Reminder.due_at))
        .limit(limit)
    )
    return list(db.all(query.with_for_update(skip_locked=True)))


def awaited(db: "Db") -> list[tuple[str, str, datetime]]:
    """What is waited for, by anybody: each subject and action, and the day it is expected."""
    return list(
        db.tuples(
            select(Reminder.subject, Reminder.action, Reminder.due_at).where(col(Reminder.told_at).is_(None)).distinct()
        )
    )


def move_reminders(db: "Db", subject: str, action: str, due_at: datetime) -> None:
    """The day of what is waited for has changed."""
    db.execute(
        update(Reminder)
        .where(col(Reminder.subject) == subject, col(Reminder.action) == action, col(Reminder.told_at).is_(None))
        .values(due_at=due_at)
    )
