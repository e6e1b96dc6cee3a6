"""What was reported, what was decided, and how a text read before it was changed."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index, text
from sqlmodel import Field, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.comments import Comment
from storage.proposals import Proposal
from storage.row import IdRow, Row

if TYPE_CHECKING:
    from storage.database import Db

Item: TypeAlias = Proposal | Comment
"""What people publish, and what can be reported, hidden and redacted."""

APPEALED = "appealed_at is not null"


class Report(Row, table=True):
    """One person's report of one item: "proposal:<reference>" or "comment:<reference>"."""

    __tablename__ = "reports"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("reports_of_participant", "tenant_id", "participant_id"),
        {"sqlite_with_rowid": False},
    )

    item: str = Field(primary_key=True, max_length=160)
    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    reason: str = Field(max_length=20)
    """A `Ground` of `flows.participation.moderation`."""
    reported_at: datetime
    judged_at: datetime | None = None
    """When a person decided about the item: the report no longer counts towards hiding it."""


class Moderation(Row, table=True):
    """Where an item stands with the town's people, from the first report or, where they read first, from the start.

    Of a person who is blocked as well: the item is "participant:<id>" then.
    """

    __tablename__ = "moderations"
    __table_args__ = (
        Index("moderations_by_state", "tenant_id", "state", "opened_at"),
        Index(
            "moderations_appealed",
            "tenant_id",
            "appealed_at",
            sqlite_where=text(APPEALED),
            postgresql_where=text(APPEALED),
        ),
        {"sqlite_with_rowid": False},
    )

    item: str = Field(primary_key=True, max_length=160)
    state: str = Field(max_length=12)
    """A `State` of `flows.participation.moderation`."""
    opened_at: datetime
    ground: str = Field(default="", max_length=20)
    """Of what was decided, or of most reports while nobody has."""
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=120)
    reason: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """What the author was told, by language."""
    appealed_at: datetime | None = None
    """When the author asked for another look at what was decided last."""


class Version(IdRow, table=True):
    """How an item's words read until they were changed, by its author or by a redaction; never shown to citizens."""

    __tablename__ = "versions"
    __table_args__ = (Index("versions_of_item", "tenant_id", "item", "id"),)

    item: str = Field(max_length=160)
    content: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    """The fields that changed, as they were."""
    why: str = Field(max_length=20)
    """"edited", "redacted" or "reverted"."""
    by: str = Field(max_length=120)
    """As in `audit.Entry.actor`."""
    replaced_at: datetime


def item_of(db: "Db", item: str) -> Item | None:
    """The contribution of this name, whether or not it may be read."""
    return db.first(_proposal(item)) if item.startswith("proposal:") else db.first(_comment(item))


def locked_item(db: "Db", item: str) -> Item | None:
    """The contribution of this name as it stands now, and nobody else decides about it until the turn ends."""
    if item.startswith("proposal:"):
        return db.first(_proposal(item).with_for_update().execution_options(populate_existing=True))
    return db.first(_comment(item).with_for_update().execution_options(populate_existing=True))


def unjudged_reports(db: "Db", item: str) -> list[Report]:
    """The reports of an item that nobody has decided about, the first before."""
    query = select(Report).where(col(Report.item) == item, col(Report.judged_at).is_(None))
    return list(db.all(query.order_by(col(Report.reported_at))))


def moderations_in(db: "Db", states: Collection[str]) -> list[Moderation]:
    """What stands in one of these states, the oldest first."""
    return list(db.all(select(Moderation).where(col(Moderation.state).in_(states)).order_by(col(Moderation.opened_at))))


def moderations_appealed(db: "Db") -> list[Moderation]:
    """What somebody asked to be looked at again, the first before."""
    query = select(Moderation).where(col(Moderation.appealed_at).is_not(None))
    return list(db.all(query.order_by(col(Moderation.appealed_at))))


def moderations_of(db: "Db", items: Collection[str]) -> list[Moderation]:
    """Where these items stand, for those about which anything was ever said."""
    return list(db.all(select(Moderation).where(col(Moderation.item).in_(items)).order_by(col(Moderation.opened_at))))


def versions_of(db: "Db", item: str) -> list[Version]:
    """How an item read before each change, the oldest first."""
    return list(db.all(select(Version).where(col(Version.item) == item).order_by(col(Version.id))))


def _proposal(item: str) -> SelectOfScalar[Proposal]:
    return select(Proposal).where(col(Proposal.reference) == item.partition(":")[2])


def _comment(item: str) -> SelectOfScalar[Comment]:
    return select(Comment).where(col(Comment.reference) == item.partition(":")[2])
