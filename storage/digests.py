"""How often each person wants to hear on each channel, and what waits to be told together."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, text
from sqlmodel import Field, col, select

from storage.row import IdRow, Row, by_value

if TYPE_CHECKING:
    from storage.database import Db

UNTOLD = "told_at is null"


class Pace(StrEnum):
    """How often news is sent, after Decidim's `notifications_sending_frequency`."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Preference(Row, table=True):
    """What a person has chosen for one channel of theirs; without a row, news comes at once."""

    __tablename__ = "preferences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        {"sqlite_with_rowid": False},
    )

    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    channel: str = Field(primary_key=True, max_length=20)
    pace: Pace = Field(default=Pace.AT_ONCE, sa_type=by_value(Pace))
    quiet_from: int | None = None
    """The minute of the town's day at which their own quiet hours begin; None where they have none."""
    quiet_to: int | None = None
    """The minute at which they end, on the next day where it is smaller."""


class Note(IdRow, table=True):
    """One thing that a person is told in their next digest, made into words when it is sent."""

    __tablename__ = "notes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("notes_due", "tenant_id", "due_at", sqlite_where=text(UNTOLD), postgresql_where=text(UNTOLD)),
        Index("notes_of_participant", "tenant_id", "participant_id", "told_at"),
    )

    participant_id: int = Field(sa_type=BigInteger)
    kind: str = Field(max_length=40)
    subject: str = Field(max_length=160)
    """Kind and subject are the happening's."""
    happened_at: datetime
    due_at: datetime
    told_at: datetime | None = None
    """The digest it stood in: those of one have the same moment."""


def preferences_of(db: "Db", participant_id: int) -> Sequence[Preference]:
    """What a person has chosen, channel by channel."""
    return db.all(select(Preference).where(col(Preference.participant_id) == participant_id))


def preferences_among(db: "Db", participant_ids: Collection[int]) -> dict[tuple[int, str], Preference]:
    """What these people have chosen, by person and channel."""
    chosen = db.all(select(Preference).where(col(Preference.participant_id).in_(participant_ids)))
    return {(each.participant_id, each.channel): each for each in chosen}


def noted_among(db: "Db", participant_ids: Collection[int], kind: str, subject: str) -> frozenset[int]:
    """Of these people, those whose next digest tells this already."""
    same = (col(Note.kind) == kind, col(Note.subject) == subject, col(Note.told_at).is_(None))
    return frozenset(db.all(select(Note.participant_id).where(col(Note.participant_id).in_(participant_ids), *same)))


def notes_waiting(db: "Db", participant_id: int) -> Sequence[Note]:
    """What a person has still to be told, in the order in which it happened."""
    theirs = (col(Note.participant_id) == participant_id, col(Note.told_at).is_(None))
    return sorted(db.all(select(Note).where(*theirs)), key=lambda note: note.id)


def notes_told(db: "Db", participant_id: int, told_at: datetime) -> Sequence[Note]:
    """What stood in one digest, in its order."""
    theirs = (col(Note.participant_id) == participant_id, col(Note.told_at) == told_at)
    return sorted(db.all(select(Note).where(*theirs)), key=lambda note: note.id)


def last_digest(db: "Db", participant_id: int) -> datetime | None:
    """When a person's last digest was made."""
    told_at = col(Note.told_at)
    theirs = (col(Note.participant_id) == participant_id, told_at.is_not(None))
    return db.first(select(told_at).where(*theirs).order_by(told_at.desc()).limit(1))


def people_with_notes_due(db: "Db", now: datetime, limit: int) -> list[int]:
    """Whose digest is due, those who wait longest first."""
    due = (col(Note.told_at).is_(None), col(Note.due_at) <= now)
    waiting = db.all(select(Note.participant_id).where(*due).order_by(col(Note.due_at)).limit(limit * 20))
    return list(dict.fromkeys(waiting))[:limit]
