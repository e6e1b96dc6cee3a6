"""What came in: one claim per provider id, and what could not be read."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from storage.row import IdRow, Row


class Claim(Row, table=True):
    """A message of a provider that has acted, so that it never acts again. The tenant owns the account."""

    __tablename__ = "claims"
    __table_args__ = ({"sqlite_with_rowid": False},)

    channel: str = Field(primary_key=True, max_length=20)
    external_id: str = Field(primary_key=True, max_length=200)
    received_at: datetime


class Quarantined(IdRow, table=True):
    """A body that was authentic but could not be read: sealed, kept 7 days."""

    __tablename__ = "quarantine"

    channel: str = Field(max_length=20)
    body: bytes = Field(sa_type=LargeBinary)
    reason: str = Field(max_length=200)
    received_at: datetime
