"""Participants, where they are reached, and their one place in one conversation."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, func, text
from sqlmodel import Field, col, select

from storage.keys import ID, Keys
from storage.row import IdRow, Row

if TYPE_CHECKING:
    from storage.database import Db


OWNED = "ticket_id is not null"


_STRETCH = 1000


class Participant(IdRow, table=True):
    """A person within one tenant. Nothing here but what they chose to say."""

    __tablename__ = "participants"
    __table_args__ = ({"sqlite_with_rowid": False},)

    language: str = Field(default="", max_length=12)
    """Empty until the person has chosen one."""
    public_name: str = Field(default="", max_length=60)
    attested_age: int = 0
    """The highest age the person has said they have reached; 0 is not asked yet."""
    attested_at: datetime | None = None
    accepted_terms: str = Field(default="", max_length=40)
    """The version of the tenant's terms that the person accepted last."""
    accepted_terms_at: datetime | None = None
    wants_updates: bool | None = None
    """None until asked."""
    is_easy: bool = False
    """Has chosen plain language: the easy variant of a text, where the town wrote one."""
    blocked_at: datetime | None = None
    """Set while the person may read and not write."""
    blocked_reason: str = Field(default="", max_length=300)
    """What the person was told."""
    data_sent_at: datetime | None = None
    """When the person was sent their own data last."""
    created_at: datetime


class Address(IdRow, table=True):
    """Where a participant is reached: sealed, and found only by a keyed hash."""

    __tablename__ = "addresses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "channel", "hash"),
        Index("addresses_of_participant", "tenant_id", "participant_id", "id"),
    )

    participant_id: int = Field(sa_type=BigInteger)
    channel: str = Field(max_length=20)
    hash: bytes = Field(sa_type=LargeBinary)
    sealed: bytes = Field(sa_type=LargeBinary)
    """Encrypted; begins with the id of the key (`storage.keys`)."""
    lane: str = Field(max_length=64)
    """The account's way out that reaches this address, e.g. "telegram:vilanova"."""
    stopped_at: datetime | None = None
    """Set while nothing may be sent here: the person said stop, or the provider says they are gone."""
    stopped_reason: str = Field(default="", max_length=20)
    heard_at: datetime | None = None
    """When something last came from here, to ten minutes; None where nothing ever has."""
    proved_at: datetime | None = None
    """When it was shown that who writes from here reads what is sent here; until then the address is only claimed."""
    doubted_at: datetime | None = None
    """When the person was asked, after a year of silence, whether the address is still theirs."""


class Session(Row, table=True):
    """A participant's place in a conversation; made with the participant, so that both lock together."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        Index("sessions_owned", "tenant_id", "participant_id", sqlite_where=text(OWNED), postgresql_where=text(OWNED)),
        {"sqlite_with_rowid": False},
    )

    participant_id: int = Field(primary_key=True, sa_type=BigInteger)
    state: str = ""
    """JSON of `bot.engine.Session`; empty before the first turn."""
    updated_at: datetime
    ticket_id: int | None = Field(default=None, sa_type=BigInteger)
    """The ticket whose person owns the conversation: while it is set, the bot is silent."""


def sessions_after(db: "Db", after: int) -> Sequence[Session]:
    """A stretch of conversations in the order of their people, those after that one; empty after the last."""
    some = select(Session).where(col(Session.participant_id) > after)
    return db.all(some.order_by(col(Session.participant_id)).limit(_STRETCH))


class Binding(Row, table=True):
    """On an account of the platform: the town an address talks to. The tenant is the platform."""

    __tablename__ = "bindings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    channel: str = Field(primary_key=True, max_length=20)
    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    town: str = Field(max_length=40, foreign_key="tenants.tenant_id")
    bound_at: datetime


def add_participant(db: "Db", now: datetime) -> Participant:
    """Somebody of whom nothing is known, with an empty session."""
    participant = Participant(created_at=now)
    db.add(participant)
    db.add(Session(participant_id=participant.id, updated_at=now))
    return participant


def address_of(db: "Db", channel: str, hash: bytes) -> Address | None:
    """The address with this hash, whoever has it, as it is now."""
    query = select(Address).where(Address.channel == channel, Address.hash == hash)
    return db.first(query.execution_options(populate_existing=True))


def lock_participants(db: "Db", participant_ids: Iterable[int]) -> None:
    """Nobody else acts as these people, or for them, before the turn is durable; always in the same order."""
    for participant_id in sorted(set(participant_ids)):
        db.all(select(Participant.id).where(Participant.id == participant_id).with_for_update())
        db.all(select(Session.participant_id).where(Session.participant_id == participant_id).with_for_update())


def live_addresses(db: "Db", participant_id: int) -> Sequence[Address]:
    """Where a participant may be sent to, the newest first."""
    is_live = (Address.participant_id == participant_id, col(Address.stopped_at).is_(None))
    return db.all(select(Address).where(*is_live).order_by(col(Address.id).desc()))


def has_address(db: "Db", participant_id: int, hashes: Collection[bytes]) -> bool:
    """One of a person's addresses is among these."""
    theirs = (Address.participant_id == participant_id, col(Address.hash).in_(hashes))
    return db.first(select(Address.id).where(*theirs).limit(1)) is not None


def missing_keys(db: "Db", keys: Keys) -> frozenset[str]:
    """The ids of the keys that addresses are sealed with and that we do not have."""
    used = db.all(select(func.substr(col(Address.sealed), 1, ID)).distinct())
    return frozenset(bytes(each).hex() for each in used if bytes(each) not in keys.ids)
