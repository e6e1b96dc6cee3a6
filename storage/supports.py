"""Who backs which proposal: one row a person and proposal, whatever channel or race."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, func
from sqlmodel import Field, col, select

from storage.row import Row

if TYPE_CHECKING:
    from storage.database import Db


class Support(Row, table=True):
    """One participant's backing of one proposal, withdrawn by deleting it.

    After Decidim's votes: one below the process's minimum per person is there and does not count yet.
    """

    __tablename__ = "supports"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "proposal_id"], ["proposals.tenant_id", "proposals.id"]),
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        # Covering, or SQLite would rather read the whole town by the primary key.
        Index("supports_of_participant", "tenant_id", "participant_id", "process", "counts", "given_at"),
        {"sqlite_with_rowid": False},
    )

    proposal_id: int = Field(primary_key=True, sa_type=BigInteger)
    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    process: str = Field(max_length=80)
    counts: bool
    """False until the person has given the least number of supports that the process asks for."""
    given_at: datetime


def supports_in_process(db: "Db", process: str, participant_id: int) -> list[Support]:
    """What a participant supports in a process, in the order of the proposals."""
    given = db.all(
        select(Support).where(col(Support.participant_id) == participant_id, col(Support.process) == process)
    )
    return sorted(given, key=lambda support: support.proposal_id)


def supports_by(db: "Db", participant_id: int) -> list[Support]:
    """All that a participant supports, the latest support first."""
    given = db.all(select(Support).where(col(Support.participant_id) == participant_id))
    return sorted(given, key=lambda support: support.given_at, reverse=True)


def count_of_proposal(db: "Db", proposal_id: int) -> int:
    """How many supports of a proposal count."""
    return db.count(select(Support).where(col(Support.proposal_id) == proposal_id, col(Support.counts).is_(True)))


def counts_of_proposals(db: "Db", proposal_ids: Collection[int]) -> dict[int, int]:
    """How many supports of each proposal count; none is not listed."""
    counted = db.tuples(
        select(Support.proposal_id, func.count())
        .where(col(Support.proposal_id).in_(proposal_ids), col(Support.counts).is_(True))
        .group_by(col(Support.proposal_id))
    )
    return dict(counted)


def is_supported(db: "Db", proposal_id: int) -> bool:
    """Somebody backs the proposal, whether it counts yet or not."""
    return db.first(select(Support.participant_id).where(col(Support.proposal_id) == proposal_id).limit(1)) is not None


def count_since(db: "Db", proposal_id: int, since: datetime, but_by: int) -> int:
    """How many others have backed the proposal since, and count."""
    new = (col(Support.proposal_id) == proposal_id, col(Support.counts).is_(True), col(Support.given_at) >= since)
    return db.count(select(Support).where(*new, col(Support.participant_id) != but_by))
