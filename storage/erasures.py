"""What is kept, blocked, of people who asked to be forgotten, until the law lets it be destroyed."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from storage.row import IdRow


class Erasure(IdRow, table=True):
    """One person forgotten: sealed, without a link to anything, for no use but a judge's (LOPDGDD, article 32)."""

    __tablename__ = "erasures"
    __table_args__ = (Index("erasures_to_destroy", "tenant_id", "destroy_at"),)

    sealed: bytes = Field(sa_type=LargeBinary)
    """JSON of what the person's file said."""
    erased_at: datetime
    destroy_at: datetime
