"""Proposals and the town's answers to them."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlmodel import Field, col, select

from storage.row import IdRow

if TYPE_CHECKING:
    from storage.database import Db


class Proposal(IdRow, table=True):
    """A published idea. Drafts live in the author's session until they are submitted.

    Field by field after Decidim: `state` is a process's own word ("accepted", "rejected", "evaluating" …),
    shown only once `state_published_at` is set. `author_id` is None when the author is forgotten.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reference"),
        UniqueConstraint("tenant_id", "code"),
        Index("proposals_of_process", "tenant_id", "process", "id"),
        Index("proposals_of_author", "tenant_id", "author_id", "id"),
    )

    reference: str = Field(max_length=60)
    code: str = Field(max_length=32)
    """Random, for deep links (80 bits)."""
    process: str = Field(max_length=80)
    phase: str = Field(max_length=80)
    author_id: int | None = Field(default=None, sa_type=BigInteger)
    author_name: str = Field(max_length=60)
    """The public name when it was submitted."""
    language: str = Field(max_length=12)
    title: str = Field(max_length=150)
    body: str
    place: str = Field(default="", max_length=200)
    category: str = Field(default="", max_length=80)
    state: str = Field(default="not_answered", max_length=40)
    state_published_at: datetime | None = None
    answer: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """By language."""
    answered_at: datetime | None = None
    published_at: datetime
    updated_at: datetime | None = None
    """When its author changed it last."""
    withdrawn_at: datetime | None = None
    hidden_at: datetime | None = None
    """Set while nobody but its author and the town's people can read it."""
    hidden_reason: str = Field(default="", max_length=20)
    """`UNREAD`, `BY_REPORTS` or `BY_DECISION`."""
    supports_kept: int = 0
    """Supports that count, of people who were forgotten after supporting had closed."""


UNREAD, BY_REPORTS, BY_DECISION = "waiting", "reports", "decision"
"""Why an item is hidden; unread by the town, which reads first."""

READABLE = (col(Proposal.withdrawn_at).is_(None), col(Proposal.hidden_at).is_(None))
"""Everybody may read it."""


def proposal_of_reference(db: "Db", reference: str) -> Proposal | None:
    """The proposal with this public reference."""
    return db.first(select(Proposal).where(col(Proposal.reference) == reference))


def proposals_of_references(db: "Db", references: Collection[str]) -> list[Proposal]:
    """The proposals with these references that everybody may read."""
    return list(db.all(select(Proposal).where(col(Proposal.reference).in_(references), *READABLE)))


def proposals_of_ids(db: "Db", proposal_ids: Collection[int]) -> list[Proposal]:
    """The proposals with these ids, whether they may be read or not."""
    return list(db.all(select(Proposal).where(col(Proposal.id).in_(proposal_ids))))


def hold_proposal(db: "Db", reference: str) -> Proposal | None:
    """The proposal as it is now; nobody changes it before the turn is durable."""
    query = select(Proposal).where(col(Proposal.reference) == reference)
    return db.first(query.with_for_update(read=True).execution_options(populate_existing=True))


def lock_proposal(db: "Db", reference: str) -> Proposal | None:
    """The proposal as it is now; nobody changes or holds it, nor adds to it, before the turn is durable."""
    query = select(Proposal).where(col(Proposal.reference) == reference)
    return db.first(query.with_for_update().execution_options(populate_existing=True))


def lock_proposals(db: "Db", proposal_ids: Collection[int]) -> list[Proposal]:
    """As `lock_proposal`, several, always in the same order."""
    query = select(Proposal).where(col(Proposal.id).in_(proposal_ids)).order_by(col(Proposal.id))
    return list(db.all(query.with_for_update().execution_options(populate_existing=True)))


def proposal_of_code(db: "Db", code: str) -> Proposal | None:
    """The proposal with this code of deep links, if everybody may read it."""
    return db.first(select(Proposal).where(col(Proposal.code) == code, *READABLE))


def count_by_author(db: "Db", process: str, author_id: int) -> int:
    """How many proposals the author has in the process, those withdrawn apart: a hidden one counts."""
    return db.count(
        select(Proposal).where(
            col(Proposal.process) == process,
            col(Proposal.author_id) == author_id,
            col(Proposal.withdrawn_at).is_(None),
        )
    )


def count_in_process(db: "Db", process: str) -> int:
    """How many proposals can be read in the process."""
    return db.count(select(Proposal).where(col(Proposal.process) == process, *READABLE))


def readable_proposals(db: "Db", after: int, limit: int, process: str = "") -> list[Proposal]:
    """A stretch of what everybody can read, the oldest first; of every process where none is named."""
    query = select(Proposal).where(*READABLE, col(Proposal.id) > after)
    if process:
        query = query.where(col(Proposal.process) == process)
    return list(db.all(query.order_by(col(Proposal.id)).limit(limit)))


def published_since(db: "Db", process: str, since: datetime, but_by: int, limit: int) -> list[Proposal]:
    """What can be read and was published in the process since, but for one author's own, the newest first."""
    new = (col(Proposal.process) == process, *READABLE, col(Proposal.published_at) >= since)
    of_others = (col(Proposal.author_id).is_(None)) | (col(Proposal.author_id) != but_by)
    return list(db.all(select(Proposal).where(*new, of_others).order_by(col(Proposal.id).desc()).limit(limit)))


def unanswered_in(db: "Db", process: str, final: Collection[str]) -> list[str]:
    """The references of those in the process that can be read, or wait to be, and have none of these states."""
    here = (col(Proposal.process) == process, col(Proposal.withdrawn_at).is_(None))
    seen = (col(Proposal.hidden_at).is_(None)) | (col(Proposal.hidden_reason) == UNREAD)
    is_open = (col(Proposal.state_published_at).is_(None)) | (col(Proposal.state).not_in(final))
    return list(db.all(select(Proposal.reference).where(*here, seen, is_open).order_by(col(Proposal.id))))


def authors_in(db: "Db", process: str, after: int, limit: int) -> list[int]:
    """Who has a proposal in the process that can be read, in order of their ids, those after that one."""
    author = col(Proposal.author_id)
    theirs = select(author).where(col(Proposal.process) == process, *READABLE, author > after)
    return [each for each in db.all(theirs.distinct().order_by(author).limit(limit)) if each is not None]


def proposals_by_author_in(db: "Db", author_id: int, process: str) -> list[Proposal]:
    """An author's own in one process that everybody can read, the oldest first."""
    own = db.all(select(Proposal).where(col(Proposal.author_id) == author_id, *READABLE))
    return sorted((each for each in own if each.process == process), key=lambda each: each.id)


def latest_in_process(db: "Db", process: str, limit: int) -> list[Proposal]:
    """The proposals that can be read in the process, the newest first."""
    return list(
        db.all(
            select(Proposal)
            .where(col(Proposal.process) == process, *READABLE)
            .order_by(col(Proposal.id).desc())
            .limit(limit)
        )
    )


def proposals_by_author(db: "Db", author_id: int) -> list[Proposal]:
    """All proposals of one author for themselves, hidden ones too, the newest first."""
    return list(db.all(select(Proposal).where(col(Proposal.author_id) == author_id).order_by(col(Proposal.id).desc())))
