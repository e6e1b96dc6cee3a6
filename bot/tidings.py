"""What has happened, as news: whom it concerns, and how it is told to each."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeAlias

from bot.almanac import meeting_of, phase_of, returned_of, survey_of
from flows import coming, news
from flows.news import News
from flows.participation.hearers import (
    commented_on,
    hearers_of,
    hearers_of_comments,
    hearers_of_result,
    hearers_of_survey,
    is_readable,
)
from flows.participation.meetings import visible_meetings
from flows.participation.published import published
from flows.participation.results import visible_results
from flows.participation.spaces import visible_processes
from flows.participation.tenant import Town
from flows.turn import Turn
from storage import happenings
from storage.comments import comments_of_references
from storage.database import Db
from storage.follows import followers_after, followers_not_noted
from storage.happenings import (
    COMMENT_PUBLISHED,
    MEETING_CHANGED,
    MEETING_SOON,
    PHASE_CLOSED,
    PHASE_ENDING,
    PHASE_OPENED,
    PROPOSAL_PUBLISHED,
    PROPOSAL_SUPPORTED,
    RESULT_PROGRESSED,
    Happening,
)
from storage.proposals import authors_in, proposal_of_reference

AT_ONCE = 50
"""People told in one turn: a reply never waits for thousands of them."""

_Told: TypeAlias = dict[int, Callable[[Turn], News | None] | None]
_SAID_OF_PHASES = {PHASE_OPENED: coming.opened, PHASE_ENDING: coming.ending, PHASE_CLOSED: coming.closed}
_SAID_OF_MEETINGS = {MEETING_SOON: coming.soon, MEETING_CHANGED: coming.moved}


class Tidings(NamedTuple):
    """The happenings that are told together, what they are about as a digest names it, and by person how it is told.

    None: in their next digest only.
    """

    together: list[Happening]
    subject: str
    told: dict[int, Callable[[Turn], News | None] | None]


def tidings_of(db: Db, town: Town, untold: Sequence[Happening], now: datetime) -> Tidings:
    """Of what happened first, and all that is told together with it."""
    head = untold[0]
    if head.kind == COMMENT_PUBLISHED:
        return _comments(db, town, untold)
    if head.kind == PROPOSAL_PUBLISHED:
        return Tidings([head], *_new_proposal(db, town, head))
    together = _alike(untold) if head.kind in (RESULT_PROGRESSED, PROPOSAL_SUPPORTED) else [head]
    return Tidings(together, head.subject, _of_one(db, town, head, now))


def _alike(untold: Sequence[Happening]) -> list[Happening]:
    """The same again, told to the same people so far."""
    head = untold[0]
    same = (head.kind, head.subject, head.told_until)
    return [each for each in untold if (each.kind, each.subject, each.told_until) == same]


def _of_one(db: Db, town: Town, head: Happening, now: datetime) -> _Told:
    proposal = proposal_of_reference(db, head.subject.partition(":")[2])
    match head.kind:
        case happenings.PROPOSAL_ANSWERED if proposal is not None and is_readable(proposal):
            return dict.fromkeys(hearers_of(db, proposal), partial(news.answered, proposal=proposal))
        case happenings.PROPOSAL_SUPPORTED if proposal is not None and is_readable(proposal):
            return dict.fromkeys(hearers_of(db, proposal))
        case happenings.PROPOSAL_WITHDRAWN if proposal is not None and proposal.hidden_at is None:
            others = hearers_of(db, proposal) - {head.actor_id, proposal.author_id}
            return dict.fromkeys(others, partial(news.withdrawn, proposal=proposal))
        case happenings.RESULT_PROGRESSED:
            return _progress(db, town, head)
        case happenings.RESULTS_PUBLISHED:
            return _results(db, town, head)
        case happenings.SURVEY_ENDING:
            return _survey(db, town, head)
        case happenings.PROCESS_RETURNED:
            return _returned(db, town, head)
        case kind if kind in _SAID_OF_PHASES:
            return _phase(db, town, head, now)
        case kind if kind in _SAID_OF_MEETINGS:
            return _meeting(db, town, head, now)
        case _:
            return {}


def _new_proposal(db: Db, town: Town, head: Happening) -> tuple[str, _Told]:
    """To who follows its process and waits for none yet: however many there are, their next digest names them."""
    proposal = proposal_of_reference(db, head.subject.partition(":")[2])
    shown = [process.slug for process in visible_processes(db, town)]
    if proposal is None or not is_readable(proposal) or proposal.process not in shown:
        return head.subject, {}
    subject = f"process:{proposal.process}"
    followers = followers_not_noted(db, subject, PROPOSAL_PUBLISHED, head.told_until, AT_ONCE + 2)
    return subject, {person: None for person in followers if person != proposal.author_id}


def _progress(db: Db, town: Town, head: Happening) -> _Told:
    result = next((each for each in visible_results(db, town) if f"result:{each.slug}" == head.subject), None)
    if result is None:
        return {}
    return dict.fromkeys(hearers_of_result(db, result), partial(news.progressed, result=result))


def _results(db: Db, town: Town, head: Happening) -> _Told:
    survey = town.survey(head.subject.partition(":")[2])
    found = published(db, survey) if survey is not None else None
    if survey is None or found is None:
        return {}
    hearers = hearers_of_survey(db, town, survey.slug, head.told_until, AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(coming.counted, survey=survey, results=found.results))


def _phase(db: Db, town: Town, head: Happening, now: datetime) -> _Told:
    """Only while it is so: a phase that began and is over is no news."""
    found = phase_of(town, head.subject)
    if found is None or found[0] not in visible_processes(db, town):
        return {}
    process, phase = found
    if process.phase_at(now) is not (None if head.kind == PHASE_CLOSED else phase):
        return {}
    hearers = followers_after(db, [f"process:{process.slug}"], head.told_until, AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(_SAID_OF_PHASES[head.kind], process=process, phase=phase))


def _returned(db: Db, town: Town, head: Happening) -> _Told:
    """To every author, and who follows it."""
    process = returned_of(town, head.subject)
    if process is None or process not in visible_processes(db, town):
        return {}
    authors = authors_in(db, process.slug, head.told_until, AT_ONCE + 1)
    followers = followers_after(db, [f"process:{process.slug}"], head.told_until, AT_ONCE + 1)
    hearers = sorted({*authors, *followers})[: AT_ONCE + 1]
    return dict.fromkeys(hearers, partial(coming.returned, process=process))


def _survey(db: Db, town: Town, head: Happening) -> _Told:
    survey = survey_of(town, head.subject)
    if survey is None:
        return {}
    subjects = [f"process:{process.slug}" for process in town.asking(survey.slug)]
    hearers = followers_after(db, subjects, head.told_until, AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(coming.last_call, survey=survey))


def _meeting(db: Db, town: Town, head: Happening, now: datetime) -> _Told:
    meeting = meeting_of(visible_meetings(db, town), head.subject)
    if meeting is None or now >= meeting.ends_at:
        return {}
    subjects = [f"meeting:{meeting.slug}", f"process:{meeting.process}"]
    hearers = followers_after(db, subjects, head.told_until, AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(_SAID_OF_MEETINGS[head.kind], meeting=meeting))


def _comments(db: Db, town: Town, untold: Sequence[Happening]) -> Tidings:
    """What was said on one subject, and not told to anybody yet, is told as one: a flood is no flood of messages."""
    head = untold[0]
    alike = [each for each in untold if each.kind == head.kind and each.told_until == head.told_until]
    happening_of = {each.subject.partition(":")[2]: each for each in alike}
    readable = comments_of_references(db, list(happening_of))
    subject = next((each.subject for each in readable if happening_of[each.reference] is head), "")
    said = [each for each in readable if each.subject == subject]
    together = [happening_of[each.reference] for each in said] or [head]
    topic = commented_on(db, town, subject) if subject else None
    if topic is None:
        return Tidings(together, subject, {})

    heard_by = hearers_of_comments(db, subject, said)
    told: _Told = {
        person: partial(
            news.commented,
            title=topic.title,
            said=heard.said,
            is_own=topic.author_id == person,
            is_answer=heard.is_answer,
        )
        for person, heard in heard_by.items()
    }
    return Tidings(together, subject, told)
