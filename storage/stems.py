"""The words of proposals, cut to their stems: what similar ones are found by."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, bindparam, delete
from sqlmodel import Field, col, select

from storage.prepared import Prepared
from storage.proposals import READABLE, Proposal
from storage.row import Row, table_of

if TYPE_CHECKING:
    from storage.database import Db


class Stem(Row, table=True):
    """One stem of one proposal, each once."""

    __tablename__ = "stems"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "proposal_id"], ["proposals.tenant_id", "proposals.id"], ondelete="CASCADE"),
        Index("stems_of_proposal", "tenant_id", "proposal_id"),
        {"sqlite_with_rowid": False},
    )

    process: str = Field(primary_key=True, max_length=80)
    stem: str = Field(primary_key=True, max_length=40)
    proposal_id: int = Field(primary_key=True, sa_type=BigInteger)


_stems = table_of(Stem)
_NEWEST = Prepared(
    select(_stems.c.proposal_id)
    .where(
        _stems.c.tenant_id == bindparam("tenant_id", type_=_stems.c.tenant_id.type),
        _stems.c.process == bindparam("process", type_=_stems.c.process.type),
        _stems.c.stem == bindparam("stem", type_=_stems.c.stem.type),
    )
    .order_by(_stems.c.proposal_id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
"""Asked for each word of a proposal."""
EVERY = (_NEWEST,)


def remove_stems(db: "Db", proposal_id: int) -> None:
    """The proposal is not found any more."""
    db.execute(delete(Stem).where(col(Stem.proposal_id) == proposal_id))


def newest_having(db: "Db", process: str, stem: str, limit: int) -> list[int]:
    """The ids of the proposals of the process that have a stem, the newest first."""
    values = {"tenant_id": db.tenant_id, "process": process, "stem": stem, "limit": limit}
    return [row[0] for row in _NEWEST.execute(db, values).fetchall()]


def count_up_to(db: "Db", process: str, limit: int) -> int:
    """How many proposals the process has; beyond the limit they are not counted."""
    return db.count(select(Proposal.id).where(col(Proposal.process) == process).limit(limit))


def open_among(db: "Db", proposal_ids: Collection[int]) -> list[Proposal]:
    """Those of the proposals that anyone can read and that have not been rejected."""
    return list(
        db.all(
            select(Proposal).where(
                col(Proposal.id).in_(proposal_ids),
                *READABLE,
                (col(Proposal.state) != "rejected") | col(Proposal.state_published_at).is_(None),
            )
        )
    )
