"""What an author may still do with a proposal of theirs: change it in time, withdraw it while nobody supports it."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from flows.participation import consent, similar
from flows.participation.follows import shown_proposal
from flows.participation.moderation import State
from flows.participation.process import Process
from flows.participation.proposals import check_body, check_category, check_place, check_title
from flows.participation.refusal import Reason, Refused, why_not
from flows.participation.spaces import visible_process
from flows.turn import Turn
from storage.audit import record
from storage.happenings import Happening
from storage.moderation import Moderation, Version
from storage.proposals import UNREAD, Proposal, lock_proposal
from storage.supports import is_supported


class Part(StrEnum):
    """What of a proposal can be changed: its column."""

    TITLE = "title"
    BODY = "body"
    CATEGORY = "category"
    PLACE = "place"


def parts_of(process: Process) -> tuple[Part, ...]:
    """What proposals to the process have."""
    has_categories, asks_place = bool(process.proposals.categories), process.proposals.asks_place
    return (Part.TITLE, Part.BODY, *([Part.CATEGORY] * has_categories), *([Part.PLACE] * asks_place))


def editable_until(process: Process, proposal: Proposal) -> datetime | None:
    """The end of the time after it was published or changed last; None: until the town answers."""
    within = process.proposals.edit_within
    return None if within is None else (proposal.updated_at or proposal.published_at) + within


def check_may_edit(turn: Turn, reference: str) -> tuple[Proposal, Process]:
    """The proposal and its process, if this person may change it now."""
    proposal = _own(turn, shown_proposal(turn, reference))
    process = visible_process(turn.db, turn.town, proposal.process)
    if proposal.hidden_at is not None and proposal.hidden_reason != UNREAD:
        raise Refused(Reason.HIDDEN_STAYS_AS_IT_IS)
    if (row := turn.db.find(Moderation, f"proposal:{reference}")) is not None and row.state == State.REDACTED:
        raise Refused(Reason.REDACTED_STAYS_AS_IT_IS)
    if process.proposals.reviewed_first and proposal.hidden_at is None:
        raise Refused(Reason.READ_STAYS_AS_IT_IS, process=process.title)
    if proposal.state_published_at is not None:
        raise Refused(Reason.ANSWERED_STAYS_AS_IT_IS, on=proposal.state_published_at)
    until = editable_until(process, proposal)
    if until is not None and turn.now >= until:
        raise Refused(Reason.EDITING_ENDED, process=process.title, within=process.proposals.edit_within, until=until)
    return proposal, process


def check_part(text: str, part: Part, process: Process) -> str:
    """The new words of a part as they are kept."""
    match part:
        case Part.TITLE:
            return check_title(text)
        case Part.BODY:
            return check_body(text, process)
        case Part.CATEGORY:
            return check_category(text, process)
        case Part.PLACE:
            return check_place(text)


def edit(turn: Turn, reference: str, part: Part, text: str) -> Proposal:
    """Change a part of a proposal; how it read before is kept. Supports and comments stay."""
    lock_proposal(turn.db, reference)
    proposal, process = check_may_edit(turn, reference)
    consent.check(turn, process.min_age)
    if part not in parts_of(process):
        raise Refused(Reason.CATEGORY_UNKNOWN)
    words, before = check_part(text, part, process), getattr(proposal, part)
    if words == before:
        return proposal
    subject, actor = f"proposal:{reference}", turn.actor
    turn.db.add(Version(item=subject, content={part.value: before}, why="edited", by=actor, replaced_at=turn.now))
    setattr(proposal, part, words)
    proposal.updated_at = turn.now
    similar.index(turn.db, proposal)
    record(turn.db, actor, "proposal_edited", subject, turn.now, {"part": part.value})
    return proposal


def check_may_withdraw(turn: Turn, reference: str) -> Proposal:
    """The proposal, if this person may withdraw it: nobody supports it, even if it does not count yet."""
    proposal = _own(turn, shown_proposal(turn, reference))
    if proposal.supports_kept or is_supported(turn.db, proposal.id):
        raise Refused(Reason.SUPPORTED_STAYS)
    return proposal


def withdraw(turn: Turn, reference: str) -> None:
    """Take a proposal back for good; who follows it is told."""
    lock_proposal(turn.db, reference)
    proposal = check_may_withdraw(turn, reference)
    subject = f"proposal:{reference}"
    proposal.withdrawn_at = turn.now
    similar.forget(turn.db, proposal)
    record(turn.db, turn.actor, "proposal_withdrawn", subject, turn.now)
    turn.db.add(
        Happening(kind="proposal_withdrawn", subject=subject, happened_at=turn.now, actor_id=turn.participant_id)
    )


def may(check: Callable[[Turn, str], object], turn: Turn, proposal: Proposal) -> bool:
    """The check would not refuse."""
    return why_not(lambda: check(turn, proposal.reference)) is None


def _own(turn: Turn, proposal: Proposal) -> Proposal:
    if proposal.author_id != turn.participant_id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    return proposal
