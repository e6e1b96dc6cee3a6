"""Two people who are one: what each table does with the rows of both."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlmodel import col, delete, update

from storage.attachments import Attachment
from storage.audit import Consent
from storage.belongings import LINKS, belongings
from storage.broadcasts import Recipient
from storage.comments import Comment
from storage.digests import Note, Preference
from storage.follows import Follow
from storage.happenings import Happening
from storage.judgements import Judgement
from storage.moderation import Moderation, Report, Version
from storage.opt_ins import OptIn
from storage.outbox import Message
from storage.pairings import Pairing
from storage.participants import Address, Participant, Session
from storage.proposals import Proposal
from storage.reminders import Reminder
from storage.responses import Respondent, Response
from storage.row import Row
from storage.supports import Support
from storage.tickets import Ticket

if TYPE_CHECKING:
    from storage.database import Db

ADDED_UP: frozenset[type[Row]] = frozenset(
    (Address, Attachment, Comment, Consent, Happening, Message, Note, Pairing, Proposal, Ticket)
)
"""One person has as many as both."""
ONCE: Mapping[type[Row], Callable[[Any], object]] = {
    Follow: lambda row: row.subject,
    Judgement: lambda row: (row.reference, row.claimed),
    OptIn: lambda row: (row.topic, row.channel),
    Preference: lambda row: row.channel,
    Recipient: lambda row: row.occurrence_id,
    Reminder: lambda row: (row.subject, row.action),
    Report: lambda row: row.item,
    Respondent: lambda row: row.survey,
    Response: lambda row: row.survey,
    Support: lambda row: row.proposal_id,
}
"""A person has one for each of these, and so both may have the same."""
MERGED: frozenset[type[Row]] = frozenset((Participant, Session))
"""One row of a person, whose columns are decided one by one."""


def doubles(db: "Db", once: type[Row], one: int, other: int) -> list[tuple[Any, Any]]:
    """The rows of a table of `ONCE` that both have for the same thing, in pairs."""
    same = ONCE[once]
    theirs = {same(row): row for row in belongings(db, once, other)}
    return [(row, theirs[same(row)]) for row in belongings(db, once, one) if same(row) in theirs]


def hand_over(db: "Db", gone_id: int, kept_id: int) -> None:
    """Everything of one person becomes another's; nothing may be doubled any more."""
    db.flush()
    for model in (*ADDED_UP, *ONCE):
        column = LINKS[model]
        change = update(model).where(col(getattr(model, column)) == gone_id).values({column: kept_id})
        db.execute(change.execution_options(synchronize_session=False))
    gone, kept = f"participant:{gone_id}", f"participant:{kept_id}"
    db.execute(update(Version).where(col(Version.by) == gone).values(by=kept))
    _hand_over_block(db, gone, kept)
    db.execute(delete(Participant).where(col(Participant.id) == gone_id))


def _hand_over_block(db: "Db", gone: str, kept: str) -> None:
    """What was decided about the person, and is to be told; of two decisions the one that blocks, else the last."""
    db.execute(update(Happening).where(col(Happening.subject) == gone).values(subject=kept))
    theirs, ours = db.find(Moderation, gone), db.find(Moderation, kept)
    if theirs is None:
        return
    if ours is not None:
        weaker = min(ours, theirs, key=lambda row: (row.state == "blocked", row.decided_at or row.opened_at))
        db.remove(weaker)
        db.flush()
        if weaker is theirs:
            return
    change = update(Moderation).where(col(Moderation.item) == gone).values(item=kept)
    db.execute(change.execution_options(synchronize_session=False))
