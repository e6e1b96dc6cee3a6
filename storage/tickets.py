"""Questions to the people of the town, and what was said about them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.row import IdRow


class Ticket(IdRow, table=True):
    """A citizen's matter with the people of the town; closed, it stays until it is purged."""

    __tablename__ = "tickets"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "code"),
        Index("tickets_by_state", "tenant_id", "state", "id"),
        Index("tickets_of_participant", "tenant_id", "participant_id", "id"),
    )

    code: str = Field(max_length=32)
    participant_id: int = Field(sa_type=BigInteger)
    channel: str = Field(max_length=20)
    """Where it was asked, and is answered."""
    state: str = Field(default="open", max_length=12)
    """"open" (nobody has answered), "taken" (a person owns the conversation) or "closed"."""
    taken_by: str = Field(default="", max_length=120)
    opened_at: datetime
    answered_at: datetime | None = None
    """The first answer."""
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
    """"participant" or "staff:<name>"."""
    text: str
    said_at: datetime
