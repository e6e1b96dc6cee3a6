"""What an apply would do to one tenant: its files against the revision that is served."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select

from bot.config import closings, revised
from bot.config.finding import Finding, in_order
from bot.config.load import Loaded
from bot.config.nouns import KINDS, Noun, Nouns, nouns_of
from bot.config.source import Source, read_archive
from storage.comments import Comment
from storage.database import Db
from storage.proposals import Proposal
from storage.responses import Response
from storage.tenants import Revision, Tenant


class Sign(StrEnum):
    """What becomes of a noun."""

    ADDED = "+"
    CHANGED = "~"
    REMOVED = "-"


@dataclass(frozen=True, slots=True)
class Change:
    """One noun that an apply touches; `fields` are those that differ; `contributions` are what citizens gave to it."""

    sign: Sign
    kind: str
    name: str
    fields: tuple[str, ...] = ()
    contributions: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All that an apply would do to one tenant; `applied` and `revision` are hashes, "" for none yet."""

    tenant_id: str
    applied: str
    revision: str
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...] = ()
    """What only the store tells of the files: what becomes of answers that were given."""

    @property
    def is_current(self) -> bool:
        """Are these very files served already?"""
        return self.applied == self.revision

    @property
    def removed_contributions(self) -> int:
        """How many proposals, responses and comments stand in what would be removed."""
        return sum(change.contributions for change in self.changes)


def plan(db: Db, source: Source, loaded: Loaded, now: datetime) -> Plan:
    """Compare a tenant's files, and what they load as, with what is served of it."""
    tenant = db.find(Tenant)
    revision = db.find(Revision, tenant.revision) if tenant and tenant.revision else None
    before: Nouns = nouns_of(read_archive(source.id, revision.files)) if revision else {}
    after = nouns_of(source)
    changes = [_change(db, noun, before, after) for noun in sorted({*before, *after}, key=_order)]
    found = tuple(change for change in changes if change is not None)
    served = revision.hash if revision else ""
    told: tuple[Finding, ...] = ()
    if served != source.hash:
        closed = [name for (kind, name), fields in before.items() if kind == "process" and fields.get("outcome")]
        told = in_order(
            (*revised.findings(db, source, loaded, now), *closings.findings(db, source, loaded, closed, now))
        )
    return Plan(source.id, served, source.hash, found, told)


def _order(noun: Noun) -> tuple[int, str]:
    return KINDS.index(noun[0]), noun[1]


def _change(db: Db, noun: Noun, before: Nouns, after: Nouns) -> Change | None:
    kind, name = noun
    if noun not in before:
        return Change(Sign.ADDED, kind, name)
    if noun not in after:
        return Change(Sign.REMOVED, kind, name, contributions=_contributions(db, kind, name))
    fields = {*before[noun], *after[noun]}
    differing = tuple(sorted(one for one in fields if before[noun].get(one) != after[noun].get(one)))
    return Change(Sign.CHANGED, kind, name, differing) if differing else None


def _contributions(db: Db, kind: str, name: str) -> int:
    if kind == "process":
        return db.count(select(Proposal).where(col(Proposal.process) == name))
    if kind == "survey":
        return db.count(select(Response).where(col(Response.survey) == name))
    if kind == "debate":
        return db.count(select(Comment).where(col(Comment.subject) == f"debate:{name}"))
    return 0
