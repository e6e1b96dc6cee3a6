"""The words of proposals, cut to their stems: what similar ones are found by."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.row import Row


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
