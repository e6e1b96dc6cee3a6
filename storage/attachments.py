"""Photos and documents that people add to what they publish."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, text
from sqlmodel import Field, col, delete, exists, func, select

from storage.broadcasts import Occurrence
from storage.row import IdRow, Row, by_value
from storage.tickets import Ticket

if TYPE_CHECKING:
    from storage.database import Db

_WAITS = "due_at is not null"


class Stage(StrEnum):
    """Where a file stands: still at its provider, here, not taken (another kind, too large), or gone from there."""

    WANTED = "wanted"
    KEPT = "kept"
    REFUSED = "refused"
    LOST = "lost"


class Attachment(IdRow, table=True):
    """One file of an item: known from the turn that published it, fetched from the provider afterwards."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("attachments_of_item", "tenant_id", "item", "id"),
        Index("attachments_due", "tenant_id", "due_at", sqlite_where=text(_WAITS), postgresql_where=text(_WAITS)),
        Index("attachments_of_participant", "tenant_id", "participant_id", "id"),
    )

    item: str = Field(max_length=160)
    """"proposal:<reference>"."""
    participant_id: int | None = Field(default=None, sa_type=BigInteger)
    """Who added it; None when they are forgotten."""
    channel: str = Field(max_length=20)
    account: str = Field(max_length=40)
    """The tenant that owns the account it came to."""
    external_id: str = Field(max_length=400)
    """The provider's id of the file."""
    name: str = Field(max_length=120)
    media_type: str = Field(max_length=100)
    size: int = 0
    state: Stage = Field(default=Stage.WANTED, sa_type=by_value(Stage))
    attempts: int = 0
    due_at: datetime | None
    """When to fetch it; None once that has ended."""
    added_at: datetime
    hidden_at: datetime | None = None
    """Set by the town's people: nobody but they can see it."""


class Content(Row, table=True):
    """The bytes of an attachment in the store, where the first releases kept them: moved out to `storage.files`."""

    __tablename__ = "contents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "attachment_id"], ["attachments.tenant_id", "attachments.id"], ondelete="CASCADE"
        ),
    )

    attachment_id: int = Field(primary_key=True, sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


def attachments_of(db: "Db", item: str) -> list[Attachment]:
    """Every file of an item, in the order in which they were added."""
    return list(db.all(select(Attachment).where(Attachment.item == item).order_by(col(Attachment.id))))


def shown_attachments(db: "Db", item: str) -> list[Attachment]:
    """The files of an item that anybody who sees it can see."""
    return [each for each in attachments_of(db, item) if each.state is Stage.KEPT and each.hidden_at is None]


def counts_of_shown(db: "Db", items: Collection[str]) -> dict[str, int]:
    """How many files of each of many items anybody can see; those without any are left out."""
    item = col(Attachment.item)
    shown = (item.in_(items), col(Attachment.state) == Stage.KEPT, col(Attachment.hidden_at).is_(None))
    return dict(db.tuples(select(Attachment.item, func.count()).where(*shown).group_by(item)))


def due_attachments(db: "Db", now: datetime, limit: int) -> list[Attachment]:
    """The files to fetch now, locked until the turn ends; another process passes over them."""
    query = select(Attachment).where(col(Attachment.due_at) <= now).order_by(col(Attachment.due_at)).limit(limit)
    return list(db.all(query.with_for_update(skip_locked=True)))


def shown_among(db: "Db", attachment_ids: Sequence[int]) -> Sequence[int]:
    """Those of these files that can be seen; the one of a broadcast has the id of its run."""
    is_shown = (col(Attachment.state) == Stage.KEPT, col(Attachment.hidden_at).is_(None))
    shown = db.all(select(Attachment.id).where(col(Attachment.id).in_(attachment_ids), *is_shown))
    return [*shown, *db.all(select(Occurrence.id).where(col(Occurrence.id).in_(attachment_ids)))]


def forget_files_of_tickets(db: "Db") -> None:
    """Delete the files of tickets that are gone."""
    ticket = func.substr(col(Attachment.item), len("ticket:") + 1)
    is_there = exists().where(col(Ticket.tenant_id) == col(Attachment.tenant_id), col(Ticket.code) == ticket)
    db.execute(delete(Attachment).where(col(Attachment.item) > "ticket:", col(Attachment.item) < "ticket;", ~is_there))


def kept_attachments(db: "Db") -> Sequence[int]:
    """The ids of all that have a file here."""
    kept = db.all(select(Attachment.id).where(col(Attachment.state) == Stage.KEPT))
    return [*kept, *db.all(select(Occurrence.id))]


def contents_left(db: "Db", limit: int) -> Sequence[Content]:
    """Some of the bytes that are still in the store."""
    return db.all(select(Content).limit(limit))
