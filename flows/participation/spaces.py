"""Which processes a town shows, where each stands, and what can be done in it now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from flows.participation.process import Action, Phase, Process, Standing
from flows.participation.refusal import Reason, Refused
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from storage.database import Db
from storage.tenants import approved_spaces

_ORDER = {Standing.OPEN: 0, Standing.BETWEEN_PHASES: 1, Standing.UPCOMING: 2, Standing.CLOSED: 3}


class Belonging(Protocol):
    """What stands in a process, or in none ("")."""

    @property
    def slug(self) -> str: ...

    @property
    def process(self) -> str: ...


Thing = TypeVar("Thing", bound=Belonging)


@dataclass(frozen=True, slots=True)
class Possible:
    """What a process allows at a given moment, until when."""

    process: Process
    phase: Phase
    can_propose: bool
    surveys: tuple[Survey, ...]
    can_support: bool = False
    can_comment: bool = False


def visible_processes(db: Db, town: Town) -> tuple[Process, ...]:
    """The processes that may be shown: a supervised one only once it is approved."""
    if not any(process.is_supervised for process in town.processes):
        return town.processes
    approved = approved_spaces(db)
    return tuple(process for process in town.processes if not process.is_supervised or process.slug in approved)


def visible_process(db: Db, town: Town, slug: str) -> Process:
    """The process with this slug, if it may be shown."""
    found = next((process for process in visible_processes(db, town) if process.slug == slug), None)
    if found is None:
        raise Refused(Reason.SPACE_UNKNOWN)
    return found


def visible_among(db: Db, town: Town, things: Sequence[Thing]) -> list[Thing]:
    """The debates, meetings or results that may be shown: one of a process only where the process is."""
    if not things:
        return []
    shown = {"", *(process.slug for process in visible_processes(db, town))}
    return [thing for thing in things if thing.process in shown]


def named(things: Iterable[Thing], slug: str) -> Thing:
    """The one with this slug."""
    found = next((thing for thing in things if thing.slug == slug), None)
    if found is None:
        raise Refused(Reason.SPACE_UNKNOWN)
    return found


def by_standing(processes: tuple[Process, ...], now: datetime) -> list[Process]:
    """Open ones first (the nearest deadline before), then between phases, to come, closed (the last closed before)."""
    return sorted(processes, key=lambda process: _place(process, now))


def possible_in(process: Process, town: Town, now: datetime) -> Possible | None:
    """What can be done in the process now; None where no phase is running."""
    phase = process.phase_at(now)
    if phase is None:
        return None
    slugs = phase.surveys if Action.ANSWER in phase.allows else ()
    found = (town.survey(slug) for slug in slugs)
    surveys = tuple(survey for survey in found if survey is not None and survey.is_open_at(now))
    allows = phase.allows
    return Possible(
        process, phase, Action.PROPOSE in allows, surveys, Action.SUPPORT in allows, Action.COMMENT in allows
    )


def possible_now(db: Db, town: Town, now: datetime) -> list[Possible]:
    """What can be done in each process that is open now, the nearest deadline first."""
    processes = by_standing(visible_processes(db, town), now)
    return [possible for process in processes if (possible := possible_in(process, town, now)) is not None]


def process_of_survey(db: Db, town: Town, slug: str, now: datetime) -> Process:
    """The process whose phases have this survey: one where it is open before any other."""
    visible = visible_processes(db, town)
    having = tuple(process for process in town.asking(slug) if process in visible)
    if not having or town.survey(slug) is None:
        raise Refused(Reason.SURVEY_UNKNOWN)
    ordered = by_standing(having, now)
    return next((process for process in ordered if offers_survey(process.phase_at(now), slug)), ordered[0])


def check_can_propose(process: Process, now: datetime) -> Phase:
    """The running phase, if it allows proposing."""
    return _check(process, now, Action.PROPOSE, phases_allowing(process, Action.PROPOSE))


def check_can_support(process: Process, now: datetime) -> Phase:
    """The running phase, if it allows supporting proposals, and so taking a support back."""
    return _check(process, now, Action.SUPPORT, phases_allowing(process, Action.SUPPORT))


def check_can_comment(process: Process, now: datetime) -> Phase:
    """The running phase, if it allows commenting."""
    return _check(process, now, Action.COMMENT, phases_allowing(process, Action.COMMENT))


def phases_allowing(process: Process, action: Action) -> list[Phase]:
    """The phases of a process that allow something, in their order."""
    return [phase for phase in process.phases if action in phase.allows]


def opening_of(process: Process, action: Action, now: datetime) -> datetime | None:
    """When a process will allow something that it does not allow now; None where no date is set for it."""
    starts = [phase.starts_at for phase in phases_allowing(process, action)]
    return min((start for start in starts if start is not None and start > now), default=None)


def check_can_answer(process: Process, survey: str, now: datetime) -> Phase:
    """The running phase, if it allows answering this survey."""
    return _check(process, now, Action.ANSWER, [phase for phase in process.phases if offers_survey(phase, survey)])


def offers_survey(phase: Phase | None, survey: str) -> bool:
    """The survey can be answered in this phase."""
    return phase is not None and Action.ANSWER in phase.allows and survey in phase.surveys


def _check(process: Process, now: datetime, action: Action, allowing: list[Phase]) -> Phase:
    """`allowing` are the phases that allow it; says why not now, and when."""
    phase = process.phase_at(now)
    if phase is not None and phase in allowing:
        return phase
    facts: dict[str, object] = {"process": process.title, "action": action}
    later = min(
        (each.starts_at for each in allowing if each.starts_at is not None and each.starts_at > now), default=None
    )
    before = max((each.ends_at for each in allowing if each.ends_at is not None and each.ends_at <= now), default=None)
    if phase is not None:
        facts["phase"] = phase.title
        if later is not None:
            raise Refused(Reason.ALLOWED_LATER, opens_on=later, **facts)
        if before is not None:
            raise Refused(Reason.ALLOWED_BEFORE, last_day=before, **facts)
        raise Refused(Reason.NEVER_ALLOWED, **facts)
    upcoming = process.next_phase(now)
    if upcoming is None:
        raise Refused(Reason.ENDED, last_day=process.phases[-1].ends_at or now, **facts)
    if later is None and before is not None:
        raise Refused(Reason.ALLOWED_UNTIL, last_day=before, **facts)
    if upcoming not in allowing and later is not None:
        raise Refused(Reason.OPENS_LATER, opens_on=later, **facts)
    facts |= {"phase": upcoming.title, "opens_on": upcoming.starts_at}
    is_upcoming = process.standing_at(now) is Standing.UPCOMING
    raise Refused(Reason.NOT_BEGUN if is_upcoming else Reason.BETWEEN_PHASES, **facts)


def _place(process: Process, now: datetime) -> tuple[int, float]:
    """Where the process stands among others: how open it is, then how near its next change."""
    if (phase := process.phase_at(now)) is not None:
        return _ORDER[Standing.OPEN], phase.ends_at.timestamp() if phase.ends_at else float("inf")
    standing = _ORDER[process.standing_at(now)]
    if (upcoming := process.next_phase(now)) is not None and upcoming.starts_at is not None:
        return standing, upcoming.starts_at.timestamp()
    ends = [phase.ends_at.timestamp() for phase in process.phases if phase.ends_at]
    return standing, -max(ends, default=0.0)
