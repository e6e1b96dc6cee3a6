"""Responses to surveys: one per participant and survey; and those on paper, which came in batches."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    bindparam,
    literal_column,
    select,
)
from sqlmodel import Field, col
from sqlmodel import select as rows_of

from storage.prepared import Prepared, bind, moment
from storage.row import IdRow, Row, table_of

if TYPE_CHECKING:
    from storage.database import Db

CONVERSATION = "conversation"
"""The source of what came by a channel; else it is paper, an assembly and so on."""
_STRETCH = 2000


class Response(IdRow, table=True):
    """One participant's set of answers, with the revision they were given to."""

    __tablename__ = "responses"
    __table_args__ = (
        UniqueConstraint("tenant_id", "participant_id", "survey"),
        ForeignKeyConstraint(
            ["tenant_id", "survey", "revision"],
            ["survey_revisions.tenant_id", "survey_revisions.survey", "survey_revisions.hash"],
        ),
        Index("responses_of_survey", "tenant_id", "survey", "id"),
    )

    survey: str = Field(max_length=80)
    revision: str = Field(max_length=64)
    participant_id: int | None = Field(default=None, sa_type=BigInteger)
    """None where nobody knows whose it is: anonymous, on paper, or of who is forgotten."""
    receipt: str = Field(max_length=32)
    answers: dict[str, str] = Field(sa_type=JSON)
    """By item, as `flows.participation.answers` writes them."""
    channel: str = Field(max_length=20)
    language: str = Field(max_length=12)
    submitted_at: datetime
    """Of an anonymous one only its day."""
    edited_at: datetime | None = None
    source: str = Field(default=CONVERSATION, max_length=20)
    batch_id: int | None = Field(default=None, sa_type=BigInteger)
    """Of an import."""
    is_registered: bool = True
    """The person had accepted the town's terms of use."""
    is_verified: bool = False
    """It was shown that whoever wrote from the address reads what is sent there."""
    paces: dict[str, list[int]] = Field(default_factory=dict, sa_type=JSON)
    """By item: the seconds from its question to its answer, and the replies that were no answer."""


class Respondent(IdRow, table=True):
    """Who has answered an anonymous survey; nothing tells which response is theirs."""

    __tablename__ = "respondents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "participant_id"], ["participants.tenant_id", "participants.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "participant_id", "survey"),
    )

    survey: str = Field(max_length=80)
    participant_id: int = Field(sa_type=BigInteger)


class Tally(Row, table=True):
    """A survey's results as everybody may see them, as they were added up last."""

    __tablename__ = "tallies"

    survey: str = Field(primary_key=True, max_length=80)
    responses: int
    """How many there were."""
    content: dict[str, object] = Field(sa_type=JSON)
    added_up_at: datetime


class Given(NamedTuple):
    """What is told of a response. `id` is 0 where nobody can tell which one it is."""

    receipt: str
    submitted_at: datetime | None
    id: int = 0


class Counted(NamedTuple):
    """What results are added up from."""

    id: int
    revision: str
    answers: dict[str, str]
    channel: str
    language: str
    submitted_at: datetime
    source: str
    is_registered: bool
    is_verified: bool


class Paced(NamedTuple):
    """What is told of how a response was given: the items that were answered, and how long each took."""

    id: int
    revision: str
    answers: dict[str, str]
    paces: dict[str, list[int]]


_responses, _respondents = table_of(Response), table_of(Respondent)
_TENANT, _SURVEY, _PARTICIPANT = (
    bindparam(name, type_=_responses.c[name].type) for name in ("tenant_id", "survey", "participant_id")
)
_OF_PARTICIPANT = (_responses.c.tenant_id == _TENANT, _responses.c.participant_id == _PARTICIPANT)
_IS_RESPONDENT = (_respondents.c.tenant_id == _TENANT, _respondents.c.participant_id == _PARTICIPANT)
_GIVEN = Prepared(
    select(_responses.c.receipt, _responses.c.submitted_at, _responses.c.id).where(
        *_OF_PARTICIPANT, _responses.c.survey == _SURVEY
    )
)
_NAMED = Prepared(select(_respondents.c.id).where(*_IS_RESPONDENT, _respondents.c.survey == _SURVEY))
_ANSWERED = Prepared(
    select(_responses.c.survey).where(*_OF_PARTICIPANT).union(select(_respondents.c.survey).where(*_IS_RESPONDENT))
)
_COUNTED, _PACED = (
    Prepared(
        select(*(_responses.c[name] for name in fields))
        .where(_responses.c.tenant_id == _TENANT, _responses.c.survey == _SURVEY)
        .where(_responses.c.id > bind(_responses, "id"))
        .order_by(_responses.c.id)
        .limit(literal_column(str(_STRETCH)))
    )
    for fields in (Counted._fields, Paced._fields)
)
EVERY = (_GIVEN, _NAMED, _ANSWERED, _COUNTED, _PACED)
_decode_answers = msgspec.json.Decoder(dict[str, str]).decode
_decode_paces = msgspec.json.Decoder(dict[str, list[int]]).decode


def add_response(db: "Db", response: Response) -> None:
    """Keep a set of answers; the revision must be in the store."""
    db.append(Response, **response.model_dump())


def response_of(db: "Db", survey: str, participant_id: int) -> Given | None:
    """What this participant answered to the survey."""
    values = {"tenant_id": db.tenant_id, "survey": survey, "participant_id": participant_id}
    if row := _GIVEN.execute(db, values).fetchone():
        return Given(row[0], moment(row[1]), row[2])
    return Given("", None) if _NAMED.execute(db, values).fetchone() else None


def answered_surveys(db: "Db", participant_id: int) -> frozenset[str]:
    """The slugs of the surveys that a participant has answered."""
    rows = _ANSWERED.execute(db, {"tenant_id": db.tenant_id, "participant_id": participant_id}).fetchall()
    return frozenset(survey for (survey,) in rows)


def responses_by(db: "Db", participant_id: int) -> list[Response]:
    """All that a participant answered, the newest first."""
    theirs = db.all(rows_of(Response).where(col(Response.participant_id) == participant_id))
    return sorted(theirs, key=lambda response: response.id, reverse=True)


def participants_after(db: "Db", survey: str, after: int, limit: int) -> list[int]:
    """Who has answered a survey, anonymously or not, in order of their ids, those after that one."""
    named, unnamed = col(Response.participant_id), col(Respondent.participant_id)
    of_named = rows_of(named).where(named > after, col(Response.survey) == survey).order_by(named).limit(limit)
    of_unnamed = rows_of(unnamed).where(unnamed > after, col(Respondent.survey) == survey)
    found = {*db.all(of_named), *db.all(of_unnamed.order_by(unnamed).limit(limit))}
    return sorted(each for each in found if each is not None)[:limit]


def tallied_surveys(db: "Db") -> frozenset[str]:
    """The slugs of the surveys whose results have been added up."""
    return frozenset(db.all(rows_of(Tally.survey)))


def count_of(db: "Db", survey: str) -> int:
    """How many responses a survey has."""
    return db.count(rows_of(Response.id).where(col(Response.survey) == survey))


def counted_after(db: "Db", survey: str, after: int) -> list[Counted]:
    """Responses of a survey in order of their ids, those after that one: a stretch of them, empty after the last."""
    rows = _COUNTED.execute(db, {"tenant_id": db.tenant_id, "survey": survey, "id": after}).fetchall()
    return [_counted(row) for row in rows]


def paced_after(db: "Db", survey: str, after: int) -> list[Paced]:
    """As `counted_after`."""
    rows = _PACED.execute(db, {"tenant_id": db.tenant_id, "survey": survey, "id": after}).fetchall()
    return [Paced(id, revision, _answers(answers), _paces(paces)) for id, revision, answers, paces in rows]


def _counted(row: Sequence[Any]) -> Counted:
    id, revision, answers, channel, language, submitted_at, source, is_registered, is_verified = row
    return Counted(
        *(id, revision, _answers(answers), channel, language, moment(submitted_at), source),
        *(bool(is_registered), bool(is_verified)),
    )


def _answers(column: Any) -> dict[str, str]:
    """SQLite's driver hands JSON over as text."""
    return _decode_answers(column) if isinstance(column, str) else column


def _paces(column: Any) -> dict[str, list[int]]:
    return _decode_paces(column) if isinstance(column, str) else column
