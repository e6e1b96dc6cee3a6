"""Proposals: Decidim's rules, each with its own refusal, and the town's answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flows.participation import consent, similar
from flows.participation.attachments import want
from flows.participation.follows import follow_own
from flows.participation.judgements import FINAL, await_judgement
from flows.participation.moderation import hold
from flows.participation.process import Process
from flows.participation.references import PROPOSAL, free_reference, new_code
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import check_can_propose, visible_process
from flows.participation.writing import check_etiquette, one_line, paragraphs
from flows.turn import Handed, Turn
from storage.audit import record
from storage.database import Db
from storage.happenings import Happening
from storage.judgements import Claimed
from storage.proposals import Proposal, count_by_author, proposal_of_reference

TITLE_LENGTHS = (15, 150)
BODY_LEAST = 15
PLACE_MOST = 200
ANSWERED_STATES = ("evaluating", "accepted", "rejected")


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author wrote."""

    title: str
    body: str
    category: str = ""
    place: str = ""
    files: tuple[Handed, ...] = ()


def check_may_propose(turn: Turn, slug: str) -> Process:
    """The process, if a proposal may be begun in it: shown, in a phase that allows it, below the limit per person."""
    process = visible_process(turn.db, turn.town, slug)
    check_can_propose(process, turn.now)
    limit = process.proposals.limit
    if limit and count_by_author(turn.db, slug, turn.participant_id) >= limit:
        raise Refused(Reason.LIMIT_REACHED, count=limit, process=process.title)
    return process


def check_title(text: str) -> str:
    """The title as it is kept."""
    title = one_line(text)
    least, most = TITLE_LENGTHS
    if len(title) < least:
        raise Refused(Reason.TITLE_TOO_SHORT, length=len(title), least=least, count=least - len(title))
    if len(title) > most:
        raise Refused(Reason.TITLE_TOO_LONG, length=len(title), most=most, count=len(title) - most)
    check_etiquette(title)
    return title


def check_body(text: str, process: Process) -> str:
    """The text as it is kept."""
    body = paragraphs(text)
    most = process.proposals.length
    if len(body) < BODY_LEAST:
        raise Refused(Reason.BODY_TOO_SHORT, length=len(body), least=BODY_LEAST, count=BODY_LEAST - len(body))
    if len(body) > most:
        raise Refused(Reason.BODY_TOO_LONG, length=len(body), most=most, count=len(body) - most)
    if one_line(body) in {one_line(template) for template in process.proposals.template.values()}:
        raise Refused(Reason.BODY_IS_TEMPLATE)
    check_etiquette(body)
    return body


def check_place(text: str) -> str:
    """Where it would be, in the citizen's own words."""
    place = one_line(text)
    if len(place) > PLACE_MOST:
        raise Refused(Reason.PLACE_TOO_LONG, length=len(place), most=PLACE_MOST, count=len(place) - PLACE_MOST)
    return place


def check_category(slug: str, process: Process) -> str:
    """A category of the process, or none."""
    if slug and all(slug != category.slug for category in process.proposals.categories):
        raise Refused(Reason.CATEGORY_UNKNOWN)
    return slug


def submit(turn: Turn, slug: str, draft: Draft) -> Proposal:
    """Publish a proposal of the turn's participant; everything is checked again, as if nothing had been before.

    Where the town reads first, it is sent and waits to be published.
    """
    process = check_may_propose(turn, slug)
    author = consent.check(turn, process.min_age)
    phase = check_can_propose(process, turn.now)
    proposal = Proposal(
        tenant_id=turn.town.id,
        reference=free_reference(turn.town, PROPOSAL, turn.now, partial(proposal_of_reference, turn.db)),
        code=new_code(),
        process=process.slug,
        phase=phase.slug,
        author_id=author.id,
        author_name=author.public_name,
        language=turn.language,
        title=check_title(draft.title),
        body=check_body(draft.body, process),
        category=check_category(draft.category, process),
        place=check_place(draft.place) if process.proposals.asks_place else "",
        published_at=turn.now,
    )
    turn.db.add(proposal)
    similar.index(turn.db, proposal)
    want(turn, f"proposal:{proposal.reference}", draft.files[: process.proposals.attachments])
    if process.proposals.reviewed_first:
        hold(turn.db, proposal, turn.now)
        record(turn.db, turn.actor, "proposal_sent", f"proposal:{proposal.reference}", turn.now)
    else:
        _record(turn.db, proposal, "proposal_published", turn.now, actor=turn.actor)
    follow_own(turn, f"proposal:{proposal.reference}")
    return proposal


def is_answered_so(proposal: Proposal, state: str, answer: Mapping[str, str]) -> bool:
    """This very answer is published already."""
    words = {language: cleaned for language, text in answer.items() if (cleaned := paragraphs(text))}
    return proposal.state == state and proposal.answer == words and proposal.state_published_at is not None


def publish_answer(
    db: Db,
    reference: str,
    state: str,
    answer: Mapping[str, str],
    *,
    now: datetime,
    actor: str = "system",
) -> Proposal:
    """The town's answer: state and words (by language) become visible together; author and followers will be told."""
    proposal = proposal_of_reference(db, reference.strip().upper())
    if proposal is None or proposal.withdrawn_at is not None or proposal.hidden_at is not None:
        raise Refused(Reason.PROPOSAL_UNKNOWN, reference=reference)
    if state not in ANSWERED_STATES:
        raise Refused(Reason.STATE_UNKNOWN, state=state, states=", ".join(ANSWERED_STATES))
    words = {language: cleaned for language, text in answer.items() if (cleaned := paragraphs(text))}
    if not words:
        raise Refused(Reason.ANSWER_EMPTY)
    proposal.state = state
    proposal.answer = words
    proposal.answered_at = proposal.state_published_at = now
    _record(db, proposal, "proposal_answered", now, actor=actor, state=state, languages=sorted(words))
    if state in FINAL:
        await_judgement(db, proposal.reference, Claimed.ANSWERED, now)
    return proposal


def _record(db: Db, proposal: Proposal, what: str, now: datetime, *, actor: str, **detail: object) -> None:
    subject = f"proposal:{proposal.reference}"
    record(db, actor, what, subject, now, detail)
    db.add(Happening(kind=what, subject=subject, happened_at=now))
