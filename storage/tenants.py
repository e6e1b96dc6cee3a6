"""Tenants and the revisions of their files: what was applied is the truth that servers run on."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel, col, select

from storage.row import Row

if TYPE_CHECKING:
    from storage.database import Db


class Tenant(SQLModel, table=True):
    """One town, or the platform. `revision` is the one that is served."""

    __tablename__ = "tenants"

    tenant_id: str = Field(primary_key=True, max_length=40)
    revision: str = Field(default="", max_length=64)
    applied_at: datetime | None = None


class Revision(Row, table=True):
    """The files of a tenant as one apply found them, by content hash (SHA-256, hex)."""

    __tablename__ = "revisions"

    hash: str = Field(primary_key=True, max_length=64)
    files: bytes = Field(sa_type=LargeBinary)
    """A zip archive of the folder."""
    applied_at: datetime


class SurveyRevision(Row, table=True):
    """A published survey, pinned by content hash: a response keeps the one it answered."""

    __tablename__ = "survey_revisions"

    survey: str = Field(primary_key=True, max_length=80)
    hash: str = Field(primary_key=True, max_length=64)
    content: dict[str, object] = Field(sa_type=JSON)
    published_at: datetime


def revisions_of(db: "Db", survey: str) -> list[SurveyRevision]:
    """Every published revision of a survey, the oldest first."""
    found = db.all(select(SurveyRevision).where(col(SurveyRevision.survey) == survey))
    return sorted(found, key=lambda revision: revision.published_at)


class Approval(Row, table=True):
    """A person's word that a supervised space may be shown."""

    __tablename__ = "approvals"

    space: str = Field(primary_key=True, max_length=80)
    approved_by: str = Field(max_length=120)
    approved_at: datetime


def approved_spaces(db: "Db") -> frozenset[str]:
    """The slugs of the supervised spaces that a person has approved."""
    return frozenset(approval.space for approval in db.all(select(Approval)))
