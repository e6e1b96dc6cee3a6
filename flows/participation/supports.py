"""Supports: Decidim's rules of votes. A limit and a minimum per person, a threshold per proposal, counts that hide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.participation import consent
from flows.participation.follows import shown_proposal
from flows.participation.process import Action, Process, SupportRules
from flows.participation.refusal import Reason, Refused, why_not
from flows.participation.spaces import check_can_support, phases_allowing, visible_process
from flows.turn import Turn
from storage.audit import record
from storage.happenings import PROPOSAL_SUPPORTED, Happening, is_untold
from storage.proposals import (
    Proposal,
    hold_proposal,
    lock_proposal,
    lock_proposals,
    proposal_of_reference,
    proposals_of_ids,
)
from storage.supports import Support, count_of_proposal, counts_of_proposals, supports_in_process

_REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Given:
    """What a person has given in a process. `left` is None without a limit; `to_go` until theirs count."""

    count: int
    left: int | None
    minimum: int
    to_go: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands with supports, and this person with it.

    `count` is None where it is hidden. Where `why_not` is None the person may support it.
    """

    count: int | None
    threshold: int
    is_mine: bool
    mine_counts: bool
    given: Given
    can_take_back: bool
    why_not: Refused | None


def takes_supports(process: Process) -> bool:
    """Some phase of the process, past or to come, allows supporting."""
    return bool(phases_allowing(process, Action.SUPPORT))


def hides_counts(process: Process, now: datetime) -> bool:
    """No count of its supports may be seen now, in numbers, words or order."""
    phase = process.phase_at(now)
    return process.supports.is_hidden or (phase is not None and phase.hides_supports)


def standing(turn: Turn, proposal: Proposal) -> Standing | None:
    """For a proposal's card; None where its process takes no supports or is not shown."""
    process = turn.town.process(proposal.process)
    if process is None or not takes_supports(process):
        return None
    own = supports_in_process(turn.db, process.slug, turn.participant_id)
    mine = next((support for support in own if support.proposal_id == proposal.id), None)
    count = count_of(turn, proposal)
    return Standing(
        count=None if hides_counts(process, turn.now) else count,
        threshold=process.supports.threshold,
        is_mine=mine is not None,
        mine_counts=mine is not None and mine.counts,
        given=_given(process, len(own)),
        can_take_back=mine is not None and _may_change(process, turn.now),
        why_not=why_not(lambda: _check(turn, process, proposal, own, count)),
    )


def check_may_support(turn: Turn, reference: str) -> Proposal:
    """The proposal, if this person may support it now, but for what they have to have said before."""
    proposal = shown_proposal(turn, reference)
    process = visible_process(turn.db, turn.town, proposal.process)
    own = supports_in_process(turn.db, process.slug, turn.participant_id)
    _check(turn, process, proposal, own, count_of(turn, proposal))
    return proposal


def support(turn: Turn, reference: str) -> tuple[Given, Process]:
    """Back a proposal, once per person, whatever channel or race; everything is checked again."""
    process = visible_process(turn.db, turn.town, shown_proposal(turn, reference).process)
    consent.check(turn, process.min_age, needs_name=False)
    proposal = _as_it_is(turn, process, reference)
    own = supports_in_process(turn.db, process.slug, turn.participant_id)
    _check(turn, process, proposal, own, count_of(turn, proposal))
    new = Support(
        proposal_id=proposal.id,
        participant_id=turn.participant_id,
        process=process.slug,
        counts=not _given(process, len(own) + 1).to_go,
        given_at=turn.now,
    )
    turn.db.add(new)
    if new.counts:
        _count_those_that_waited(turn, process, own)
    record(turn.db, turn.actor, "support_given", subject := f"proposal:{reference}", turn.now)
    if not hides_counts(process, turn.now) and not is_untold(turn.db, PROPOSAL_SUPPORTED, subject):
        turn.db.add(Happening(kind=PROPOSAL_SUPPORTED, subject=subject, happened_at=turn.now))
    return _given(process, len(own) + 1), process


def take_back(turn: Turn, reference: str) -> tuple[Given, Process]:
    """Undo a support while supporting is open; below the minimum what is left does not count either."""
    proposal = proposal_of_reference(turn.db, reference)
    mine = turn.db.find(Support, proposal.id, turn.participant_id) if proposal is not None else None
    if mine is None:
        raise Refused(Reason.NOT_SUPPORTED)
    process = visible_process(turn.db, turn.town, mine.process)
    check_can_support(process, turn.now)
    consent.check(turn, needs_name=False)
    turn.db.remove(mine)
    left = supports_in_process(turn.db, process.slug, turn.participant_id)
    given = _given(process, len(left))
    if given.to_go:
        for each in left:
            each.counts = False
    record(turn.db, turn.actor, "support_taken_back", f"proposal:{reference}", turn.now)
    return given, process


def recount(turn: Turn, process: Process) -> list[Proposal]:
    """This person has been two: the earliest supports stay, as many as one may give; returns what was taken back."""
    own = sorted(supports_in_process(turn.db, process.slug, turn.participant_id), key=lambda each: each.given_at)
    most = process.supports.limit or len(own)
    kept, over = own[:most], own[most:]
    for each in over:
        turn.db.remove(each)
    turn.db.flush()
    if _given(process, len(kept)).to_go:
        for each in kept:
            each.counts = False
    else:
        _count_those_that_waited(turn, process, kept)
    lost = proposals_of_ids(turn.db, [each.proposal_id for each in over]) if over else []
    for proposal in lost:
        record(turn.db, turn.actor, "support_taken_back", f"proposal:{proposal.reference}", turn.now)
    return lost


def count_of(turn: Turn, proposal: Proposal) -> int:
    """How many supports of a proposal count. Not to be shown where `hides_counts`."""
    return count_of_proposal(turn.db, proposal.id) + proposal.supports_kept


def counts_shown(turn: Turn, proposals: Iterable[Proposal]) -> dict[int, int]:
    """The supports that count of several proposals, by id, in one query; those whose counts are hidden left out."""
    shown = [
        proposal
        for proposal in proposals
        if (process := turn.town.process(proposal.process)) is not None
        and takes_supports(process)
        and not hides_counts(process, turn.now)
    ]
    counted = counts_of_proposals(turn.db, [proposal.id for proposal in shown]) if shown else {}
    return {proposal.id: counted.get(proposal.id, 0) + proposal.supports_kept for proposal in shown}


def _check(turn: Turn, process: Process, proposal: Proposal, own: Sequence[Support], count: int) -> None:
    """`own` are this person's supports in the process, `count` the proposal's that count."""
    rules = process.supports
    if any(support.proposal_id == proposal.id for support in own):
        raise Refused(Reason.ALREADY_SUPPORTED)
    if proposal.hidden_at is not None:
        raise Refused(Reason.PROPOSAL_HIDDEN)
    if proposal.state == _REJECTED and proposal.state_published_at is not None:
        raise Refused(Reason.PROPOSAL_REJECTED, on=proposal.state_published_at)
    check_can_support(process, turn.now)
    if _is_full(rules, count):
        raise Refused(Reason.SUPPORTS_COMPLETE, process=process.title)
    if rules.limit and len(own) >= rules.limit:
        raise Refused(Reason.SUPPORTS_SPENT, count=rules.limit, process=process.title)


def _as_it_is(turn: Turn, process: Process, reference: str) -> Proposal:
    """The proposal, held so that nobody withdraws it meanwhile, and locked where two people could both be the last."""
    is_bounded = process.supports.threshold and not process.supports.beyond_threshold
    (lock_proposal if is_bounded else hold_proposal)(turn.db, reference)
    return shown_proposal(turn, reference)


def _is_full(rules: SupportRules, count: int) -> bool:
    return bool(rules.threshold) and not rules.beyond_threshold and count >= rules.threshold


def _given(process: Process, count: int) -> Given:
    rules = process.supports
    left = max(rules.limit - count, 0) if rules.limit else None
    return Given(count, left, rules.minimum, max(rules.minimum - count, 0))


def _count_those_that_waited(turn: Turn, process: Process, own: Sequence[Support]) -> None:
    """The minimum is reached: they all count now, but for those whose proposal is complete meanwhile."""
    waiting = [support for support in own if not support.counts]
    if not waiting:
        return
    bounded = process.supports.threshold and not process.supports.beyond_threshold
    ids = [support.proposal_id for support in waiting]
    kept = {each.id: each.supports_kept for each in lock_proposals(turn.db, ids)} if bounded else {}
    counted = counts_of_proposals(turn.db, ids) if bounded else {}
    for support in waiting:
        count = counted.get(support.proposal_id, 0) + kept.get(support.proposal_id, 0)
        support.counts = not _is_full(process.supports, count)


def _may_change(process: Process, now: datetime) -> bool:
    phase = process.phase_at(now)
    return phase is not None and Action.SUPPORT in phase.allows
