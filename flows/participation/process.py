"""A participatory process as its file says: its phases, what each allows, and the rules of what people do there.

Times are aware UTC; a day in a file is taken in the town's time zone, a last day until its midnight.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flows.participation.words import Words


class Action(StrEnum):
    """What a phase may allow."""

    PROPOSE = "propose"
    SUPPORT = "support"
    ANSWER = "answer"
    COMMENT = "comment"


class Standing(StrEnum):
    """Where a space stands at a given moment."""

    OPEN = "open"
    BETWEEN_PHASES = "between_phases"
    UPCOMING = "upcoming"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Place:
    """A category, neighbourhood or other label offered by a process."""

    slug: str
    name: Words


@dataclass(frozen=True, slots=True)
class Phase:
    """A dated part of a process: `starts_at` ≤ now < `ends_at`; None is an open side."""

    slug: str
    title: Words
    description: Words
    starts_at: datetime | None
    ends_at: datetime | None
    allows: frozenset[Action]
    surveys: tuple[str, ...] = ()
    """Slugs of the surveys that can be answered, where it allows answering."""
    hides_supports: bool = False
    """No count of supports is shown while it runs."""


@dataclass(frozen=True, slots=True)
class ProposalRules:
    """Decidim's proposal component: `limit` per author (0 = none), `length` of the body, `template` of it.

    `edit_within`: how long after publishing or editing its author may edit it (None: until the town answers).
    `attachments`: how many photos or documents. `reviewed_first`: the town's people read it before anyone else does.
    """

    length: int = 500
    limit: int = 0
    template: Words = field(default_factory=dict)
    categories: tuple[Place, ...] = ()
    asks_place: bool = False
    edit_within: timedelta | None = timedelta(minutes=5)
    attachments: int = 0
    reviewed_first: bool = False


@dataclass(frozen=True, slots=True)
class SupportRules:
    """Decidim's votes. 0 is none: `limit` per person; `minimum` per person, below which none of theirs counts;
    `threshold` per proposal, beyond which nobody adds to it unless `beyond_threshold`."""

    limit: int = 0
    minimum: int = 0
    threshold: int = 0
    beyond_threshold: bool = False
    is_hidden: bool = False
    """Counts are never shown."""


@dataclass(frozen=True, slots=True)
class CommentRules:
    """How people comment on its proposals: at most `length` characters, with a side where `has_sides`."""

    length: int = 1000
    has_sides: bool = True
    reviewed_first: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a closed process: the town's published answers, in short."""

    summary: Words
    published_at: datetime
    official_url: str


@dataclass(frozen=True, slots=True)
class Process:
    """A participatory process. `code` is its public code in deep links."""

    slug: str
    code: str
    title: Words
    subtitle: Words
    description: Words
    official_url: str
    phases: tuple[Phase, ...]
    min_age: int
    proposals: ProposalRules = ProposalRules()
    is_supervised: bool = False
    """Waits for `participabot approve` before it is shown."""
    outcome: Outcome | None = None
    supports: SupportRules = SupportRules()
    comments: CommentRules = CommentRules()
    min_age_reason: Words = field(default_factory=dict)
    """Why people of 14 and 15 may take part, where they may."""

    def phase_at(self, now: datetime) -> Phase | None:
        """The phase that is running, if one is."""
        for phase in self.phases:
            if (phase.starts_at is None or phase.starts_at <= now) and (phase.ends_at is None or now < phase.ends_at):
                return phase
        return None

    def next_phase(self, now: datetime) -> Phase | None:
        """The next phase to begin, if one is dated."""
        return next((phase for phase in self.phases if phase.starts_at is not None and phase.starts_at > now), None)

    def has_closed(self, action: Action, now: datetime, survey: str = "") -> bool:
        """No phase allows it any more, now or later; `survey`: answering this one."""
        return all(
            phase.ends_at is not None and phase.ends_at <= now
            for phase in self.phases
            if action in phase.allows and (not survey or survey in phase.surveys)
        )

    def standing_at(self, now: datetime) -> Standing:
        """Open in a phase, else upcoming before the first, between two, or closed after the last."""
        if self.phase_at(now):
            return Standing.OPEN
        if self.next_phase(now) is None:
            return Standing.CLOSED
        has_begun = any(phase.ends_at is not None and phase.ends_at <= now for phase in self.phases)
        return Standing.BETWEEN_PHASES if has_begun else Standing.UPCOMING
