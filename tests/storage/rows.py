"""One row of every table, for a town."""

from storage.audit import Consent, Entry
from storage.database import Db
from storage.follows import Follow
from storage.happenings import Happening
from storage.inbounds import Claim, Quarantined
from storage.outbox import Message, Purpose
from storage.participants import Address, Binding, Participant, Session
from storage.proposals import Proposal
from storage.responses import Response
from storage.row import Row
from storage.tenants import Approval, Revision, SurveyRevision
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
        Binding(channel="telegram", hash=HASH, town=town, bound_at=NOW),
        Follow(participant_id=PARTICIPANT, subject="process:places", followed_at=NOW),
        Happening(id=OTHER, kind="proposal_answered", subject="proposal:X-1", happened_at=NOW),
        Claim(channel="telegram", external_id="1", received_at=NOW),
        Quarantined(id=OTHER, channel="telegram", body=b"?", reason="not JSON", received_at=NOW),
        Message(
            id=OTHER,
            participant_id=PARTICIPANT,
            lane=f"telegram:{town}",
            channel="telegram",
            sealed=SEALED,
            purpose=Purpose.REPLY,
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
            channel="telegram",
            language="ca",
            submitted_at=NOW,
        ),
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
    )
    return firsts, seconds
