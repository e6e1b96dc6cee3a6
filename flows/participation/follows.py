"""Following: a participant asks for news of a space or a proposal, or no longer."""

from flows.participation import consent
from flows.participation.debates import visible_debate
from flows.participation.meetings import visible_meeting
from flows.participation.references import looks_like_one
from flows.participation.refusal import Reason, Refused
from flows.participation.results import visible_result
from flows.participation.spaces import visible_process
from flows.participation.writing import repeated
from flows.turn import Turn
from storage.follows import Follow
from storage.proposals import Proposal, proposal_of_reference


def follow(turn: Turn, subject: str) -> None:
    """News of the subject from now on; following twice is following once."""
    check_subject(turn, subject)
    consent.check(turn, needs_name=False)
    _add(turn, subject)


def follow_own(turn: Turn, subject: str) -> None:
    """Who makes something follows it."""
    _add(turn, subject)


def unfollow(turn: Turn, subject: str) -> None:
    """No more news of the subject."""
    if (found := turn.db.find(Follow, turn.participant_id, subject)) is not None:
        turn.db.remove(found)


def is_following(turn: Turn, subject: str) -> bool:
    """The participant follows the subject."""
    return turn.db.find(Follow, turn.participant_id, subject) is not None


def check_subject(turn: Turn, subject: str) -> None:
    """The subject exists and may be shown."""
    kind, _, name = subject.partition(":")
    if kind == "process":
        visible_process(turn.db, turn.town, name)
    elif kind == "proposal":
        shown_proposal(turn, name)
    elif kind == "debate":
        visible_debate(turn.db, turn.town, name)
    elif kind == "meeting":
        visible_meeting(turn.db, turn.town, name)
    elif kind == "result":
        visible_result(turn.db, turn.town, name)
    elif kind != "assembly" or turn.town.assembly(name) is None:
        raise Refused(Reason.SPACE_UNKNOWN)


def shown_proposal(turn: Turn, reference: str) -> Proposal:
    """The proposal with this reference, if it may be shown: a hidden one to its author alone."""
    found = told_proposal(turn, reference)
    if found.withdrawn_at is not None:
        raise _unknown(reference)
    return found


def told_proposal(turn: Turn, reference: str) -> Proposal:
    """As `shown_proposal`, or one that was withdrawn: that it was may be told to who has the reference."""
    found = proposal_of_reference(turn.db, reference) if looks_like_one(reference) else None
    if found is None or (found.hidden_at is not None and found.author_id != turn.participant_id):
        raise _unknown(reference)
    return found


def _unknown(reference: str) -> Refused:
    return Refused(Reason.PROPOSAL_UNKNOWN, reference=repeated(reference))


def _add(turn: Turn, subject: str) -> None:
    if turn.db.find(Follow, turn.participant_id, subject) is None:
        turn.db.add(
            Follow(tenant_id=turn.town.id, participant_id=turn.participant_id, subject=subject, followed_at=turn.now)
        )
