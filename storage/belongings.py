"""What there is of a person in every table: found for their own file, and undone when they ask to be forgotten."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlmodel import case, col, delete, select, update

from storage.attachments import Attachment, Stage
from storage.audit import Consent
from storage.broadcasts import Listed, Recipient, RecipientState, give_to_nobody
from storage.comments import Comment
from storage.digests import Note, Preference
from storage.follows import Follow
from storage.happenings import Happening
from storage.judgements import Judgement
from storage.moderation import Moderation, Report, Version
from storage.opt_ins import OptIn
from storage.outbox import Message, forget_messages
from storage.pairings import Pairing
from storage.participants import Address, Participant, Session
from storage.proposals import Proposal
from storage.reminders import Reminder
from storage.responses import Respondent, Response
from storage.row import IdRow, Row
from storage.supports import Support
from storage.tickets import Ticket

if TYPE_CHECKING:
    from storage.database import Db

Theirs = TypeVar("Theirs", bound=Row)

LINKS: Mapping[type[Row], str] = {
    Address: "participant_id",
    Attachment: "participant_id",
    Comment: "author_id",
    Consent: "participant_id",
    Follow: "participant_id",
    Happening: "actor_id",
    Judgement: "participant_id",
    Message: "participant_id",
    Note: "participant_id",
    OptIn: "participant_id",
    Pairing: "participant_id",
    Participant: "id",
    Preference: "participant_id",
    Proposal: "author_id",
    Recipient: "participant_id",
    Reminder: "participant_id",
    Report: "participant_id",
    Respondent: "participant_id",
    Response: "participant_id",
    Session: "participant_id",
    Support: "participant_id",
    Ticket: "participant_id",
}
"""Every table that names a participant, and the column."""


def belongings(db: "Db", model: type[Theirs], participant_id: int) -> Sequence[Theirs]:
    """The rows of a table that name a person, the oldest first."""
    theirs = select(model).where(col(getattr(model, LINKS[model])) == participant_id)
    return db.all(theirs.order_by(col(model.id)) if issubclass(model, IdRow) else theirs)


def keep_as_number(db: "Db", proposal_ids: Iterable[int]) -> None:
    """One support of each of these proposals counts on without its person."""
    more = update(Proposal).values(supports_kept=col(Proposal.supports_kept) + 1)
    db.execute(more.where(col(Proposal.id).in_(list(proposal_ids))))


def empty(db: "Db", participant_id: int, items: Sequence[str]) -> None:
    """Take the words, photos and documents out of what a person took back: nobody reads them. `items` are those."""
    proposals = (col(Proposal.author_id) == participant_id, col(Proposal.withdrawn_at).is_not(None))
    comments = (col(Comment.author_id) == participant_id, col(Comment.deleted_at).is_not(None))
    db.execute(update(Proposal).where(*proposals).values(title="", body="", place=""))
    db.execute(update(Comment).where(*comments).values(body=""))
    db.execute(delete(Attachment).where(col(Attachment.item).in_(items)))
    db.execute(delete(Moderation).where(col(Moderation.item).in_(items)))


def unlink(db: "Db", participant_id: int, items: Sequence[str], now: datetime) -> None:
    """Take a person out of every row: what others read stays without them, all else of theirs is deleted.

    `items` are what they published; how those read before they were changed is deleted. What a file was called goes,
    and its provider's id unless it has still to be fetched.
    """
    subject = f"participant:{participant_id}"
    nobody = {"author_id": None, "author_name": ""}
    db.execute(update(Proposal).where(col(Proposal.author_id) == participant_id).values(nobody))
    db.execute(update(Comment).where(col(Comment.author_id) == participant_id).values(nobody))
    db.execute(update(Response).where(col(Response.participant_id) == participant_id).values(participant_id=None))
    theirs = (col(Attachment.participant_id) == participant_id,)
    is_wanted = case((col(Attachment.state) == Stage.WANTED, col(Attachment.external_id)), else_="")
    db.execute(update(Attachment).where(*theirs).values(participant_id=None, name="", external_id=is_wanted))
    db.execute(update(Happening).where(col(Happening.actor_id) == participant_id).values(actor_id=None))
    db.execute(delete(Happening).where(col(Happening.subject) == subject))
    db.execute(delete(Moderation).where(col(Moderation.item) == subject))
    db.execute(delete(Version).where(col(Version.item).in_(items)))
    for recipient in belongings(db, Recipient, participant_id):
        give_to_nobody(db, recipient, RecipientState.OPTED_OUT, now)
    theirs_there = select(Address.hash).where(col(Address.participant_id) == participant_id)
    db.execute(delete(Listed).where(col(Listed.hash).in_(theirs_there)))
    db.execute(delete(Consent).where(col(Consent.participant_id) == participant_id))
    db.execute(delete(Participant).where(col(Participant.id) == participant_id))
    # After the address, which whoever tells them something holds meanwhile: what they were told is seen only now.
    forget_messages(db, participant_id)
