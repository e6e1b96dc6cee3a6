"""Questions to the people of the town, and what was said about them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, literal_column, text
from sqlmodel import Field, col, select

from storage.participants import Session
from storage.row import IdRow, by_value

if TYPE_CHECKING:
    from storage.database import Db

TAKEN = "state = 'taken'"
CITIZEN = "participant"
"""The author of what the citizen said; of anything else it is "staff:<name>"."""


class TicketState(StrEnum):
    """Where a ticket stands. While it is `TAKEN` a person owns the conversation, and the bot is silent."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class Ticket(IdRow, table=True):
    """A citizen's matter with the people of the town; closed, it stays until it is purged."""

    __tablename__ = "tickets"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "code"),
        Index("tickets_by_closing", "tenant_id", "closed_at", "id"),
        Index("tickets_of_participant", "tenant_id", "participant_id", "id"),
        Index("tickets_taken", "attended_at", sqlite_where=text(TAKEN), postgresql_where=text(TAKEN)),
    )

    code: str = Field(max_length=32)
    participant_id: int = Field(sa_type=BigInteger)
    channel: str = Field(max_length=20)
    """Where it was asked, and is answered."""
    about: str = Field(default="", max_length=160)
    """As in `Follow.subject`, where it is about something in particular: an appeal."""
    state: TicketState = Field(default=TicketState.OPEN, sa_type=by_value(TicketState))
    taken_by: str = Field(default="", max_length=120)
    """The name of the person who owns the conversation, as the citizen reads it."""
    opened_at: datetime
    answered_at: datetime | None = None
    """The first answer."""
    attended_at: datetime | None = None
    """When a person of the town took it, or wrote last."""
    closed_at: datetime | None = None


class TicketMessage(IdRow, table=True):
    """One thing said about a ticket, by the citizen or by a person of the town."""

    __tablename__ = "ticket_messages"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "ticket_id"], ["tickets.tenant_id", "tickets.id"], ondelete="CASCADE"),
        Index("messages_of_ticket", "tenant_id", "ticket_id", "id"),
    )

    ticket_id: int = Field(sa_type=BigInteger)
    author: str = Field(max_length=120)
    """`CITIZEN` or "staff:<name>"."""
    text: str
    said_at: datetime


def ticket_of_code(db: "Db", code: str) -> Ticket | None:
    """The ticket with this code, as it is now, even if it was read before."""
    return db.first(select(Ticket).where(Ticket.code == code).execution_options(populate_existing=True))


def open_tickets_of(db: "Db", participant_id: int) -> Sequence[Ticket]:
    """A participant's tickets that are not closed, oldest first."""
    is_theirs = Ticket.participant_id == participant_id
    return db.all(select(Ticket).where(is_theirs, col(Ticket.closed_at).is_(None)).order_by(col(Ticket.id)))


def open_tickets(db: "Db") -> Sequence[Ticket]:
    """Every ticket that is not closed, oldest first."""
    return db.all(select(Ticket).where(col(Ticket.closed_at).is_(None)).order_by(col(Ticket.id)))


def taken_tickets(db: "Db", attended_before: datetime) -> Sequence[tuple[str, str]]:
    """The tenants and codes of the tickets whose owner has not written since then."""
    is_taken = col(Ticket.state) == literal_column("'taken'")
    return db.tuples(select(Ticket.tenant_id, Ticket.code).where(is_taken, col(Ticket.attended_at) < attended_before))


def messages_of(db: "Db", ticket_id: int) -> Sequence[TicketMessage]:
    """What was said about a ticket, in order."""
    return db.all(select(TicketMessage).where(TicketMessage.ticket_id == ticket_id).order_by(col(TicketMessage.id)))


def lock_session(db: "Db", participant_id: int) -> Session | None:
    """The participant's session, locked as a turn locks it: turns that come later wait, and see what is changed."""
    return db.first(select(Session).where(Session.participant_id == participant_id).with_for_update())
