"""The append-only record of what matters: consents, answers published, approvals, refusals to serve."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, and_
from sqlmodel import Field, col, select

from storage.row import IdRow, Row

if TYPE_CHECKING:
    from storage.database import Db


class Consent(IdRow, table=True):
    """Proof of one yes or no: to what text, in which version and language, when and from which message."""

    __tablename__ = "consents"
    __table_args__ = (Index("consents_of_participant", "tenant_id", "participant_id", "id"),)

    participant_id: int = Field(sa_type=BigInteger)
    purpose: str = Field(max_length=20)
    """"terms", "age", "updates", "survey" or "topic"."""
    granted: bool
    version: str = Field(max_length=40)
    text_hash: str = Field(max_length=64)
    """SHA-256 (hex) of the words that were shown."""
    topic: str = Field(default="", max_length=80)
    """Of a yes or no to a topic: as in `OptIn.topic`."""
    language: str = Field(max_length=12)
    channel: str = Field(max_length=20)
    inbound_id: str = Field(max_length=200)
    given_at: datetime


class Entry(IdRow, table=True):
    """One line of the audit log. Ids and codes only: no address, no citizen's words."""

    __tablename__ = "audit"

    actor: str = Field(max_length=120)
    """"participant:<id>", "staff:<name>" or "system"."""
    action: str = Field(max_length=40)
    subject: str = Field(max_length=160)
    detail: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    at: datetime


class Seal(Row, table=True):
    """One link of a tenant's hash chain: the entry at this place, hashed together with the link before."""

    __tablename__ = "seals"
    __table_args__ = (UniqueConstraint("tenant_id", "entry_id"), {"sqlite_with_rowid": False})

    place: int = Field(primary_key=True, sa_type=BigInteger)
    """1, 2, 3 …"""
    entry_id: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
    """SHA-256 (hex)."""
    sealed_at: datetime


def record(
    db: "Db", actor: str, action: str, subject: str, at: datetime, detail: Mapping[str, object] | None = None
) -> None:
    """Add a line to the audit log."""
    db.append(Entry, actor=actor, action=action, subject=subject, detail=dict(detail or {}), at=at)


def consents_of(db: "Db", participant_id: int) -> list[Consent]:
    """Every yes and no of a participant, in order."""
    return list(db.all(select(Consent).where(col(Consent.participant_id) == participant_id).order_by(col(Consent.id))))


def link(before: str, seal: Seal, entry: Entry) -> str:
    """The hash of a seal: of the link before it ("" for the first), of where and when it stands, and of its entry."""
    columns = {
        "tenant": entry.tenant_id,
        "place": seal.place,
        "sealed_at": seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "id": entry.id,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    canonical = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()


def last_seal(db: "Db") -> Seal | None:
    """The head of the chain."""
    return db.first(select(Seal).order_by(col(Seal.place).desc()).limit(1))


def newest_sealed_entry(db: "Db") -> int:
    """The greatest id that was sealed; 0 before the first."""
    return db.first(select(Seal.entry_id).order_by(col(Seal.entry_id).desc()).limit(1)) or 0


def unsealed_entries(db: "Db", after: int, until: int, limit: int) -> Sequence[Entry]:
    """Entries that are in no link yet, with an id above `after` and not above `until`, in the order of their ids."""
    sealed = select(Seal.entry_id).where(Seal.tenant_id == Entry.tenant_id, Seal.entry_id == Entry.id)
    within = select(Entry).where(col(Entry.id) > after, col(Entry.id) <= until)
    return db.all(within.where(~sealed.exists()).order_by(col(Entry.id)).limit(limit))


def id_after(db: "Db", after: int, further: int) -> int | None:
    """The id of the entry that is so many further on in the log; None where it ends before."""
    return db.first(select(Entry.id).where(col(Entry.id) > after).order_by(col(Entry.id)).offset(further - 1).limit(1))


def links_after(db: "Db", after: int, limit: int) -> Sequence[tuple[Seal, Entry | None]]:
    """The chain from one place on, each link with its entry; None where that is gone."""
    is_its = and_(col(Entry.tenant_id) == col(Seal.tenant_id), col(Entry.id) == col(Seal.entry_id))
    query = select(Seal, Entry).join(Entry, is_its, isouter=True)
    return db.tuples(query.where(col(Seal.place) > after).order_by(col(Seal.place)).limit(limit))


def entries_after(db: "Db", after: int, limit: int) -> Sequence[Entry]:
    """The log in the order of its ids, from one id on."""
    return db.all(select(Entry).where(col(Entry.id) > after).order_by(col(Entry.id)).limit(limit))


def latest_entries(db: "Db", limit: int) -> Sequence[Entry]:
    """The newest of the log, the newest first."""
    return db.all(select(Entry).order_by(col(Entry.id).desc()).limit(limit))


def count_of_seals(db: "Db") -> int:
    """How long the chain is, if no link is missing."""
    return db.first(select(Seal.place).order_by(col(Seal.place).desc()).limit(1)) or 0
