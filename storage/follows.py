"""Who asked for news of what."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field, col, exists, func, select

from storage.digests import Note
from storage.row import Row

if TYPE_CHECKING:
    from storage.database import Db


class Follow(Row, table=True):
    """One participant follows one subject: "process:<slug>", "assembly:<slug>" or "proposal:<reference>"."""

    __tablename__ = "follows"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("follows_of_subject", "tenant_id", "subject", "participant_id"),
    )

    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    subject: str = Field(primary_key=True, max_length=160)
    followed_at: datetime


def counts_of_followers(db: "Db", subjects: Collection[str]) -> dict[str, int]:
    """How many follow each of many subjects; those that nobody follows are left out."""
    subject = col(Follow.subject)
    return dict(db.tuples(select(Follow.subject, func.count()).where(subject.in_(subjects)).group_by(subject)))


def followers_after(db: "Db", subjects: Collection[str], after: int, limit: int) -> list[int]:
    """The participants who follow any of the subjects, in order of their ids, those after that one."""
    person = col(Follow.participant_id)
    some = select(person).where(col(Follow.subject).in_(subjects), person > after)
    return list(db.all(some.distinct().order_by(person).limit(limit)))


def followers_not_noted(db: "Db", subject: str, noted_as: str, after: int, limit: int) -> list[int]:
    """As `followers_after`, of one subject, but for those whose next digest tells that already."""
    person = col(Follow.participant_id)
    noted = exists().where(
        col(Note.tenant_id) == db.tenant_id,
        col(Note.participant_id) == person,
        col(Note.told_at).is_(None),
        col(Note.kind) == noted_as,
        col(Note.subject) == subject,
    )
    some = select(person).where(col(Follow.subject) == subject, person > after, ~noted)
    return list(db.all(some.order_by(person).limit(limit)))


def followers_of(db: "Db", subject: str) -> Sequence[int]:
    """The participants who follow a subject."""
    return db.all(select(Follow.participant_id).where(col(Follow.subject) == subject))


def follows_of(db: "Db", participant_id: int) -> list[Follow]:
    """What a participant follows, the newest first."""
    return list(
        db.all(
            select(Follow).where(col(Follow.participant_id) == participant_id).order_by(col(Follow.followed_at).desc())
        )
    )
