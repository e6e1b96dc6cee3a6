"""Responses to surveys: one per participant and survey."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, col, select

from storage.row import IdRow

if TYPE_CHECKING:
    from storage.database import Db


class Response(IdRow, table=True):
    """One participant's set of answers, with the revision they were given to."""

    __tablename__ = "responses"
    __table_args__ = (
        UniqueConstraint("tenant_id", "survey", "participant_id"),
        Index("responses_of_participant", "tenant_id", "participant_id", "id"),
        ForeignKeyConstraint(
            ["tenant_id", "survey", "revision"],
            ["survey_revisions.tenant_id", "survey_revisions.survey", "survey_revisions.hash"],
        ),
    )

    survey: str = Field(max_length=80)
    revision: str = Field(max_length=64)
    participant_id: int | None = Field(default=None, sa_type=BigInteger)
    receipt: str = Field(max_length=32)
    answers: dict[str, str] = Field(sa_type=JSON)
    """By question."""
    channel: str = Field(max_length=20)
    language: str = Field(max_length=12)
    submitted_at: datetime


def response_of(db: "Db", survey: str, participant_id: int) -> Response | None:
    """What this participant answered to the survey."""
    return db.first(
        select(Response).where(col(Response.survey) == survey, col(Response.participant_id) == participant_id)
    )


def responses_by(db: "Db", participant_id: int) -> list[Response]:
    """All that a participant answered, the newest first."""
    return list(
        db.all(select(Response).where(col(Response.participant_id) == participant_id).order_by(col(Response.id).desc()))
    )
