"""What followers are told: happenings drained into outbox rows, each once, in the transaction that marks it told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias

from sqlmodel import col, select

from bot.almanac import meeting_of, phase_of, survey_of
from bot.outbox import DRAIN
from bot.telling import tell
from bot.towns import Towns
from bot.verdicts import is_verdict, tell_verdict
from bot.wakes import Wakes
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
from flows.participation.quiet import is_quiet
from flows.participation.results import visible_results
from flows.participation.spaces import visible_processes
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.comments import comments_of_references
from storage.database import Db, Store
from storage.follows import followers_after
from storage.happenings import (
    APPLIED,
    MEETING_CHANGED,
    MEETING_SOON,
    PHASE_CLOSED,
    PHASE_ENDING,
    PHASE_OPENED,
    RESULT_PROGRESSED,
    RESULTS_PUBLISHED,
    SURVEY_ENDING,
    Happening,
)
from storage.proposals import proposal_of_reference
from storage.tenants import Tenant

TELL = "tell"
"""The kind of wake whose key is a tenant."""

_TOGETHER = 100
"""Happenings that are looked at for what is told together."""
_AT_ONCE = 50
"""People told in one turn: a reply never waits for thousands of them."""

_News: TypeAlias = dict[int, Callable[[Turn], News | None]]
_SAID_OF_PHASES = {PHASE_OPENED: coming.opened, PHASE_ENDING: coming.ending, PHASE_CLOSED: coming.closed}
_SAID_OF_MEETINGS = {MEETING_SOON: coming.soon, MEETING_CHANGED: coming.moved}


class Updates:
    """Tells whom it concerns that the town answered, that somebody commented, what became of what they follow."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._wakes = wakes
        self._clock = clock
        wakes.handler(TELL, self.drain)

    async def sweep(self) -> None:
        """Wake every tenant that has something to tell."""
        self._wakes.wake_all(TELL, await self._store.no_tenant(_tenants_with_untold))

    async def drain(self, tenant_id: str) -> None:
        """Tell what has happened in a tenant and has not been told. In its quiet hours all of it stays due."""
        town, now = self._towns.find(tenant_id), self._clock()
        if town is None or is_quiet(town, now):
            return
        is_more = True
        while is_more:
            is_more, lanes = await self._store.turn(tenant_id, "", lambda db: _tell(db, town, now))
            self._wakes.wake_all(DRAIN, lanes)


def _tenants_with_untold(db: Db) -> Sequence[str]:
    return db.all(select(Happening.tenant_id).where(col(Happening.told_at).is_(None)).distinct())


def _tell(db: Db, town: Town, now: datetime) -> tuple[bool, set[str]]:
    """Tell what happened first, and all that is told together with it, to so many people at most.

    Returns whether there may be more to tell, and the lanes to drain.
    """
    query = select(Happening).where(col(Happening.told_at).is_(None)).order_by(col(Happening.id)).limit(_TOGETHER)
    if not _is_taken_up(db, town):
        query = query.where(col(Happening.kind).not_in(APPLIED))
    untold = db.all(query.with_for_update(skip_locked=True))
    if not untold:
        return False, set()
    if is_verdict(untold[0].kind):
        lanes = {tell_verdict(db, town, untold[0].kind, untold[0].subject, now)}
        untold[0].told_at = now
        return True, lanes
    together, told = _news_of(db, town, untold, now)
    first = _first(db, untold[0])
    waiting = sorted(person for person in told if person > untold[0].told_until and person != first)
    now_told = waiting[:_AT_ONCE]
    if first in told and not untold[0].told_until:
        now_told = [first, *now_told]
    lanes = {tell(db, town, person, now, told[person]) for person in now_told}
    for happening in together:
        if len(waiting) > _AT_ONCE:
            happening.told_until = waiting[_AT_ONCE - 1]
        else:
            happening.told_at = now
    return True, lanes


def _first(db: Db, head: Happening) -> int:
    """Who is told before everybody else: of an answer, the author. 0 is nobody."""
    if head.kind != "proposal_answered":
        return 0
    proposal = proposal_of_reference(db, head.subject.partition(":")[2])
    return proposal.author_id or 0 if proposal is not None else 0


def _news_of(db: Db, town: Town, untold: Sequence[Happening], now: datetime) -> tuple[list[Happening], _News]:
    """What happened first and all that is told together with it; by person, how it is told to them."""
    head = untold[0]
    proposal = proposal_of_reference(db, head.subject.partition(":")[2])
    match head.kind:
        case "proposal_answered" if proposal is not None and is_readable(proposal):
            return [head], dict.fromkeys(hearers_of(db, proposal), partial(news.answered, proposal=proposal))
        case "proposal_withdrawn" if proposal is not None and proposal.hidden_at is None:
            others = hearers_of(db, proposal) - {head.actor_id, proposal.author_id}
            return [head], dict.fromkeys(others, partial(news.withdrawn, proposal=proposal))
        case "comment_published":
            return _comments(db, town, untold)
        case kind if kind == RESULT_PROGRESSED:
            return _progress(db, town, untold)
        case kind if kind == RESULTS_PUBLISHED:
            return [head], _results(db, town, head)
        case kind if kind in _SAID_OF_PHASES:
            return [head], _phase(db, town, head, now)
        case kind if kind == SURVEY_ENDING:
            return [head], _survey(db, town, head)
        case kind if kind in _SAID_OF_MEETINGS:
            return [head], _meeting(db, town, head, now)
        case _:
            return [head], {}


def _is_taken_up(db: Db, town: Town) -> bool:
    """This server serves the files that were applied last."""
    tenant = db.find(Tenant)
    return tenant is None or tenant.revision == town.revision


def _progress(db: Db, town: Town, untold: Sequence[Happening]) -> tuple[list[Happening], _News]:
    head = untold[0]
    together = [each for each in untold if (each.subject, each.told_until) == (head.subject, head.told_until)]
    result = next((each for each in visible_results(db, town) if f"result:{each.slug}" == head.subject), None)
    if result is None:
        return together, {}
    return together, dict.fromkeys(hearers_of_result(db, result), partial(news.progressed, result=result))


def _results(db: Db, town: Town, head: Happening) -> _News:
    survey = town.survey(head.subject.partition(":")[2])
    found = published(db, survey) if survey is not None else None
    if survey is None or found is None:
        return {}
    hearers = hearers_of_survey(db, town, survey.slug, head.told_until, _AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(coming.counted, survey=survey, results=found.results))


def _phase(db: Db, town: Town, head: Happening, now: datetime) -> _News:
    """Only while it is so: a phase that began and is over is no news."""
    found = phase_of(town, head.subject)
    if found is None or found[0] not in visible_processes(db, town):
        return {}
    process, phase = found
    if process.phase_at(now) is not (None if head.kind == PHASE_CLOSED else phase):
        return {}
    hearers = followers_after(db, [f"process:{process.slug}"], head.told_until, _AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(_SAID_OF_PHASES[head.kind], process=process, phase=phase))


def _survey(db: Db, town: Town, head: Happening) -> _News:
    survey = survey_of(town, head.subject)
    if survey is None:
        return {}
    subjects = [f"process:{process.slug}" for process in town.asking(survey.slug)]
    hearers = followers_after(db, subjects, head.told_until, _AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(coming.last_call, survey=survey))


def _meeting(db: Db, town: Town, head: Happening, now: datetime) -> _News:
    meeting = meeting_of(visible_meetings(db, town), head.subject)
    if meeting is None or now >= meeting.ends_at:
        return {}
    subjects = [f"meeting:{meeting.slug}", f"process:{meeting.process}"]
    hearers = followers_after(db, subjects, head.told_until, _AT_ONCE + 1)
    return dict.fromkeys(hearers, partial(_SAID_OF_MEETINGS[head.kind], meeting=meeting))


def _comments(db: Db, town: Town, untold: Sequence[Happening]) -> tuple[list[Happening], _News]:
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
        return together, {}

    heard_by = hearers_of_comments(db, subject, said)
    return together, {
        person: partial(
            news.commented,
            title=topic.title,
            said=heard.said,
            is_own=topic.author_id == person,
            is_answer=heard.is_answer,
        )
        for person, heard in heard_by.items()
    }
