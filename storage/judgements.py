"""What people say became of it: the town says that a proposal is answered or done, its author and followers whether
that is so."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlmodel import Field, col, select

from storage.row import IdRow, Row, by_value

if TYPE_CHECKING:
    from storage.database import Db

UNASKED = "asked_at is null"


class Claimed(StrEnum):
    """What the town has said."""

    ANSWERED = "answered"
    DONE = "done"


class Word(StrEnum):
    """What a person says of it."""

    NONE = ""
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Inquiry(IdRow, table=True):
    """People will be asked about one proposal, some weeks after the town has spoken."""

    __tablename__ = "inquiries"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reference", "claimed"),
        Index("inquiries_open", "tenant_id", "since", sqlite_where=text(UNASKED), postgresql_where=text(UNASKED)),
    )

    reference: str = Field(max_length=60)
    """Of the proposal."""
    claimed: Claimed = Field(sa_type=by_value(Claimed))
    since: datetime
    """When the town said so last."""
    reached: int = Field(default=0, sa_type=BigInteger)
    """People are taken down in order of their ids: everyone up to this one has been."""
    asked_at: datetime | None = None
    """When everyone had been taken down to be asked, or nobody was to be asked any more."""


class Judgement(Row, table=True):
    """One person who is asked, and their word."""

    __tablename__ = "judgements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("judgements_due", "tenant_id", "due_at", sqlite_where=text(UNASKED), postgresql_where=text(UNASKED)),
        Index("judgements_of_participant", "tenant_id", "participant_id"),
    )

    reference: str = Field(primary_key=True, max_length=60)
    claimed: Claimed = Field(primary_key=True, sa_type=by_value(Claimed))
    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    due_at: datetime
    asked_at: datetime | None = None
    is_repeat: bool = False
    """They asked to be asked again; nobody is asked a third time."""
    said: Word = Field(default=Word.NONE, sa_type=by_value(Word))
    said_at: datetime | None = None


def open_inquiries(db: "Db", since: datetime) -> Sequence[Inquiry]:
    """Those of which the town spoke so long ago or longer, to be asked now."""
    due = (col(Inquiry.asked_at).is_(None), col(Inquiry.since) <= since)
    return db.all(select(Inquiry).where(*due).order_by(col(Inquiry.since)).with_for_update(skip_locked=True))


def inquiry_of(db: "Db", reference: str, claimed: Claimed) -> Inquiry | None:
    """Of a proposal, what the town said of it."""
    same = (col(Inquiry.reference) == reference, col(Inquiry.claimed) == claimed)
    return db.first(select(Inquiry).where(*same))


def judgements_due(db: "Db", now: datetime, limit: int) -> Sequence[Judgement]:
    """Who is to be asked now, those who wait longest first."""
    due = (col(Judgement.asked_at).is_(None), col(Judgement.due_at) <= now)
    query = select(Judgement).where(*due).order_by(col(Judgement.due_at)).limit(limit)
    return db.all(query.with_for_update(skip_locked=True))


def words_on(db: "Db", references: Collection[str]) -> Sequence[tuple[str, Claimed, Word, int]]:
    """How many say what of proposals, of which claim."""
    columns = (col(Judgement.reference), col(Judgement.claimed), col(Judgement.said))
    said = select(*columns, func.count()).where(columns[0].in_(references), columns[2] != Word.NONE)
    return db.tuples(said.group_by(*columns))
