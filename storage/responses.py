"""Responses to surveys: one per participant and survey."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, UniqueConstraint, bindparam, select
from sqlmodel import Field, col
from sqlmodel import select as rows_of

from storage.prepared import Prepared, moment
from storage.row import IdRow, table_of

if TYPE_CHECKING:
    from storage.database import Db


class Response(IdRow, table=True):
    """One participant's set of answers, with the revision they were given to."""

    __tablename__ = "responses"
    __table_args__ = (
        UniqueConstraint("tenant_id", "participant_id", "survey"),
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


class Given(NamedTuple):
    """What is told of a response."""

    receipt: str
    submitted_at: datetime


def add_response(
    db: "Db",
    survey: str,
    revision: str,
    participant_id: int,
    given: Given,
    answers: dict[str, str],
    channel: str,
    language: str,
) -> None:
    """Keep a participant's answers; the revision must be in the store."""
    db.append(
        Response,
        survey=survey,
        revision=revision,
        participant_id=participant_id,
        receipt=given.receipt,
        answers=answers,
        channel=channel,
        language=language,
        submitted_at=given.submitted_at,
    )


_responses = table_of(Response)
_TENANT, _SURVEY, _PARTICIPANT = (
    bindparam(name, type_=_responses.c[name].type) for name in ("tenant_id", "survey", "participant_id")
)
_OF_PARTICIPANT = (_responses.c.tenant_id == _TENANT, _responses.c.participant_id == _PARTICIPANT)
_GIVEN = Prepared(
    select(_responses.c.receipt, _responses.c.submitted_at).where(*_OF_PARTICIPANT, _responses.c.survey == _SURVEY)
)
_ANSWERED = Prepared(select(_responses.c.survey).where(*_OF_PARTICIPANT))
EVERY = (_GIVEN, _ANSWERED)


def response_of(db: "Db", survey: str, participant_id: int) -> Given | None:
    """What this participant answered to the survey."""
    values = {"tenant_id": db.tenant_id, "survey": survey, "participant_id": participant_id}
    row = _GIVEN.execute(db, values).fetchone()
    return Given(row[0], moment(row[1])) if row else None


def answered_surveys(db: "Db", participant_id: int) -> frozenset[str]:
    """The slugs of the surveys that a participant has answered."""
    rows = _ANSWERED.execute(db, {"tenant_id": db.tenant_id, "participant_id": participant_id}).fetchall()
    return frozenset(survey for (survey,) in rows)


def responses_by(db: "Db", participant_id: int) -> list[Response]:
    """All that a participant answered, the newest first."""
    theirs = db.all(rows_of(Response).where(col(Response.participant_id) == participant_id))
    return sorted(theirs, key=lambda response: response.id, reverse=True)
