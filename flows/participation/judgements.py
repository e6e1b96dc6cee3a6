"""The citizen's verdict: some weeks after the town has answered a proposal, or says that it is done, its author and
followers are asked whether that is so. The last word counts; a no is a matter for the people of the town."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.participation import tickets
from flows.participation.hearers import hearers_of, is_readable
from flows.participation.refusal import Reason, Refused
from flows.participation.results import visible_results
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.audit import record
from storage.database import Db
from storage.judgements import Claimed, Inquiry, Judgement, Word, inquiry_of, words_on
from storage.proposals import Proposal, proposal_of_reference
from storage.tickets import Ticket

_AT_ONCE = 200
FINAL = ("accepted", "rejected")
"""States of an answer that is no half one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people say of what the town said last."""

    claimed: Claimed
    said: Mapping[Word, int]


def await_judgement(db: Db, reference: str, claimed: Claimed, now: datetime) -> None:
    """The town has spoken: people will be asked, once, whatever it says anew of the same.

    Of what is done nobody is asked about the answer any more.
    """
    found = inquiry_of(db, reference, claimed)
    if found is None:
        db.add(Inquiry(reference=reference, claimed=claimed, since=now))
    elif found.asked_at is None:
        found.since = now
    if claimed is Claimed.DONE and (answered := inquiry_of(db, reference, Claimed.ANSWERED)) is not None:
        answered.asked_at = answered.asked_at or now


def is_done(db: Db, town: Town, reference: str) -> bool:
    """Something that carries out the proposal is finished, as the town says."""
    return any(each.is_done and reference in each.proposals for each in visible_results(db, town))


def still_claimed(db: Db, town: Town, reference: str, claimed: Claimed) -> Proposal | None:
    """The proposal, if everybody can read it and the town still says so of it."""
    proposal = proposal_of_reference(db, reference)
    if proposal is None or not is_readable(proposal):
        return None
    if claimed is Claimed.DONE:
        return proposal if is_done(db, town, reference) else None
    return proposal if proposal.state in FINAL and proposal.state_published_at is not None else None


def take_down(db: Db, town: Town, inquiry: Inquiry, now: datetime) -> None:
    """Take down some of those who are to be asked; once it was everybody, the inquiry has been asked."""
    proposal = still_claimed(db, town, inquiry.reference, inquiry.claimed)
    hearers = sorted(each for each in hearers_of(db, proposal) if each > inquiry.reached) if proposal else []
    for person in hearers[:_AT_ONCE]:
        if db.find(Judgement, inquiry.reference, inquiry.claimed, person) is None:
            row = Judgement(reference=inquiry.reference, claimed=inquiry.claimed, participant_id=person, due_at=now)
            db.add(row)
    if len(hearers) > _AT_ONCE:
        inquiry.reached = hearers[_AT_ONCE - 1]
    else:
        inquiry.asked_at = now


def asked(turn: Turn, reference: str, claimed: Claimed) -> Judgement:
    """What this person has been asked; anybody else has not."""
    found = turn.db.find(Judgement, reference, claimed, turn.participant_id)
    if found is None or found.asked_at is None or still_claimed(turn.db, turn.town, reference, claimed) is None:
        raise Refused(Reason.NOT_ASKED)
    return found


def judge(turn: Turn, reference: str, claimed: Claimed, word: Word, words: str) -> Ticket | None:
    """Keep what they say. A no opens a ticket with these words, or is added to the one that is open."""
    judgement = asked(turn, reference, claimed)
    judgement.said, judgement.said_at = word, turn.now
    record(turn.db, turn.actor, "judged", f"proposal:{reference}", turn.now, {"claimed": claimed, "said": word})
    return tickets.open_ticket(turn, words, about=f"verdict:{reference}") if word is Word.NO else None


def ask_again(turn: Turn, reference: str, claimed: Claimed) -> datetime:
    """They want to be asked once more; nobody is asked a third time. Returns when."""
    judgement = asked(turn, reference, claimed)
    if judgement.is_repeat or turn.town.judged_after is None:
        raise Refused(Reason.ASKED_ENOUGH)
    judgement.is_repeat, judgement.asked_at = True, None
    judgement.due_at = turn.now + turn.town.judged_after
    return judgement.due_at


def verdict_on(db: Db, reference: str) -> Verdict | None:
    """What people say of a proposal: that it is done, else of the answer; None where nobody has said anything."""
    return verdicts_among(db, [reference]).get(reference)


def verdicts_among(db: Db, references: Collection[str]) -> dict[str, Verdict]:
    """As `verdict_on`, of many proposals."""
    found: dict[str, Verdict] = {}
    for reference, claimed, word, count in words_on(db, references):
        before = found.get(reference)
        if before is None or (claimed is Claimed.DONE and before.claimed is Claimed.ANSWERED):
            found[reference] = Verdict(claimed, {word: count})
        elif before.claimed is claimed:
            found[reference] = Verdict(claimed, {**before.said, word: count})
    return found
