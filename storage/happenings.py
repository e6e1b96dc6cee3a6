"""What a rule did that others want to hear of, until it has been told."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, col, select

from storage.row import IdRow

if TYPE_CHECKING:
    from storage.database import Db

PROPOSAL_PUBLISHED, PROPOSAL_SUPPORTED = "proposal_published", "proposal_supported"
PROPOSAL_ANSWERED, PROPOSAL_WITHDRAWN = "proposal_answered", "proposal_withdrawn"
COMMENT_PUBLISHED = "comment_published"
RESULT_PROGRESSED, MEETING_CHANGED = "result_progressed", "meeting_changed"
APPLIED = (RESULT_PROGRESSED, MEETING_CHANGED)
"""The kinds that an apply writes: the town must have been taken up before they are told."""
PHASE_OPENED, PHASE_ENDING, PHASE_CLOSED = "phase_opened", "phase_ending", "phase_closed"
"""Their subject is "phase:<process>/<phase>@<when, UTC>"."""
PROCESS_RETURNED = "process_returned"
"""A process is closed, and its return report is there; its subject is "process:<slug>@<when, UTC>"."""
SURVEY_ENDING = "survey_ending"
"""Its subject is "survey:<slug>@<when it ends, UTC>"."""
MEETING_SOON = "meeting_soon"
"""Its subject is "meeting:<slug>@<when it begins, UTC>"."""
RESULTS_PUBLISHED = "results_published"
"""The kind that is written once a survey has closed and its results are shown; its subject is "survey:<slug>"."""


class Happening(IdRow, table=True):
    """Written in the turn of the rule that did it; drained once into updates."""

    __tablename__ = "happenings"
    __table_args__ = (
        Index(
            "happenings_untold",
            "tenant_id",
            "id",
            sqlite_where=text("told_at is null"),
            postgresql_where=text("told_at is null"),
        ),
        Index("happenings_of_actor", "tenant_id", "actor_id"),
        Index("happenings_of_subject", "tenant_id", "subject"),
    )

    kind: str = Field(max_length=40)
    """e.g. "proposal_answered"."""
    subject: str = Field(max_length=160)
    """As in `Follow.subject`."""
    happened_at: datetime
    actor_id: int | None = Field(default=None, sa_type=BigInteger)
    """The participant who did it, and so need not be told."""
    told_until: int = Field(default=0, sa_type=BigInteger)
    """Whom it concerns is told in order of their ids: everyone up to this one has been."""
    told_at: datetime | None = None


def is_untold(db: "Db", kind: str, subject: str) -> bool:
    """The same has happened before, and nobody has been told of it yet."""
    same = (col(Happening.subject) == subject, col(Happening.kind) == kind, col(Happening.told_at).is_(None))
    return db.first(select(Happening.id).where(*same).limit(1)) is not None
