"""One row of every table, for a town."""

from datetime import timedelta

from storage.attachments import Attachment, Content, Stage
from storage.audit import Consent, Entry, Seal
from storage.batches import Batch
from storage.broadcasts import Listed, Occurrence, Recipient, Scheduled
from storage.comments import Comment
from storage.database import Db
from storage.digests import Note, Pace, Preference
from storage.erasures import Erasure
from storage.follows import Follow
from storage.happenings import Happening
from storage.inbounds import Claim, Quarantined
from storage.judgements import Claimed, Inquiry, Judgement, Word
from storage.moderation import Moderation, Report, Version
from storage.opt_ins import OptIn
from storage.outbox import Message, Purpose
from storage.pairings import Pairing
from storage.participants import Address, Binding, Participant, Session
from storage.proposals import Proposal
from storage.reminders import Reminder
from storage.responses import Respondent, Response, Tally
from storage.row import Row
from storage.spending import Spending
from storage.stems import Stem
from storage.supports import Support
from storage.tenants import Approval, Revision, SurveyRevision
from storage.tickets import Ticket, TicketMessage, TicketState
from tests.conftest import NOW

HASH, SEALED = b"h" * 32, b"sealed"
PARTICIPANT, PROPOSAL, OTHER = 1001, 1002, 1003


def add_rows(db: Db) -> None:
    """Fill every table with one row of the turn's tenant."""
    for group in _rows(db.tenant_id):
        for row in group:
            db.add(row)
        db.flush()


def _rows(town: str) -> tuple[tuple[Row, ...], ...]:
    """In the order that foreign keys ask for."""
    firsts: tuple[Row, ...] = (
        Participant(id=PARTICIPANT, created_at=NOW, public_name=f"somebody of {town}"),
        SurveyRevision(survey="spring", hash="a" * 64, content={"title": "Spring"}, published_at=NOW),
    )
    seconds: tuple[Row, ...] = (
        Address(
            id=OTHER,
            participant_id=PARTICIPANT,
            channel="telegram",
            hash=HASH,
            sealed=SEALED,
            lane=f"telegram:{town}",
        ),
        Session(participant_id=PARTICIPANT, state="{}", updated_at=NOW),
        OptIn(participant_id=PARTICIPANT, topic="works", channel="telegram", is_in=True, said_at=NOW),
        Scheduled(broadcast="works", words="0 10 * * *", since=NOW),
        Listed(list_name="neighbours", channel="sms", hash=HASH),
        Occurrence(
            id=OTHER,
            broadcast="works",
            local_at="2026-11-25T10:00",
            topic="works",
            content="{}",
            begun_at=NOW,
            begun_by="system",
            expires_at=NOW,
        ),
        Binding(channel="telegram", hash=HASH, town=town, bound_at=NOW),
        Follow(participant_id=PARTICIPANT, subject="proposal:X-1", followed_at=NOW),
        Preference(participant_id=PARTICIPANT, channel="telegram", pace=Pace.DAILY),
        Note(
            id=OTHER,
            participant_id=PARTICIPANT,
            kind="proposal_answered",
            subject="proposal:X-1",
            happened_at=NOW,
            due_at=NOW,
        ),
        Note(
            id=PROPOSAL,
            participant_id=PARTICIPANT,
            kind="proposal_answered",
            subject="proposal:X-1",
            happened_at=NOW,
            due_at=NOW,
            told_at=NOW,
        ),
        Inquiry(id=OTHER, reference="X-1", claimed=Claimed.ANSWERED, since=NOW - timedelta(days=2)),
        Judgement(reference="X-1", claimed=Claimed.ANSWERED, participant_id=PARTICIPANT, due_at=NOW, said=Word.YES),
        Happening(id=OTHER, kind="proposal_answered", subject="proposal:X-1", happened_at=NOW),
        Claim(channel="telegram", external_id="1", received_at=NOW),
        Quarantined(id=OTHER, channel="telegram", body=b"?", reason="not JSON", received_at=NOW),
        Message(
            id=OTHER,
            participant_id=PARTICIPANT,
            lane=f"telegram:{town}",
            channel="telegram",
            sealed=SEALED,
            purpose=Purpose.UPDATE,
            content="{}",
            due_at=NOW,
        ),
        Proposal(
            id=PROPOSAL,
            reference="X-1",
            code="code",
            process="places",
            phase="ideas",
            author_id=PARTICIPANT,
            author_name="somebody",
            language="ca",
            title="A bench in the square",
            body="There is no bench in the square.",
            published_at=NOW,
        ),
        Response(
            id=OTHER,
            survey="spring",
            revision="a" * 64,
            participant_id=PARTICIPANT,
            receipt="receipt",
            answers={"q1": "yes"},
            batch_id=OTHER,
            channel="telegram",
            language="ca",
            submitted_at=NOW,
        ),
        Respondent(id=OTHER, survey="spring", participant_id=PARTICIPANT),
        Batch(
            id=OTHER,
            survey="spring",
            source="paper",
            operator="somebody",
            file_hash="a" * 64,
            count=1,
            imported_at=NOW,
        ),
        Tally(survey="spring", responses=1, content={}, added_up_at=NOW),
        Consent(
            id=OTHER,
            participant_id=PARTICIPANT,
            purpose="terms",
            granted=True,
            version="1",
            text_hash="b" * 64,
            language="ca",
            channel="telegram",
            inbound_id="1",
            given_at=NOW,
        ),
        Entry(id=OTHER, actor="system", action="proposal_answered", subject="proposal:X-1", at=NOW),
        Approval(space="places", approved_by="staff:somebody", approved_at=NOW),
        Revision(hash="c" * 64, files=b"zip", applied_at=NOW),
        Comment(
            id=OTHER,
            reference="X-1",
            code="code",
            subject="proposal:X-1",
            parent_id=OTHER,  # its own, so that one row is a thread
            author_id=PARTICIPANT,
            author_name="somebody",
            language="ca",
            body="Two would be better.",
            published_at=NOW,
        ),
        Attachment(
            id=OTHER,
            item="proposal:X-1",
            participant_id=PARTICIPANT,
            channel="telegram",
            account=town,
            external_id="file of somebody",
            name="somebody.jpg",
            media_type="image/jpeg",
            state=Stage.KEPT,
            due_at=NOW,
            added_at=NOW,
        ),
        Reminder(id=OTHER, participant_id=PARTICIPANT, subject="proposal:X-1", action="support", due_at=NOW),
        Report(item="proposal:X-1", participant_id=PARTICIPANT, reason="spam", reported_at=NOW),
        Moderation(item="proposal:X-1", state="reported", opened_at=NOW, appealed_at=NOW),
        Version(id=OTHER, item="proposal:X-1", content={"title": "A bench"}, why="edited", by="x", replaced_at=NOW),
        Ticket(
            id=OTHER,
            code="code",
            participant_id=PARTICIPANT,
            channel="telegram",
            state=TicketState.TAKEN,
            opened_at=NOW,
            attended_at=NOW,
        ),
        Pairing(
            id=OTHER,
            participant_id=PARTICIPANT,
            channel="telegram",
            hash=HASH,
            sealed=SEALED,
            lane=f"telegram:{town}",
            code=b"code",
            sent_at=NOW,
        ),
        Spending(id=OTHER, lane="sms:vilanova", day=NOW.date(), messages=1, segments=2, micros=140_000),
        Erasure(id=OTHER, sealed=SEALED, erased_at=NOW, destroy_at=NOW),
        Seal(place=1, entry_id=PARTICIPANT, hash="d" * 64, sealed_at=NOW),
    )
    thirds: tuple[Row, ...] = (
        Content(attachment_id=OTHER, data=b"bytes"),
        Recipient(
            occurrence_id=OTHER,
            participant_id=PARTICIPANT,
            language="ca",
            lane=f"telegram:{town}",
            changed_at=NOW,
        ),
        Stem(process="places", stem="banc", proposal_id=PROPOSAL),
        Support(proposal_id=PROPOSAL, participant_id=PARTICIPANT, process="places", counts=True, given_at=NOW),
        TicketMessage(id=OTHER, ticket_id=OTHER, author="participant", text="Where is the hall?", said_at=NOW),
    )
    return firsts, seconds, thirds
