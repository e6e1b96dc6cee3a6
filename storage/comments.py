"""What people say under a proposal or in a debate."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, col, func, select

from storage.row import IdRow

if TYPE_CHECKING:
    from storage.database import Db


class Comment(IdRow, table=True):
    """One comment. After Decidim: `depth` 0–3, `side` -1 against, 0 neutral, 1 for. `author_id` is None when the
    author is forgotten, and then the words stay."""

    __tablename__ = "comments"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["comments.tenant_id", "comments.id"]),
        UniqueConstraint("tenant_id", "reference"),
        UniqueConstraint("tenant_id", "code"),
        Index("comments_of_subject", "tenant_id", "subject", "parent_id", "id"),
        Index("comments_of_author", "tenant_id", "author_id", "id"),
    )

    reference: str = Field(max_length=60)
    code: str = Field(max_length=32)
    """Random, for deep links (80 bits)."""
    subject: str = Field(max_length=160)
    """"proposal:<reference>" or "debate:<slug>"."""
    parent_id: int | None = Field(default=None, sa_type=BigInteger)
    depth: int = 0
    side: int = 0
    author_id: int | None = Field(default=None, sa_type=BigInteger)
    author_name: str = Field(max_length=60)
    language: str = Field(max_length=12)
    body: str
    published_at: datetime
    hidden_at: datetime | None = None
    hidden_reason: str = Field(default="", max_length=20)
    """As in `Proposal.hidden_reason`."""
    deleted_at: datetime | None = None
    """Taken back by its author: its place in the thread stays."""


class Tally(NamedTuple):
    """How many have said something that everybody can read; the sides are those of comments that answer none."""

    every: int = 0
    agreeing: int = 0
    neutral: int = 0
    against: int = 0

    def __bool__(self) -> bool:
        return self.every > 0


_READABLE = (col(Comment.hidden_at).is_(None), col(Comment.deleted_at).is_(None))
"""Everybody may read it."""


def comment_of_reference(db: "Db", reference: str) -> Comment | None:
    """The comment with this public reference."""
    return db.first(select(Comment).where(col(Comment.reference) == reference))


def comment_of_code(db: "Db", code: str) -> Comment | None:
    """The comment with this code of deep links, if everybody may read it."""
    return db.first(select(Comment).where(col(Comment.code) == code, *_READABLE))


def comments_of_references(db: "Db", references: Sequence[str]) -> list[Comment]:
    """Those that everybody may read, the oldest first."""
    found = select(Comment).where(col(Comment.reference).in_(references), *_READABLE)
    return list(db.all(found.order_by(col(Comment.id))))


def latest_comments(db: "Db", subject: str, parent_id: int | None, before: int, limit: int) -> list[Comment]:
    """The comments that answer this one (None: that answer none), the newest first, older than the id `before`.

    Those taken back are among them, hidden ones are not.
    """
    under = col(Comment.parent_id).is_(None) if parent_id is None else col(Comment.parent_id) == parent_id
    where = (col(Comment.subject) == subject, under, col(Comment.id) < before, col(Comment.hidden_at).is_(None))
    return list(db.all(select(Comment).where(*where).order_by(col(Comment.id).desc()).limit(limit)))


def comments_by_author(db: "Db", author_id: int) -> list[Comment]:
    """All comments of one author for themselves, hidden ones too and those taken back not, the newest first."""
    where = (col(Comment.author_id) == author_id, col(Comment.deleted_at).is_(None))
    return list(db.all(select(Comment).where(*where).order_by(col(Comment.id).desc())))


def authors_of(db: "Db", ids: Collection[int]) -> dict[int, int]:
    """Who said each of these comments, those taken back or hidden apart; those whose author has left are left out."""
    query = select(col(Comment.id), col(Comment.author_id)).where(col(Comment.id).in_(ids), *_READABLE)
    return {comment_id: author_id for comment_id, author_id in db.tuples(query) if author_id is not None}


def tally_of(db: "Db", subject: str) -> Tally:
    """How many comments a subject has, and on which side."""
    query = select(Comment.side, func.count(), func.count(col(Comment.parent_id)))
    counts = db.tuples(query.where(col(Comment.subject) == subject, *_READABLE).group_by(col(Comment.side)))
    roots = {side: count - replies for side, count, replies in counts}
    return Tally(sum(count for _, count, _ in counts), roots.get(1, 0), roots.get(0, 0), roots.get(-1, 0))


def counts_of_subjects(db: "Db", subjects: Sequence[str]) -> dict[str, int]:
    """How many comments each of many subjects has; those without any are left out."""
    query = select(Comment.subject, func.count()).where(col(Comment.subject).in_(subjects), *_READABLE)
    return dict(db.tuples(query.group_by(col(Comment.subject))))


def counts_of_replies(db: "Db", subject: str, parent_ids: Sequence[int]) -> dict[int, int]:
    """How many direct replies each of many comments of a subject has; those without any are left out."""
    parent = col(Comment.parent_id)
    where = (col(Comment.subject) == subject, parent.in_(parent_ids), *_READABLE)
    counts = db.tuples(select(parent, func.count()).where(*where).group_by(parent))
    return {parent_id: count for parent_id, count in counts if parent_id is not None}


def count_since(db: "Db", subject: str, since: datetime, but_by: int) -> int:
    """How many comments of others a subject has had since, that everybody may read."""
    new = (col(Comment.subject) == subject, *_READABLE, col(Comment.published_at) >= since)
    return db.count(
        select(Comment).where(*new, (col(Comment.author_id).is_(None)) | (col(Comment.author_id) != but_by))
    )
