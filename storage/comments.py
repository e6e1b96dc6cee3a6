"""What people say under a proposal or in a debate."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.row import IdRow


class Comment(IdRow, table=True):
    """One comment. After Decidim: `depth` 0–3, `side` -1 against, 0 neutral, 1 for. `author_id` is None when the
    author is forgotten, and then the words stay."""

    __tablename__ = "comments"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["comments.tenant_id", "comments.id"]),
        UniqueConstraint("tenant_id", "reference"),
        UniqueConstraint("tenant_id", "code"),
        Index("comments_of_subject", "tenant_id", "subject", "id"),
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
