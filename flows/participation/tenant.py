"""A town as the rules see it: what its files say, checked once and frozen.

Every text is `Words`: language → text. Times are aware UTC; a day in a file is taken in the town's time zone, a
last day until its midnight.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

Words: TypeAlias = Mapping[str, str]


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
class Terms:
    """A document of the town with its version; `hash` is the SHA-256 (hex) of all its languages."""

    version: str
    text: Words
    hash: str


@dataclass(frozen=True, slots=True)
class Support:
    """Where a person finds people: phone, email, and when they answer (`weekdays` 0 is Monday)."""

    phone: str
    email: str
    weekdays: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date] = frozenset()


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


@dataclass(frozen=True, slots=True)
class ProposalRules:
    """Decidim's proposal component: `limit` per author (0 = none), `length` of the body, `template` of it."""

    length: int = 500
    limit: int = 0
    template: Words = field(default_factory=dict)
    categories: tuple[Place, ...] = ()
    asks_place: bool = False


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

    def standing_at(self, now: datetime) -> Standing:
        """Open in a phase, else upcoming before the first, between two, or closed after the last."""
        if self.phase_at(now):
            return Standing.OPEN
        if self.next_phase(now) is None:
            return Standing.CLOSED
        has_begun = any(phase.ends_at is not None and phase.ends_at <= now for phase in self.phases)
        return Standing.BETWEEN_PHASES if has_begun else Standing.UPCOMING


@dataclass(frozen=True, slots=True)
class Assembly:
    """An organ of participation ("òrgan de participació"): who sits in it, what for, when it meets."""

    slug: str
    code: str
    title: Words
    purpose: Words
    composition: Words
    meets: Words
    official_url: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey: one choice of several (`options`), or short words (`max_characters`)."""

    slug: str
    text: Words
    options: tuple[Place, ...] = ()
    max_characters: int = 200
    is_mandatory: bool = True


@dataclass(frozen=True, slots=True)
class Survey:
    """A form. `hash` is the SHA-256 (hex) of its content: the revision a response keeps."""

    slug: str
    code: str
    hash: str
    title: Words
    introduction: Words
    questions: tuple[Question, ...]
    content: Mapping[str, object] = field(default_factory=dict)
    """As published: what `hash` is of."""

    def __hash__(self) -> int:
        return hash(self.hash)


@dataclass(frozen=True, slots=True)
class Town:
    """One municipality as its applied files say. The platform is one too, without terms or spaces."""

    id: str
    code: str
    """Public, in deep links; the same for every revision."""
    name: Words
    languages: tuple[str, ...]
    """The default first."""
    zone: ZoneInfo
    prefix: str
    """Of references, e.g. "VIL"."""
    keyword: str
    """What binds a citizen to the town on a shared account."""
    official_url: str
    minimum_age: int
    terms: Terms
    privacy_short: Words
    privacy: Terms
    support: Support
    help: Words
    processes: tuple[Process, ...] = ()
    assemblies: tuple[Assembly, ...] = ()
    surveys: tuple[Survey, ...] = ()

    _process_of: Mapping[str, Process] = field(init=False, repr=False)
    _survey_of: Mapping[str, Survey] = field(init=False, repr=False)
    _asking: Mapping[str, tuple[Process, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        asking: dict[str, tuple[Process, ...]] = {}
        for process in self.processes:
            for slug in {slug for phase in process.phases for slug in phase.surveys}:
                asking[slug] = (*asking.get(slug, ()), process)
        object.__setattr__(self, "_process_of", {process.slug: process for process in self.processes})
        object.__setattr__(self, "_survey_of", {survey.slug: survey for survey in self.surveys})
        object.__setattr__(self, "_asking", asking)

    def process(self, slug: str) -> Process | None:
        """The process with this slug."""
        return self._process_of.get(slug)

    def assembly(self, slug: str) -> Assembly | None:
        """The organ with this slug."""
        return next((assembly for assembly in self.assemblies if assembly.slug == slug), None)

    def survey(self, slug: str) -> Survey | None:
        """The survey with this slug."""
        return self._survey_of.get(slug)

    def asking(self, survey: str) -> tuple[Process, ...]:
        """The processes that have a phase in which this survey is answered."""
        return self._asking.get(survey, ())

    @property
    def language(self) -> str:
        """The town's default language."""
        return self.languages[0]


def words_in(words: Words, language: str, default: str) -> str:
    """A text in the person's language, else in the town's, else in any; empty where there is none."""
    return words.get(language) or words.get(default) or next(iter(words.values()), "")
