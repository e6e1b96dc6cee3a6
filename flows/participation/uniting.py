"""Two participants turn out to be one person: everything of the newer becomes the older's.

What both did is counted once while it could still be changed; what has closed is settled, and stays as a number.
"""

from dataclasses import dataclass

from flows.participation.forgetting import has_closed
from flows.participation.supports import recount
from flows.turn import Turn
from storage.audit import record
from storage.belongings import belongings, keep_as_number
from storage.broadcasts import UNSENT, Recipient, RecipientState, give_to_nobody
from storage.comments import Comment
from storage.digests import Preference
from storage.follows import Follow
from storage.judgements import Judgement
from storage.moderation import Report
from storage.opt_ins import OptIn
from storage.participants import Participant, Session, lock_participants
from storage.proposals import Proposal
from storage.reminders import Reminder
from storage.responses import Respondent, Response
from storage.supports import Support
from storage.unions import doubles, hand_over


@dataclass(frozen=True, slots=True)
class United:
    """What a person is told that became of what both did."""

    taken_back: tuple[Proposal, ...] = ()
    """Supports over the limit of one person."""
    surveys: tuple[str, ...] = ()
    """Answered twice: the last answers are the ones that count."""


def unite(turn: Turn, other_id: int) -> United:
    """Make the turn's person and another one; from here on the turn is that one's."""
    kept_id, gone_id = sorted((turn.participant_id, other_id))
    lock_participants(turn.db, (kept_id, gone_id))
    _merge_people(turn, turn.db.one(Participant, kept_id), turn.db.one(Participant, gone_id))
    _merge_sessions(turn, kept_id, gone_id, other_id)
    surveys = _settle_responses(turn, kept_id, gone_id)
    processes = {each.process for each in belongings(turn.db, Support, gone_id)}
    _settle_supports(turn, kept_id, gone_id)
    _settle_rest(turn, kept_id, gone_id, other_id)
    record(turn.db, turn.actor, "people_united", f"participant:{kept_id}", turn.now, {"gone": gone_id})
    hand_over(turn.db, gone_id, kept_id)
    turn.become(kept_id)
    _drop_own_reports(turn)
    taken_back: list[Proposal] = []
    for slug in sorted(processes):
        process = turn.town.process(slug)
        if process is not None and not has_closed(turn, slug):
            taken_back += recount(turn, process)
    return United(tuple(taken_back), tuple(surveys))


def _merge_people(turn: Turn, kept: Participant, gone: Participant) -> None:
    """The one who speaks chose the language last. No to news beats yes, a block holds, the terms are the last ones."""
    speaking, silent = (kept, gone) if kept.id == turn.participant_id else (gone, kept)
    kept.language = speaking.language or silent.language
    kept.is_easy = speaking.is_easy
    kept.public_name = kept.public_name or gone.public_name
    if gone.attested_age > kept.attested_age:
        kept.attested_age, kept.attested_at = gone.attested_age, gone.attested_at
    if gone.accepted_terms_at and (kept.accepted_terms_at is None or gone.accepted_terms_at > kept.accepted_terms_at):
        kept.accepted_terms, kept.accepted_terms_at = gone.accepted_terms, gone.accepted_terms_at
    said = {kept.wants_updates, gone.wants_updates}
    kept.wants_updates = False if False in said else True if True in said else None
    if gone.blocked_at and (kept.blocked_at is None or gone.blocked_at < kept.blocked_at):
        kept.blocked_at, kept.blocked_reason = gone.blocked_at, gone.blocked_reason
    kept.data_sent_at = max(filter(None, (kept.data_sent_at, gone.data_sent_at)), default=None)


def _merge_sessions(turn: Turn, kept_id: int, gone_id: int, silent_id: int) -> None:
    """The conversation that is going on stays; whatever person of the town owned the other one owns it now."""
    kept, gone = turn.db.one(Session, kept_id), turn.db.one(Session, gone_id)
    kept.ticket_id = kept.ticket_id or gone.ticket_id
    turn.other_state = (kept if kept_id == silent_id else gone).state


def _settle_responses(turn: Turn, kept_id: int, gone_id: int) -> list[str]:
    """The last answers count. Once the survey has closed both have been counted: the earlier ones stay, of nobody."""
    surveys = []
    for pair in doubles(turn.db, Response, kept_id, gone_id):
        earlier, _ = sorted(pair, key=lambda response: response.submitted_at)
        if turn.town.has_closed(earlier.survey, turn.now):
            earlier.participant_id = None
        else:
            turn.db.remove(earlier)
            surveys.append(earlier.survey)
            record(turn.db, turn.actor, "answers_replaced", f"survey:{earlier.survey}", turn.now)
    return surveys


def _settle_supports(turn: Turn, kept_id: int, gone_id: int) -> None:
    """The earlier support counts. Once supporting has closed both have been counted: the later one stays, of nobody."""
    for pair in doubles(turn.db, Support, kept_id, gone_id):
        _, later = sorted(pair, key=lambda support: support.given_at)
        if later.counts and has_closed(turn, later.process):
            keep_as_number(turn.db, [later.proposal_id])
        turn.db.remove(later)


def _settle_rest(turn: Turn, kept_id: int, gone_id: int, silent_id: int) -> None:
    """The earlier follow and report; the reminder that is still to come; the last word on a topic; one of two messages;
    how often they hear as the one who speaks chose; of two judgements the one that was given.

    Anonymous answers of both stay counted.
    """
    for _, theirs in doubles(turn.db, Respondent, kept_id, gone_id):
        turn.db.remove(theirs)
    for pair in doubles(turn.db, OptIn, kept_id, gone_id):
        turn.db.remove(min(pair, key=lambda said: said.said_at))
    for pair in doubles(turn.db, Recipient, kept_id, gone_id):
        give_to_nobody(turn.db, min(pair, key=lambda each: each.state not in UNSENT), RecipientState.DOUBLE, turn.now)
    for _, theirs in doubles(turn.db, Preference, turn.participant_id, silent_id):
        turn.db.remove(theirs)
    for pair in doubles(turn.db, Judgement, kept_id, gone_id):
        turn.db.remove(min(pair, key=lambda each: (each.said_at is not None, each.asked_at is not None)))
    for pair in doubles(turn.db, Follow, kept_id, gone_id):
        turn.db.remove(max(pair, key=lambda follow: follow.followed_at))
    for pair in doubles(turn.db, Report, kept_id, gone_id):
        turn.db.remove(max(pair, key=lambda report: report.reported_at))
    for pair in doubles(turn.db, Reminder, kept_id, gone_id):
        turn.db.remove(max(pair, key=lambda reminder: (reminder.told_at is not None, reminder.id)))


def _drop_own_reports(turn: Turn) -> None:
    """Nobody reports their own."""
    own = {f"proposal:{each.reference}" for each in belongings(turn.db, Proposal, turn.participant_id)}
    own |= {f"comment:{each.reference}" for each in belongings(turn.db, Comment, turn.participant_id)}
    for report in belongings(turn.db, Report, turn.participant_id):
        if report.item in own:
            turn.db.remove(report)
    turn.db.flush()
