"""Who backs which proposal: one row a person and proposal, whatever channel or race."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.row import Row


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
        Index("supports_of_participant", "tenant_id", "participant_id", "process"),
        {"sqlite_with_rowid": False},
    )

    proposal_id: int = Field(primary_key=True, sa_type=BigInteger)
    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    process: str = Field(max_length=80)
    counts: bool
    """False until the person has given the least number of supports that the process asks for."""
    given_at: datetime
