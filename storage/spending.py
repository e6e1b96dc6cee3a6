"""What messages cost, added up for the caps: a row for each lot that left, never one that is counted up."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, col, func, select

from storage.row import IdRow

if TYPE_CHECKING:
    from storage.database import Db


class Spending(IdRow, table=True):
    """Messages of one tenant that left together by one account."""

    __tablename__ = "spendings"
    __table_args__ = (Index("spendings_of_lane", "lane", "day"),)

    lane: str = Field(max_length=64)
    """The account that pays, e.g. "sms:vilanova"."""
    day: date
    """In the time zone of whoever owns the account."""
    messages: int
    segments: int
    micros: int = Field(sa_type=BigInteger)
    """Millionths of the account's currency."""


class Spent(NamedTuple):
    """What left, and what it cost in millionths of the currency."""

    messages: int
    segments: int
    micros: int


def spent(db: "Db", lane: str, first: date, last: date) -> Spent | None:
    """From one day to another, both counted; None where nothing left. Across tenants: all that an account has paid."""
    total = select(func.sum(Spending.messages), func.sum(Spending.segments), func.sum(Spending.micros)).where(
        Spending.lane == lane, col(Spending.day) >= first, col(Spending.day) <= last
    )
    messages, segments, micros = db.tuples(total)[0]
    return Spent(int(messages), int(segments), int(micros)) if messages else None
